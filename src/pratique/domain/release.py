"""What a package index says of releases."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Protocol


class Standing(Enum):
    """How much of a release an index knows."""

    LISTED = "listed"
    NOT_LISTED = "the project is there, this release is not"
    UNKNOWN = "no project of this name"


@dataclass(frozen=True, slots=True)
class ReleaseFile:
    """One file of a release. Everything in it is the index's word."""

    name: str
    sha256: str  # lower-case hexadecimal; empty where the index gives none
    size_bytes: int | None = None
    yanked: str | None = None  # the reason; None when it is not
    uploaded: str = ""  # RFC 3339; empty where the index does not tell


@dataclass(frozen=True, slots=True)
class Release:
    """What an index answered about a name and a version. `files` are empty unless it is listed."""

    standing: Standing
    files: tuple[ReleaseFile, ...] = ()


@dataclass(frozen=True, slots=True)
class Unanswered:
    """A project that was to be asked for and was not answered. `kind` is the gap's."""

    name: str
    kind: str
    reason: str


@dataclass(frozen=True, slots=True)
class Answers:
    """What one index (`index`, its URL) answered, by normalised name and version; the version is empty where none is pinned.

    `fetched` is the release that was downloaded to be inspected. Asking answers again gives what is at hand.
    """

    index: str
    releases: Mapping[tuple[str, str], Release] = field(default_factory=dict)
    unanswered: tuple[Unanswered, ...] = ()
    fetched: tuple[str, str] | None = None

    def of(self, name: str, version: str) -> Release | None:
        """None for what was not asked or not answered."""
        return self.releases.get((name, version))

    def ask(self, wanted: Iterable[tuple[str, str]]) -> Answers:
        return self

    @property
    def version(self) -> str:
        """Which answers these are, for reports: index and digest."""
        lines = [
            f"{name} {version} {release}\n" for (name, version), release in sorted(self.releases.items(), key=_key)
        ]
        return f"{self.index} {hashlib.sha256(''.join(lines).encode('utf-8', 'backslashreplace')).hexdigest()[:16]}"


def _key(item: tuple[tuple[str, str], Release]) -> tuple[str, str]:
    return item[0]


class PackageIndex(Protocol):
    """An index that can be asked. Rules get its answers only."""

    def ask(self, wanted: Iterable[tuple[str, str]]) -> Answers:
        """What it says of normalised names and versions (empty: only whether the project is there). Bounded; never raises on
        what the index answers: that is unanswered."""
        ...
