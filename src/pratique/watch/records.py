"""What a watch remembers, in one SQLite file: the accepted entries, what it told of each, and alerts to be delivered.

The stat key of an entry is the cache that spares reading files again in a sweep. It is never an answer by itself for
long: every full verification reads everything whatever the key says, and load-time checks do not know this file.
"""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pratique.domain.errors import UnavailableError
from pratique.fingerprints.manifest import Entry, entry_document, entry_of

VERSION = 1
_SCHEMA = """
create table if not exists entry (
    root text not null, path blob not null, document text, stat_key text not null default '', told text not null default '',
    primary key (root, path)) without rowid;
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
    """Open with the path of the file; `:memory:` forgets."""

    def __init__(self, path: str) -> None:
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
        self._db.close()

    def has(self, root: str) -> bool:
        return self._db.execute("select 1 from entry where root = ? limit 1", (root,)).fetchone() is not None

    def accept(self, root: str, entries: Iterable[tuple[Entry, str]]) -> int:
        """Replace all that was accepted below `root`; each entry comes with its stat key. Returns their number."""
        self._db.execute("begin immediate")
        try:
            self._db.execute("delete from entry where root = ?", (root,))
            rows = ((root, os.fsencode(e.path), json.dumps(entry_document(e)), key) for e, key in entries)
            done = self._db.executemany("insert into entry (root, path, document, stat_key) values (?, ?, ?, ?)", rows)
        except BaseException:
            self._db.execute("rollback")
            raise
        self._db.execute("commit")
        self._db.execute("pragma wal_checkpoint(truncate)")
        return done.rowcount

    def get(self, root: str, path: str) -> Record | None:
        row = self._db.execute(
            "select document, stat_key, told from entry where root = ? and path = ?", (root, os.fsencode(path))
        ).fetchone()
        if row is None:
            return None
        return Record(path, entry_of(json.loads(row[0])) if row[0] else None, row[1], row[2])

    def stat_key(self, root: str, path: str) -> str | None:
        row = self._db.execute(
            "select stat_key from entry where root = ? and path = ?", (root, os.fsencode(path))
        ).fetchone()
        return row[0] if row else None

    def put(self, root: str, record: Record) -> None:
        document = json.dumps(entry_document(record.entry)) if record.entry is not None else None
        row = (root, os.fsencode(record.path), document, record.stat_key, record.told)
        self._db.execute("insert or replace into entry values (?, ?, ?, ?, ?)", row)

    def drop(self, root: str, path: str) -> None:
        self._db.execute("delete from entry where root = ? and path = ?", (root, os.fsencode(path)))

    def keys(self, root: str) -> Iterator[tuple[str, str]]:
        """Path and stat key of everything that is known below `root`, in pages: rows may change meanwhile."""
        after = b""
        while True:
            rows = self._db.execute(
                "select path, stat_key from entry where root = ? and path > ? order by path limit 1000", (root, after)
            ).fetchall()
            if not rows:
                return
            for path, key in rows:
                yield os.fsdecode(path), key
            after = rows[-1][0]

    def below(self, root: str, folder: str) -> list[str]:
        """The known paths below a folder: what went with it when it went."""
        prefix = os.fsencode(folder) + b"/"
        rows = self._db.execute(
            "select path from entry where root = ? and path >= ? and path < ?", (root, prefix, prefix[:-1] + b"0")
        ).fetchall()
        return [os.fsdecode(row[0]) for row in rows]

    def counts(self, root: str) -> tuple[int, int]:
        """Entries known, and how many of them are not as accepted."""
        row = self._db.execute("select count(*), total(told != '') from entry where root = ?", (root,)).fetchone()
        return int(row[0]), int(row[1])

    # Upstream references

    def revision(self, reference: str) -> str | None:
        row = self._db.execute("select revision from upstream where reference = ?", (reference,)).fetchone()
        return row[0] if row else None

    def set_revision(self, reference: str, revision: str) -> None:
        self._db.execute("insert or replace into upstream values (?, ?)", (reference, revision))

    # The outbox

    def post(self, body: str, due_at: float) -> None:
        self._db.execute("insert into outbox (body, due_at) values (?, ?)", (body, due_at))

    def due(self, now: float, limit: int = 50) -> list[tuple[int, str, int]]:
        """Id, body and attempts so far of what should be sent now, oldest first."""
        return self._db.execute(
            "select id, body, attempts from outbox where due_at <= ? order by id limit ?", (now, limit)
        ).fetchall()

    def sent(self, id_: int) -> None:
        self._db.execute("delete from outbox where id = ?", (id_,))

    def put_off(self, id_: int, due_at: float) -> None:
        self._db.execute("update outbox set attempts = attempts + 1, due_at = ? where id = ?", (due_at, id_))

    def waiting(self) -> int:
        return int(self._db.execute("select count(*) from outbox").fetchone()[0])
