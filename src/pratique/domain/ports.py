"""What the flow needs from the outside. Adapters implement these; nothing above them names an adapter.

Protocols only: importing this module is for type checkers, so that start-up does not pay for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any, Protocol, TypeAlias

from pratique.domain.artifact import Origin, Publisher
from pratique.domain.held import HeldEntry, InclusionProof, Reference
from pratique.domain.record import Record

Value: TypeAlias = str | int | bytes | None


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


class Provenance(Protocol):
    """What an index says of who published a file, and whether that is so."""

    def publishers(self, document: bytes, filename: str, sha256: str) -> tuple[Publisher, ...]:
        """Raises `TamperedError` where the document is about something else, or does not prove what it says."""
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

    def save(self, record: Record, files: Iterable[str] = ()) -> None:
        """Durable when it returns. Saving the same record again changes nothing. `files` are the artifact's files, by SHA-256."""
        ...

    def latest(self, artifact: str) -> Record | None:
        """The last recorded verdict on an artifact."""
        ...

    def holding(self, file: str) -> Record | None:
        """The last record on an artifact that has a file with this SHA-256 (lower-case hexadecimal)."""
        ...

    def records(self, after: int = -1) -> Iterator[Record]:
        """All records in the order of the log, from the one after entry `after`."""
        ...


class Ledger(Protocol):
    """An append-only log of digests."""

    def append(self, entry: bytes) -> int:
        """Add 32 bytes and return their position. Durable, and part of a signed checkpoint, when it returns."""
        ...

    def entry(self, index: int) -> bytes: ...

    def prove(self, index: int) -> InclusionProof: ...

    def checkpoint(self) -> bytes:
        """The latest signed checkpoint (https://c2sp.org/tlog-checkpoint)."""
        ...


class Database(Protocol):
    """Rows that outlive a crash, with one writer at a time."""

    place: str  # for messages, without secrets

    def rows(self, statement: str, values: tuple[Value, ...] = ()) -> list[tuple[Any, ...]]:
        """Run one SQL statement, with `?` for values, and return all that it yields."""
        ...

    def write(self) -> AbstractContextManager[None]:
        """A transaction that no other writer overlaps: durable when the block ends, or as if it never began."""
        ...

    def has_table(self, name: str) -> bool: ...

    def close(self) -> None: ...


class Signer(Protocol):
    """Signs statements."""

    def sign(self, payload: bytes) -> bytes: ...


class Clock(Protocol):
    """Tells the time, so that the judge need not."""

    def now(self) -> datetime: ...
