"""PostgreSQL as a `Database`, through psycopg 3 (extra `postgresql`). Its tables stand in a schema of their own, `pratique`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import RLock
from typing import TYPE_CHECKING, Any

from pratique.domain.errors import TamperedError, UnavailableError, UsageError

if TYPE_CHECKING:
    from psycopg import Connection

    from pratique.domain.ports import Value

CONNECT_SECONDS = 10
SCHEMA = "pratique"
_WRITER_LOCK = int.from_bytes(b"pratique", "big")  # an advisory lock: one writer at a time
_SETTINGS = (
    f"SET search_path TO {SCHEMA}, pg_temp",  # nobody else's tables stand in for ours
    "SET lock_timeout TO '30s'",
    "SET client_encoding TO 'UTF8'",
)

# Classes of SQLSTATE (PostgreSQL manual, appendix A): data, integrity, names that do not exist (42, 3F), corruption.
_DAMAGE = ("22", "23", "42", "3F", "XX")
_NOT_PERMITTED = "42501"


class PostgresqlDatabase:
    """A `domain.ports.Database`. Threads may share it: they wait for each other."""

    def __init__(self, url: str, create: bool = False) -> None:
        self.place = _without_secrets(url)
        self._url = url
        self._lock = RLock()
        self._writing = False
        self._connection = self._connect()
        if create:
            self.rows(f"CREATE SCHEMA IF NOT EXISTS {SCHEMA}")

    def rows(self, statement: str, values: tuple[Value, ...] = ()) -> list[tuple[Any, ...]]:
        with self._lock, _faults(self.place):
            self._reconnect()
            # The statement is ours and values are bound, so the type that psycopg asks for (a literal) does not help.
            cursor = self._connection.execute(statement.replace("?", "%s").encode(), values or None)
            return cursor.fetchall() if cursor.description else []

    @contextmanager
    def write(self) -> Iterator[None]:
        with self._lock:
            self._reconnect()
            with _faults(self.place), self._connection.transaction():
                self._writing = True
                try:
                    self.rows("SELECT pg_advisory_xact_lock(?)", (_WRITER_LOCK,))
                    yield
                finally:
                    self._writing = False

    def has_table(self, name: str) -> bool:
        query = "SELECT 1 FROM pg_catalog.pg_tables WHERE schemaname = ? AND tablename = ?"
        return bool(self.rows(query, (SCHEMA, name)))

    def close(self) -> None:
        self._connection.close()

    def _reconnect(self) -> None:
        """After a restart of the server, for example; never in the middle of a transaction."""
        if self._connection.closed and not self._writing:
            self._connection = self._connect()

    def _connect(self) -> Connection[tuple[Any, ...]]:
        psycopg = _psycopg()
        try:
            psycopg.conninfo.conninfo_to_dict(self._url)
        except psycopg.ProgrammingError:
            raise UsageError(f"{self.place}: the URL has parts that PostgreSQL does not know") from None
        with _faults(self.place):
            connection: Connection[tuple[Any, ...]] = psycopg.connect(
                self._url, autocommit=True, connect_timeout=CONNECT_SECONDS, application_name="pratique"
            )
            for setting in _SETTINGS:
                connection.execute(setting.encode())
            _insist_on_durability(connection, self.place)
        return connection


BACKEND = PostgresqlDatabase


def _insist_on_durability(connection: Connection[tuple[Any, ...]], place: str) -> None:
    """A commit must be on disk when it returns, whatever the role's or the database's defaults are."""
    row = connection.execute("SELECT current_setting('fsync'), current_setting('synchronous_commit')").fetchone()
    if row is None or row[0] != "on":
        connection.close()
        raise UnavailableError(f"{place}: the server runs with fsync off, so a crash may lose what it acknowledged")
    if row[1] == "off":
        connection.execute("SET synchronous_commit TO on")


def _psycopg() -> Any:
    try:
        import psycopg
    except ImportError:
        raise UsageError("PostgreSQL needs the extra: pip install 'pratique[postgresql]'") from None
    return psycopg


def _without_secrets(url: str) -> str:
    from urllib.parse import urlsplit

    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"


@contextmanager
def _faults(place: str) -> Iterator[None]:
    """Rows or tables that are not what they were are `TamperedError`; what the server or network refuses, `UnavailableError`."""
    psycopg = _psycopg()
    try:
        yield
    except psycopg.Error as error:
        state = error.sqlstate or ""
        if state.startswith(_DAMAGE) and state != _NOT_PERMITTED:
            raise TamperedError(
                f"{place} is damaged or not a store: {_first_line(error)}; nothing was changed"
            ) from error
        raise UnavailableError(f"{place}: {_first_line(error)}; nothing was acknowledged") from error


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or ["no message"])[0]
