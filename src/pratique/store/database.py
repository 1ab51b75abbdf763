"""Which database a URL or path names."""

from __future__ import annotations

import os
from importlib import import_module
from typing import TYPE_CHECKING

from pratique.domain.errors import PratiqueError, UsageError
from pratique.store.migrate import known, migrate

if TYPE_CHECKING:
    from pratique.domain.ports import Database

BACKENDS = {
    "sqlite": "pratique.store.sqlite",
    "postgresql": "pratique.store.postgresql",
    "postgres": "pratique.store.postgresql",
}


def open_database(url: str, create: bool = False) -> Database:
    """A path, `sqlite:PATH` or `postgresql://…`, migrated to this release. Only `create` makes a new store."""
    database = _database(url, create)
    try:
        if not create and not database.has_table("migration"):
            raise UsageError(f"{database.place} holds no store of Pratique")
        migrate(database, known())
    except PratiqueError:
        database.close()
        raise
    return database


def default_path(home: str) -> str:
    """Where the store is unless configured otherwise."""
    return os.path.join(home, "store.db")


def _database(url: str, create: bool) -> Database:
    scheme, separator, _ = url.partition(":")
    if not separator or "/" in scheme:
        scheme = "sqlite"  # a path
    if scheme not in BACKENDS:
        raise UsageError(f"{scheme}: no such kind of store; a path, sqlite:PATH or postgresql://… is needed")
    database: Database = import_module(BACKENDS[scheme]).BACKEND(url, create)
    return database
