"""What a watch tells: one alert a difference, in one form for every channel (`docs/spec/watch.md`)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

SCHEME = "alert/1"
# Besides the kinds of `fingerprints.compare.KINDS`.
RESTORED, TOUCHED, OVERFLOW, UPSTREAM, QUARANTINED, STARTED, VERIFIED, LOST = (
    "restored", "touched", "overflow", "upstream-moved", "quarantined", "started", "verified", "watch-lost",
)  # fmt: skip
NOTICES = frozenset({RESTORED, STARTED, VERIFIED})  # nothing is wrong
MAX_RANGES = 100


@dataclass(frozen=True, slots=True)
class Place:
    """A differing byte range, and the tensor it lies in, if any."""

    offset: int
    length_bytes: int
    name: str = ""


@dataclass(frozen=True, slots=True)
class Alert:
    """One event. `seen_at` is seconds since 1970."""

    kind: str
    root: str
    path: str
    detail: str
    seen_at: float
    places: tuple[Place, ...] = ()
    sha256: str = ""

    @property
    def grave(self) -> bool:
        return self.kind not in NOTICES

    @property
    def document(self) -> dict[str, Any]:
        return {
            "scheme": SCHEME,
            "kind": self.kind,
            "root": self.root,
            "path": self.path,
            "detail": self.detail,
            "seen_at": round(self.seen_at, 3),
            "sha256": self.sha256,
            "places": [[p.offset, p.length_bytes, p.name] for p in self.places[:MAX_RANGES]],
        }

    def to_json(self) -> str:
        return json.dumps(self.document, sort_keys=True, separators=(",", ":"))

    def __str__(self) -> str:
        text = f"{self.kind} {self.root}" + (f"/{self.path}" if self.path else "")
        text += f": {self.detail}" if self.detail else ""
        return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)
