"""What the flow needs from the outside. Adapters implement these; nothing above them names an adapter."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from pratique.domain.artifact import Origin


@dataclass(frozen=True, slots=True)
class Reference:
    """What the user asked for, before anything was resolved."""

    text: str
    expected_sha256: str | None = None
    expected_size_bytes: int | None = None


@dataclass(frozen=True, slots=True)
class HeldEntry:
    """One entry of held content, not followed if it is a link."""

    path: str  # below the root, `/` between parts
    type: str  # "file", "folder", "link", "other"
    size_bytes: int
    executable: bool = False
    target: str | None = None
    error: str | None = None  # why it could not be read


class Handle(Protocol):
    """Random access to one held file."""

    size_bytes: int

    def read_at(self, offset: int, length: int) -> bytes:
        """Up to `length` bytes from `offset`; short only at the end."""
        ...

    def close(self) -> None: ...


class Source(Protocol):
    """A place that references name: files, a registry, a hub."""

    def accepts(self, reference: Reference) -> bool: ...

    def fetch(self, reference: Reference, quarantine: Quarantine) -> tuple[Path, Origin]:
        """Put the bytes into quarantine (or, for local files, name them where they lie) and say where they came from."""
        ...


class Quarantine(Protocol):
    """Where fetched bytes wait. Nothing is opened from here but through `open`."""

    def place(self, name: str) -> Path: ...

    def entries(self, root: Path) -> Iterator[HeldEntry]: ...

    def open(self, root: Path, path: str) -> Handle: ...


class Shelf(Protocol):
    """Where admitted artifacts stand."""

    def put(self, root: Path, artifact_id: str) -> Path:
        """Move `root` in with one atomic rename."""
        ...


class Store(Protocol):
    """What was admitted, when, from where, by which policy."""

    def save(self, artifact_id: str, statement: bytes, entry: int) -> None: ...

    def load(self, artifact_id: str) -> tuple[bytes, int] | None: ...


@dataclass(frozen=True, slots=True)
class InclusionProof:
    """RFC 6962 audit path of leaf `index` in a tree of `size` leaves."""

    index: int
    size: int
    root: bytes
    path: tuple[bytes, ...]


class Ledger(Protocol):
    """An append-only log."""

    def append(self, entry: bytes) -> int: ...

    def prove(self, index: int) -> InclusionProof: ...


class Signer(Protocol):
    """Signs statements."""

    def sign(self, payload: bytes) -> bytes: ...


class Clock(Protocol):
    """Tells the time, so that the judge need not."""

    def now(self) -> datetime: ...
