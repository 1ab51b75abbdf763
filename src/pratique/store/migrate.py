"""Numbered migrations: each is one transaction that also writes down its number and digest.

A migration that was applied must be the one that this release knows, byte for byte, and a database that a newer release has
migrated is left alone.
"""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pratique.domain.errors import TamperedError, UsageError

if TYPE_CHECKING:
    from pratique.domain.ports import Database

FOLDER = os.path.join(os.path.dirname(__file__), "migrations")
_TABLE = "CREATE TABLE IF NOT EXISTS migration (number BIGINT PRIMARY KEY, name TEXT NOT NULL, digest TEXT NOT NULL)"


@dataclass(frozen=True, slots=True)
class Migration:
    """One step. `sql` is written so that SQLite and PostgreSQL both read it."""

    number: int
    name: str
    sql: str

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.sql.encode()).hexdigest()

    @property
    def statements(self) -> list[str]:
        """Its statements, each ended by a semicolon at the end of a line."""
        return [part for part in self.sql.split(";\n") if part.strip()]


def known() -> tuple[Migration, ...]:
    """The migrations of this release, `NNNN_name.sql`, in order."""
    found = []
    for file_name in sorted(os.listdir(FOLDER)):
        if file_name.endswith(".sql"):
            with open(os.path.join(FOLDER, file_name), encoding="utf-8") as file:
                found.append(Migration(int(file_name[:4]), file_name[5:-4], file.read()))
    return tuple(found)


def migrate(database: Database, migrations: tuple[Migration, ...]) -> int:
    """Bring the database up to date and return how many migrations that took.

    Raises `UsageError` for a database of a newer release and `TamperedError` for one whose migrations are not ours.
    """
    pending = _pending(database, migrations)
    if not pending:
        return 0
    if not database.has_table("migration"):
        with database.write():
            database.rows(_TABLE)
    return sum(_apply(database, migrations, step) for step in pending)


def _pending(database: Database, migrations: tuple[Migration, ...]) -> tuple[Migration, ...]:
    if not database.has_table("migration"):
        return migrations
    applied = database.rows("SELECT number, digest FROM migration ORDER BY number LIMIT 10000")
    if len(applied) > len(migrations):
        raise UsageError(f"{database.place} was migrated by a newer Pratique (to {applied[-1][0]}); update this one")
    for (number, digest), step in zip(applied, migrations, strict=False):
        if (number, digest) != (step.number, step.digest):
            raise TamperedError(f"{database.place}: migration {number} is not the one that this release knows")
    return migrations[len(applied) :]


def _apply(database: Database, migrations: tuple[Migration, ...], step: Migration) -> bool:
    with database.write():
        if step not in _pending(database, migrations):  # another process was first
            return False
        for statement in step.statements:
            database.rows(statement)
        database.rows(
            "INSERT INTO migration (number, name, digest) VALUES (?, ?, ?)", (step.number, step.name, step.digest)
        )
        return True
