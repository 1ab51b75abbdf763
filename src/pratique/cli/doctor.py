"""`pratique doctor`: is this installation whole, and what is it configured to do?"""

from __future__ import annotations

import argparse
import os
import platform
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version

from pratique._version import VERSION
from pratique.cli import settings as configuration
from pratique.domain.errors import PratiqueError
from pratique.policy import parse

DEPENDENCIES = (
    *("PyYAML", "Jinja2", "tree-sitter", "tree-sitter-python", "zstandard", "lz4", "rich"),
    *("blake3", "cryptography", "packaging"),
)


@dataclass(frozen=True, slots=True)
class Check:
    """One line of the doctor's report."""

    name: str
    ok: bool
    detail: str


def run(words: list[str]) -> int:
    argparse.ArgumentParser(prog="pratique doctor", description=__doc__).parse_args(words)
    checks = list(_checks())
    for check in checks:
        print(f"{'ok  ' if check.ok else 'FAIL'} {check.name:<14} {check.detail}")
    return 0 if all(check.ok for check in checks) else 3


def _checks() -> Iterator[Check]:
    yield Check("pratique", True, f"{VERSION} at {os.path.dirname(os.path.dirname(__file__))}")
    yield Check("python", sys.version_info >= (3, 11), f"{platform.python_version()} ({platform.system()})")
    for name in DEPENDENCIES:
        try:
            yield Check("dependency", True, f"{name} {version(name)}")
        except PackageNotFoundError:
            yield Check("dependency", False, f"{name} is not installed; formats that need it could not be read")
    yield _guarded("formats", _formats)
    yield _guarded("rules", _rules)
    yield _guarded("policies", lambda: ", ".join(parse.load(name).name for name in parse.BUILTIN))
    yield _guarded("advisories", _advisories)
    yield Check("cache", True, _cache())
    yield _guarded("configuration", _configuration)


def _guarded(name: str, detail: Callable[[], str]) -> Check:
    try:
        return Check(name, True, detail())
    except (ImportError, AttributeError, PratiqueError) as error:
        return Check(name, False, str(error))


def _formats() -> str:
    from pratique.formats.index import FORMATS

    for entry in FORMATS:
        import_module(entry.module)
    return f"{len(FORMATS)} readers load"


def _rules() -> str:
    from pratique.inspections.index import RULES

    for entry in RULES:
        import_module(entry.module)
    return f"{len(RULES)} rules load"


def _advisories() -> str:
    from pratique.store.advisories import AdvisoryStore
    from pratique.store.intel import home

    store = AdvisoryStore(home(os.environ))
    if not store.exists:
        return "none imported (pratique advisories update)"
    age = store.age_days()
    return f"{store.facts()['records']}, newest {'of unknown age' if age is None else f'{age:.0f} days old'}"


def _cache() -> str:
    from pratique.store.reports import ReportCache, folder

    cache = ReportCache(folder(os.environ))
    entries = cache.entries()
    return f"{len(entries)} reports, {sum(entry.stat().st_size for entry in entries) >> 10} KiB, in {cache.folder}"


def _configuration() -> str:
    settings = configuration.load([], os.environ)
    parse.load(settings.policy)
    return f"policy {settings.policy}, from {settings.source or 'defaults'}"
