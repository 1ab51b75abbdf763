"""Where updated intelligence is kept: one folder a version, and for each kind of table a file that names the one in force.

Installing writes the folder first and then replaces each pointer with one rename, so a crash leaves the old version of a kind in
force. The kinds are updated apart: a bundle without capability tables leaves those in force alone.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pratique.domain.errors import TamperedError, UnavailableError

CAPABILITIES, POPULARITY = "current", "popularity"  # the pointers
RANKS = "ranks.tsv"  # no library's table has that name
SCHEMA = "pratique.intel/1"
PAYLOAD_TYPE = "application/vnd.pratique.intel+json"
_VERSION = re.compile(r"\d{4}\.\d{2}\.\d{2}(\.\d{1,4})?")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_NAME = re.compile(r"[a-z0-9-]{1,128}")
_LIBRARY = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,63}")


def home(environment: Mapping[str, str]) -> str:
    """`PRATIQUE_HOME`, or the user's data folder (XDG Base Directory Specification)."""
    if environment.get("PRATIQUE_HOME"):
        return environment["PRATIQUE_HOME"]
    data = environment.get("XDG_DATA_HOME") or os.path.join(os.path.expanduser("~"), ".local", "share")
    return os.path.join(data, "pratique")


@dataclass(frozen=True, slots=True)
class Bundle:
    """What a payload holds: its version, capability tables by library, and the popularity table, if it has one."""

    version: str
    tables: dict[str, Any]
    popularity: dict[str, Any] | None

    @property
    def kinds(self) -> tuple[str, ...]:
        return ((CAPABILITIES,) if self.tables else ()) + ((POPULARITY,) if self.popularity else ())

    def files(self) -> Iterator[tuple[str, bytes]]:
        for library, table in self.tables.items():
            yield f"{library}.json", json.dumps(table).encode()
        if self.popularity is not None:
            rows = sorted((rank, name) for name, rank in self.popularity["ranks"].items())
            yield RANKS, "".join((f"# {self.popularity['date']}\n", *(f"{r}\t{n}\n" for r, n in rows))).encode()


class IntelStore:
    """Tables that are newer than those of the release."""

    def __init__(self, folder: str) -> None:
        self._folder = os.path.join(folder, "intel")

    def current(self, kind: str = CAPABILITIES) -> str | None:
        """The version in force, or None where the release's own tables are."""
        pointer = self._pointer(kind)
        try:
            with open(pointer, encoding="ascii") as file:
                version = file.read(32).strip()
        except (FileNotFoundError, NotADirectoryError):
            return None
        except (OSError, UnicodeDecodeError) as error:
            raise UnavailableError(f"{pointer}: {error}") from None
        there = self.folder_of(version)
        if (
            not _VERSION.fullmatch(version)
            or not os.path.isdir(there)
            or (kind == POPULARITY and not os.path.isfile(os.path.join(there, RANKS)))
        ):
            raise TamperedError(f"{pointer} names {version!r}, which is not installed; run `pratique intel reset`")
        return version

    def folder_of(self, version: str) -> str:
        return os.path.join(self._folder, version)

    def folder_in_use(self, kind: str = CAPABILITIES) -> str | None:
        """The folder of the version in force."""
        version = self.current(kind)
        return self.folder_of(version) if version else None

    def _pointer(self, kind: str) -> str:
        return os.path.join(self._folder, kind)

    def install(self, payload: bytes) -> str:
        """Install a verified payload and return its version. Refuses to go back to an older one."""
        bundle = parse(payload)
        version = bundle.version
        for kind in bundle.kinds:
            present = self.current(kind)
            if present is not None and _ordered(version) < _ordered(present):
                message = f"version {version} is older than the installed {present}: a replay, or the wrong file"
                raise TamperedError(message)
        os.makedirs(self._folder, exist_ok=True)
        self._write_folder(bundle)
        for kind in bundle.kinds:
            _write(self._pointer(kind) + ".new", version.encode())
            os.replace(self._pointer(kind) + ".new", self._pointer(kind))
        return version

    def _write_folder(self, bundle: Bundle) -> None:
        there = self.folder_of(bundle.version)
        if not os.path.isdir(there):
            from tempfile import mkdtemp

            fresh = mkdtemp(dir=self._folder)
            for name, data in bundle.files():
                _write(os.path.join(fresh, name), data)
            os.rename(fresh, there)
        missing = [name for name, _ in bundle.files() if not os.path.isfile(os.path.join(there, name))]
        if missing:
            raise TamperedError(
                f"version {bundle.version} is installed without {missing[0]}: two bundles of one version"
            )

    def reset(self) -> None:
        """Go back to the tables of the release."""
        for kind in (CAPABILITIES, POPULARITY):
            if os.path.exists(self._pointer(kind)):
                os.remove(self._pointer(kind))


def parse(payload: bytes) -> Bundle:
    """What a payload holds; raises `TamperedError` for anything else. Tables are checked only in outline (`cli/intel.py`)."""
    try:
        document = json.loads(payload)
    except (ValueError, RecursionError) as error:
        raise TamperedError(f"the payload is not JSON: {error}") from None
    if not isinstance(document, dict) or document.get("schema") != SCHEMA:
        raise TamperedError(f"the payload is not {SCHEMA}")
    version, tables = document.get("version"), document.get("capabilities", {})
    if not isinstance(version, str) or not _VERSION.fullmatch(version):
        raise TamperedError(f"the payload's version is not YYYY.MM.DD: {version!r}")
    popularity = document.get("popularity")
    if not isinstance(tables, dict) or not (tables or popularity):
        raise TamperedError("the payload has neither capability tables nor a popularity table")
    for library, table in tables.items():
        if not _LIBRARY.fullmatch(library) or not isinstance(table, dict):
            raise TamperedError(f"the payload's table {library[:80]!r} is malformed")
    if popularity is not None:
        _check_ranks(popularity)
    return Bundle(version, tables, popularity)


def _check_ranks(table: object) -> None:
    """What is written must be lines of rank and name, whatever else is checked of it."""
    if not isinstance(table, dict) or not isinstance(table.get("ranks"), dict) or not table["ranks"]:
        raise TamperedError("the payload's popularity table has no ranks")
    if not isinstance(table.get("date"), str) or not _DATE.fullmatch(table["date"]):
        raise TamperedError("the payload's popularity table has no date")
    if not all(type(rank) is int and _NAME.fullmatch(name) for name, rank in table["ranks"].items()):
        raise TamperedError("the payload's popularity table is malformed")


def _ordered(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))


def _write(path: str, data: bytes) -> None:
    with open(path, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
