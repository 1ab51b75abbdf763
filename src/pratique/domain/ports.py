"""What the flow needs from the outside. Adapters implement these; nothing above them names an adapter.

Protocols only: importing this module is for type checkers, so that start-up does not pay for it.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Protocol

from pratique.domain.artifact import Origin
from pratique.domain.held import HeldEntry, InclusionProof, Reference


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

    def fetch(self, reference: Reference, quarantine: Quarantine) -> tuple[str, Origin]:
        """Put the bytes into quarantine (or, for local files, name them where they lie) and say where they came from."""
        ...


class Quarantine(Protocol):
    """Where fetched bytes wait. Nothing is opened from here but through `open`."""

    def place(self, name: str) -> str: ...

    def entries(self, root: str) -> Iterator[HeldEntry]: ...

    def open(self, root: str, path: str) -> Handle: ...


class Shelf(Protocol):
    """Where admitted artifacts stand."""

    def put(self, root: str, artifact_id: str) -> str:
        """Move `root` in with one atomic rename."""
        ...


class Store(Protocol):
    """What was admitted, when, from where, by which policy."""

    def save(self, artifact_id: str, statement: bytes, entry: int) -> None: ...

    def load(self, artifact_id: str) -> tuple[bytes, int] | None: ...


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
