"""What a watch remembers, in one SQLite file: the accepted entries, what it told of each, and alerts to be delivered.

The stat key of an entry is the cache that spares reading files again in a sweep. It is never an answer by itself for
long: every full verification reads everything whatever the key says, and load-time checks do not know this file.
"""

from __future__ import annotations

import json
import os
import sqlite3
import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from pratique.domain.errors import UnavailableError
from pratique.fingerprints.manifest import Entry, entry_document, entry_of

_SCHEMA = """
create table if not exists entry (
    root text not null, path blob not null, document text, stat_key text not null default '', told text not null default '',
    primary key (root, path)) without rowid;
create index if not exists entry_told on entry (root, told);
create table if not exists outbox (
    id integer primary key autoincrement, body text not null, attempts integer not null default 0, due_at real not null);
create table if not exists upstream (reference text primary key, revision text not null);
"""


@dataclass(frozen=True, slots=True)
class Record:
    """An accepted entry (None for what is there and was not accepted), and the state that was last told of it."""

    path: str
    entry: Entry | None
    stat_key: str
    told: str  # empty while it is as accepted


class Records:
    """Open with the path of the file; `:memory:` forgets. May be used by several threads."""

    def __init__(self, path: str) -> None:
        self._lock = threading.RLock()
        try:
            if path != ":memory:":
                os.makedirs(os.path.dirname(os.path.abspath(path)), mode=0o700, exist_ok=True)
            self._db = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=10)
            self._db.execute("pragma journal_mode=wal")
            self._db.execute("pragma synchronous=normal")
            self._db.execute("pragma cache_size=-8000")
            self._db.executescript(_SCHEMA)
            if path != ":memory:":
                os.chmod(path, 0o600)
        except (sqlite3.Error, OSError) as error:
            raise UnavailableError(f"{path}: {error}") from None

    def close(self) -> None:
        with self._lock:
            self._db.close()

    def _rows(self, statement: str, *values: Any) -> list[Any]:
        with self._lock:
            return self._db.execute(statement, values).fetchall()

    def _changed(self, statement: str, *values: Any) -> bool:
        with self._lock:
            return self._db.execute(statement, values).rowcount > 0

    def has(self, root: str) -> bool:
        return bool(self._rows("select 1 from entry where root = ? limit 1", root))

    def accept(self, root: str, entries: Iterable[tuple[Entry, str]]) -> int:
        """Replace all that was accepted below `root`; each entry comes with its stat key. Returns their number."""
        statement = "insert into entry (root, path, document, stat_key) values (?, ?, ?, ?)"
        with self._lock:
            self._db.execute("begin immediate")
            try:
                self._db.execute("delete from entry where root = ?", (root,))
                rows = ((root, os.fsencode(e.path), json.dumps(entry_document(e)), key) for e, key in entries)
                count = self._db.executemany(statement, rows).rowcount
            except BaseException:
                self._db.execute("rollback")
                raise
            self._db.execute("commit")
            self._db.execute("pragma wal_checkpoint(truncate)")
            return count

    def get(self, root: str, path: str) -> Record | None:
        statement = "select document, stat_key, told from entry where root = ? and path = ?"
        for document, key, told in self._rows(statement, root, os.fsencode(path)):
            return Record(path, entry_of(json.loads(document)) if document else None, key, told)
        return None

    def stat_key(self, root: str, path: str) -> str | None:
        rows = self._rows("select stat_key from entry where root = ? and path = ?", root, os.fsencode(path))
        return rows[0][0] if rows else None

    def update(self, root: str, before: Record | None, after: Record | None) -> bool:
        """Put `after` where `before` was (None for nothing). False if another look was faster: then that one tells."""
        path = os.fsencode((before or after or _NOTHING).path)
        if before is None:
            if after is None:
                return False
            statement = "insert or ignore into entry values (?, ?, ?, ?, ?)"
            return self._changed(statement, root, path, None, after.stat_key, after.told)
        if after is None:
            return self._changed("delete from entry where root = ? and path = ? and told = ?", root, path, before.told)
        statement = "update entry set stat_key = ?, told = ? where root = ? and path = ? and told = ?"
        return self._changed(statement, after.stat_key, after.told, root, path, before.told)

    def paths(self, root: str) -> Iterator[str]:
        """Everything that is known below `root`, in pages: rows may change meanwhile."""
        after = b""
        statement = "select path from entry where root = ? and path > ? order by path limit 1000"
        while rows := self._rows(statement, root, after):
            for (path,) in rows:
                yield os.fsdecode(path)
            after = rows[-1][0]

    def below(self, root: str, folder: str) -> list[str]:
        """The known paths below a folder: what went with it when it went."""
        prefix = os.fsencode(folder) + b"/"
        statement = "select path from entry where root = ? and path >= ? and path < ?"
        return [os.fsdecode(row[0]) for row in self._rows(statement, root, prefix, prefix[:-1] + b"0")]

    def counts(self, root: str) -> tuple[int, int]:
        """Entries known, and how many of them are not as accepted."""
        ((known, deviating),) = self._rows("select count(*), total(told != '') from entry where root = ?", root)
        return int(known), int(deviating)

    # Upstream references

    def revision(self, reference: str) -> str | None:
        rows = self._rows("select revision from upstream where reference = ?", reference)
        return rows[0][0] if rows else None

    def set_revision(self, reference: str, revision: str) -> None:
        self._changed("insert or replace into upstream values (?, ?)", reference, revision)

    # The outbox

    def post(self, body: str, due_at: float) -> None:
        self._changed("insert into outbox (body, due_at) values (?, ?)", body, due_at)

    def due(self, now: float, limit: int = 50) -> list[tuple[int, str, int]]:
        """Id, body and attempts so far of what should be sent now, oldest first."""
        return self._rows("select id, body, attempts from outbox where due_at <= ? order by id limit ?", now, limit)

    def sent(self, id_: int) -> None:
        self._changed("delete from outbox where id = ?", id_)

    def put_off(self, id_: int, due_at: float) -> None:
        self._changed("update outbox set attempts = attempts + 1, due_at = ? where id = ?", due_at, id_)

    def waiting(self) -> int:
        return int(self._rows("select count(*) from outbox")[0][0])


_NOTHING = Record("", None, "", "")
