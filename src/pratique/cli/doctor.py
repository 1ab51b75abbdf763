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

DEPENDENCIES = ("PyYAML", "Jinja2", "tree-sitter", "tree-sitter-python", "zstandard", "lz4", "rich")


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


def _configuration() -> str:
    settings = configuration.load([], os.environ)
    parse.load(settings.policy)
    return f"policy {settings.policy}, from {settings.source or 'defaults'}"
