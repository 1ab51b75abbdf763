"""Imported OSV dumps in one SQLite file, replaced as a whole.

An import writes a new file beside the old one and puts it in place with one rename: one that fails, or is killed, leaves what was
there. The file before is kept, so that an import can be taken back.
"""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import closing, suppress
from datetime import datetime, timezone
from typing import Any

from pratique.advisories import osv
from pratique.domain.advisory import Advisory
from pratique.domain.errors import TamperedError, UnavailableError, UsageError

SCHEMA = "pratique.advisories/1"
MAX_RECORD_BYTES = 16 << 20
MAX_RECORDS = 2_000_000
MAX_TOTAL_BYTES = 16 << 30
TABLES = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE advisory (id TEXT PRIMARY KEY, modified TEXT NOT NULL, document TEXT NOT NULL);
CREATE TABLE affected (ecosystem TEXT NOT NULL, name TEXT NOT NULL, id TEXT NOT NULL, PRIMARY KEY (ecosystem, name, id))
  WITHOUT ROWID;
"""


class AdvisoryStore:
    """The advisories of an installation. It satisfies `domain.advisory.Advisories`."""

    def __init__(self, folder: str) -> None:
        self.path = os.path.join(folder, "advisories.sqlite")
        self.previous = self.path + ".previous"
        self._database: sqlite3.Connection | None = None

    @property
    def exists(self) -> bool:
        return os.path.isfile(self.path)

    def load(self, source: str, now: datetime) -> dict[str, str]:
        """Import a zip, a folder, a JSON file or JSON lines; returns what is said of the import.

        Raises `UsageError` for what holds no record, and `UnavailableError` where the disk refuses. Records that are not what the
        schema says are counted, and left out.
        """
        os.makedirs(os.path.dirname(self.path), mode=0o700, exist_ok=True)
        temporary = f"{self.path}.{os.getpid()}.new"
        try:
            with suppress(FileNotFoundError):
                os.remove(temporary)
            facts = _write(temporary, source, now)
            if facts["records"] == "0":
                raise UsageError(f"{source}: no OSV record in it ({facts['skipped']} entries left out)")
            self._replace(temporary)
        except (OSError, sqlite3.Error) as error:
            raise UnavailableError(f"{self.path}: {error}") from None
        finally:
            with suppress(FileNotFoundError):
                os.remove(temporary)
        return facts

    def _replace(self, temporary: str) -> None:
        with open(temporary, "rb") as file:
            os.fsync(file.fileno())
        if self.exists:
            with suppress(FileNotFoundError):
                os.remove(self.previous)
            os.link(self.path, self.previous)
        os.replace(temporary, self.path)
        folder = os.open(os.path.dirname(self.path), os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)

    def rollback(self) -> None:
        """Put the import before back in force."""
        if not os.path.isfile(self.previous):
            raise UsageError("there is no earlier import to go back to")
        os.replace(self.previous, self.path)

    def facts(self) -> dict[str, str]:
        """What is said of the import in force."""
        rows: list[tuple[str, str]] = self._ask("SELECT key, value FROM meta", ())
        return dict(rows)

    @property
    def version(self) -> str:
        facts = self.facts()
        return f"{facts.get('newest', '?')[:10]} sha256:{facts.get('digest', '?')[:16]}"

    def age_days(self, now: datetime | None = None) -> float | None:
        """Days since the newest entry was modified."""
        try:
            newest = datetime.fromisoformat(self.facts().get("newest", "").replace("Z", "+00:00"))
        except ValueError:
            return None
        if newest.tzinfo is None:
            newest = newest.replace(tzinfo=timezone.utc)
        return ((now or datetime.now(timezone.utc)) - newest).total_seconds() / 86_400

    def of(self, ecosystem: str, name: str, version: str) -> tuple[Advisory, ...]:
        """What is known of a release; aliases of one vulnerability are told once."""
        rows = self._ask(
            "SELECT document FROM advisory JOIN affected USING (id) WHERE ecosystem = ? AND name = ? ORDER BY id",
            (ecosystem, osv.normalised(ecosystem, name)),
        )
        found: list[Advisory] = []
        for (document,) in rows:
            advisory = osv.matched(json.loads(document), ecosystem, name, version)
            if advisory is None:
                continue
            names = {advisory.id, *advisory.aliases}
            if not any(names & {other.id, *other.aliases} for other in found):
                found.append(advisory)
        return tuple(found)

    def _ask(self, query: str, values: tuple[str, ...]) -> list[tuple[Any, ...]]:
        try:
            if self._database is None:
                if not self.exists:
                    raise UnavailableError("no advisories are installed; run `pratique advisories update FILE|URL`")
                self._database = sqlite3.connect(f"file:{self.path}?mode=ro", uri=True)
            return self._database.execute(query, values).fetchall()
        except sqlite3.DatabaseError as error:
            raise TamperedError(f"{self.path}: {error}; import the advisories again") from None


def _write(path: str, source: str, now: datetime) -> dict[str, str]:
    digest = hashlib.sha256()
    newest, records, skipped, malicious = "", 0, 0, 0
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        database.executescript(TABLES)
        database.execute("BEGIN")
        for data in documents(source):
            record = _record(data)
            if record is None:
                skipped += 1
                continue
            names = set(osv.packages(record))
            if not names:
                skipped += 1
                continue
            modified = str(record["modified"])[:40]
            database.execute("DELETE FROM advisory WHERE id = ? AND modified <= ?", (record["id"], modified))
            stored = database.execute(
                "INSERT OR IGNORE INTO advisory VALUES (?, ?, ?)",
                (record["id"], modified, json.dumps(record, separators=(",", ":"))),
            )
            if stored.rowcount:
                database.execute("DELETE FROM affected WHERE id = ?", (record["id"],))
                rows = [(ecosystem, name, record["id"]) for ecosystem, name in names]
                database.executemany("INSERT OR IGNORE INTO affected VALUES (?, ?, ?)", rows)
                digest.update(hashlib.sha256(data).digest())
                newest = max(newest, modified)
                records += 1
                malicious += str(record["id"]).startswith("MAL-")
        facts = {
            "schema": SCHEMA,
            "source": source,
            "imported": now.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "newest": newest,
            "records": str(records),
            "malicious": str(malicious),
            "skipped": str(skipped),
            "digest": digest.hexdigest(),
        }
        database.executemany("INSERT INTO meta VALUES (?, ?)", sorted(facts.items()))
        database.execute("COMMIT")
    return facts


def _record(data: bytes) -> dict[str, Any] | None:
    try:
        record = json.loads(data)
    except (ValueError, RecursionError):
        return None
    if (
        not isinstance(record, dict)
        or not isinstance(record.get("id"), str)
        or not isinstance(record.get("modified"), str)
    ):
        return None
    return record if 0 < len(record["id"]) <= 128 else None


def documents(source: str) -> Iterator[bytes]:
    """The JSON documents of a dump, bounded by count and bytes, in the order of their names."""
    total = 0
    for count, data in enumerate(_documents(source)):
        total += len(data)
        if count >= MAX_RECORDS or total > MAX_TOTAL_BYTES:
            raise UsageError(f"{source}: more than {MAX_RECORDS} records or {MAX_TOTAL_BYTES} bytes")
        yield data


def _documents(source: str) -> Iterator[bytes]:
    if os.path.isdir(source):
        for folder, folders, files in os.walk(source):
            folders.sort()
            for name in sorted(files):
                if name.endswith(".json"):
                    yield _file(os.path.join(folder, name))
    elif zipfile.is_zipfile(source):
        yield from _zipped(source)
    elif source.endswith(".jsonl"):
        with open(source, "rb") as file:
            while line := file.readline(MAX_RECORD_BYTES):
                yield line
    elif os.path.isfile(source):
        yield _file(source)
    else:
        raise UsageError(f"{source}: no such file or folder")


def _file(path: str) -> bytes:
    with open(path, "rb") as file:
        data = file.read(MAX_RECORD_BYTES + 1)
    return data if len(data) <= MAX_RECORD_BYTES else b""


def _zipped(source: str) -> Iterator[bytes]:
    try:
        with zipfile.ZipFile(source) as archive:
            for info in sorted(archive.infolist(), key=lambda i: i.filename):
                if info.filename.endswith(".json") and info.file_size <= MAX_RECORD_BYTES:
                    with archive.open(info) as file:
                        yield file.read(MAX_RECORD_BYTES)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError) as error:
        raise UsageError(f"{source}: the archive does not read: {error}") from None
