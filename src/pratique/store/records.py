"""Recorded verdicts in a `Database`: the `Store` of the flow."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import astuple, fields, replace
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

from pratique.domain.errors import TamperedError, UsageError
from pratique.domain.record import Record
from pratique.domain.verdict import Decision

if TYPE_CHECKING:
    from pratique.domain.ports import Database

PAGE = 16  # records that are held in memory at a time
_COLUMNS = ", ".join(field.name for field in fields(Record))
_SELECT = f"SELECT {_COLUMNS} FROM record"  # noqa: S608 - the names are our own
_INSERT = f"INSERT INTO record ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (entry) DO NOTHING"  # noqa: S608
_INSERT_FILE = "INSERT INTO record_file (digest, entry) VALUES (?, ?) ON CONFLICT (digest, entry) DO NOTHING"


def _utc_now() -> datetime:
    return datetime.now(timezone.utc)


class Records:
    """A `domain.ports.Store`."""

    def __init__(self, database: Database, now: Callable[[], datetime] = _utc_now) -> None:
        self._database = database
        self._now = now

    def save(self, record: Record, files: Iterable[str] = ()) -> None:
        """Raises `UsageError` where another record already has this entry."""
        stamped = replace(record, recorded_at=self._now().isoformat(timespec="seconds"))
        row = astuple(stamped)
        with self._database.write():
            self._database.rows(_INSERT, tuple(v.value if isinstance(v, Decision) else v for v in row))
            for digest in sorted(set(files)):
                self._database.rows(_INSERT_FILE, (digest, record.entry))
            present = next(self._some("WHERE entry = ?", (record.entry,)))
        if replace(present, recorded_at=record.recorded_at) != record:
            raise UsageError(f"{self._database.place}: entry {record.entry} already has another record")

    def latest(self, artifact: str) -> Record | None:
        return next(self._some("WHERE artifact = ? ORDER BY entry DESC LIMIT 1", (artifact,)), None)

    def holding(self, file: str) -> Record | None:
        condition = "WHERE entry = (SELECT max(entry) FROM record_file WHERE digest = ?)"
        return next(self._some(condition, (file,)), None)

    def records(self, after: int = -1) -> Iterator[Record]:
        while page := list(self._some("WHERE entry > ? ORDER BY entry LIMIT ?", (after, PAGE))):
            yield from page
            after = page[-1].entry

    def _some(self, condition: str, values: tuple[str | int, ...]) -> Iterator[Record]:
        return map(self._record, self._database.rows(f"{_SELECT} {condition}", values))

    def _record(self, row: tuple[Any, ...]) -> Record:
        artifact, entry, decision, *rest = row
        try:
            return Record(artifact, entry, Decision(decision), *rest)
        except ValueError:
            raise TamperedError(
                f"{self._database.place}: the record of entry {entry} has decision {decision!r}"
            ) from None
