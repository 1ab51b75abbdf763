"""The record that every kind of requirement and lock file is read into."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from pratique.domain.locator import Locator

MAX_PINS = 20_000
_RUNS = re.compile(r"[-_.]+")


@dataclass(frozen=True, slots=True)
class Pin:
    """One package that a file asks for.

    `source` is `index` (a registry), `vcs`, `url` or `path`; `location` its address, `revision` what a VCS reference asks for.
    `hashes` are `ALGORITHM:HEX`; `files` the file names that a lock lists, `uploaded` their latest upload time (RFC 3339).
    """

    name: str  # normalised as PyPA says (PEP 503)
    version: str | None = None  # exact, or None
    specifier: str = ""
    hashes: tuple[str, ...] = ()
    source: str = "index"
    location: str = ""
    revision: str = ""
    files: tuple[str, ...] = ()
    uploaded: str = ""
    line: int = 0  # from 1; 0 when the file has no lines to point at
    ecosystem: str = "PyPI"  # as OSV names it; "conda" for conda packages


@dataclass(frozen=True, slots=True)
class Option:
    """An option of a requirement file, or a source that a lock or project file declares."""

    name: str  # "index-url", "extra-index-url", "find-links", "trusted-host", "no-binary", "index-strategy", …
    value: str
    line: int = 0


@dataclass(slots=True)
class PinFile:
    """What one file pins. `lock` says whether it is meant to be complete and exact."""

    where: Locator
    kind: str  # "requirements", "pylock", "uv", "poetry", "pdm", "pipenv", "conda", "conda-explicit", "conda-lock", "pyproject"
    lock: bool
    pins: list[Pin] = field(default_factory=list)
    options: list[Option] = field(default_factory=list)
    skipped: int = 0  # entries beyond `MAX_PINS`, or that are not what the format says

    def add(self, pin: Pin) -> None:
        if len(self.pins) < MAX_PINS:
            self.pins.append(pin)
        else:
            self.skipped += 1

    def place(self, line: int) -> Locator:
        return Locator(self.where.path, self.where.members, line=line or None)


def normalised(name: str) -> str:
    """`Foo.Bar_baz` is `foo-bar-baz` (PEP 503)."""
    return _RUNS.sub("-", name).lower().strip("-")
