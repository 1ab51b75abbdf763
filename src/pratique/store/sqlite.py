"""SQLite as a `Database`: one file, write-ahead log, synchronised to disk at every commit."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from threading import RLock
from typing import TYPE_CHECKING, Any

from pratique.domain.errors import PratiqueError, TamperedError, UnavailableError, UsageError

if TYPE_CHECKING:
    from pratique.domain.ports import Value

WAIT_SECONDS = 30.0  # for another process that writes
_SETTINGS = (
    "PRAGMA journal_mode = WAL",  # https://sqlite.org/wal.html
    "PRAGMA synchronous = FULL",  # a commit is on disk when it returns, also under WAL
    "PRAGMA trusted_schema = OFF",  # a doctored schema runs no functions
    "PRAGMA cell_size_check = ON",  # notice damaged pages early
)
_DAMAGED = {
    sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_FORMAT, sqlite3.SQLITE_SCHEMA, sqlite3.SQLITE_MISMATCH,
    sqlite3.SQLITE_CONSTRAINT, sqlite3.SQLITE_ERROR,
}  # fmt: skip


class SqliteDatabase:
    """A `domain.ports.Database`. Threads may share it: they wait for each other."""

    def __init__(self, url: str, create: bool = False) -> None:
        """`url` is a path, `sqlite:PATH` or `sqlite://PATH`."""
        path = url.removeprefix("sqlite:").removeprefix("//") if url.startswith("sqlite:") else url
        self.place = path
        self._lock = RLock()
        if create:
            _create(path)
        elif not os.path.isfile(path):
            raise UsageError(f"{path}: there is no store here")
        with _faults(path):
            self._connection = sqlite3.connect(
                f"file:{_escaped(os.path.abspath(path))}?mode=rw",
                uri=True,
                timeout=WAIT_SECONDS,
                isolation_level=None,  # transactions are ours
                check_same_thread=False,
            )
        try:
            for setting in _SETTINGS:
                self.rows(setting)
        except PratiqueError:
            self.close()
            raise

    def rows(self, statement: str, values: tuple[Value, ...] = ()) -> list[tuple[Any, ...]]:
        with self._lock, _faults(self.place):
            return self._connection.execute(statement, values).fetchall()

    @contextmanager
    def write(self) -> Iterator[None]:
        with self._lock:
            self.rows("BEGIN IMMEDIATE")
            try:
                yield
                self.rows("COMMIT")
            except BaseException:
                if self._connection.in_transaction:
                    self.rows("ROLLBACK")
                raise

    def has_table(self, name: str) -> bool:
        return bool(self.rows("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?", (name,)))

    def close(self) -> None:
        self._connection.close()


BACKEND = SqliteDatabase


def _escaped(path: str) -> str:
    """For a URI of SQLite (https://sqlite.org/uri.html); importing `urllib.parse` would cost a tenth of a cold start."""
    return path.replace("%", "%25").replace("?", "%3f").replace("#", "%23")


def _create(path: str) -> None:
    """An empty file that only its owner can read, unless there is one already."""
    try:
        folder = os.path.dirname(os.path.abspath(path))
        os.makedirs(folder, mode=0o700, exist_ok=True)
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
        descriptor = os.open(folder, os.O_RDONLY)
        os.fsync(descriptor)  # the file's name must survive a crash, too
        os.close(descriptor)
    except OSError as error:
        raise UnavailableError(f"{path}: {error.strerror}") from None


@contextmanager
def _faults(place: str) -> Iterator[None]:
    """Damage is `TamperedError`; all else that SQLite reports (locks, disks, permissions) is `UnavailableError`."""
    try:
        yield
    except sqlite3.Error as error:
        code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF  # the primary code
        if code in _DAMAGED:
            raise TamperedError(f"{place} is damaged or not a store: {error}; nothing was changed") from error
        raise UnavailableError(f"{place}: {error}; nothing was acknowledged") from error
