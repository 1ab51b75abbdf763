"""Where updated intelligence is kept: one folder a version, and a file that names the current one.

Installing writes the folder first and then replaces the pointer with one rename, so a crash leaves the old version in force.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping
from typing import Any

from pratique.domain.errors import TamperedError, UnavailableError

SCHEMA = "pratique.intel/1"
PAYLOAD_TYPE = "application/vnd.pratique.intel+json"
_VERSION = re.compile(r"\d{4}\.\d{2}\.\d{2}(\.\d{1,4})?")
_LIBRARY = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,63}")


def home(environment: Mapping[str, str]) -> str:
    """`PRATIQUE_HOME`, or the user's data folder (XDG Base Directory Specification)."""
    if environment.get("PRATIQUE_HOME"):
        return environment["PRATIQUE_HOME"]
    data = environment.get("XDG_DATA_HOME") or os.path.join(os.path.expanduser("~"), ".local", "share")
    return os.path.join(data, "pratique")


class IntelStore:
    """Capability tables that are newer than those of the release."""

    def __init__(self, folder: str) -> None:
        self._folder = os.path.join(folder, "intel")
        self._pointer = os.path.join(self._folder, "current")

    def current(self) -> str | None:
        """The version in force, or None where the release's own tables are."""
        try:
            with open(self._pointer, encoding="ascii") as file:
                version = file.read(32).strip()
        except (FileNotFoundError, NotADirectoryError):
            return None
        except (OSError, UnicodeDecodeError) as error:
            raise UnavailableError(f"{self._pointer}: {error}") from None
        if not _VERSION.fullmatch(version) or not os.path.isdir(self.folder_of(version)):
            raise TamperedError(
                f"{self._pointer} names {version!r}, which is not installed; run `pratique intel reset`"
            )
        return version

    def folder_of(self, version: str) -> str:
        return os.path.join(self._folder, version)

    def install(self, payload: bytes) -> str:
        """Install a verified payload and return its version. Refuses to go back to an older one."""
        version, tables = parse(payload)
        present = self.current()
        if present is not None and _ordered(version) < _ordered(present):
            raise TamperedError(f"version {version} is older than the installed {present}: a replay, or the wrong file")
        os.makedirs(self._folder, exist_ok=True)
        if not os.path.isdir(self.folder_of(version)):
            from tempfile import mkdtemp

            fresh = mkdtemp(dir=self._folder)
            for library, table in tables.items():
                _write(os.path.join(fresh, f"{library}.json"), json.dumps(table).encode())
            os.rename(fresh, self.folder_of(version))
        _write(self._pointer + ".new", version.encode())
        os.replace(self._pointer + ".new", self._pointer)
        return version

    def reset(self) -> None:
        """Go back to the tables of the release."""
        if os.path.exists(self._pointer):
            os.remove(self._pointer)


def parse(payload: bytes) -> tuple[str, dict[str, Any]]:
    """Version and tables of a payload; raises `TamperedError` for anything else."""
    try:
        document = json.loads(payload)
    except (ValueError, RecursionError) as error:
        raise TamperedError(f"the payload is not JSON: {error}") from None
    if not isinstance(document, dict) or document.get("schema") != SCHEMA:
        raise TamperedError(f"the payload is not {SCHEMA}")
    version, tables = document.get("version"), document.get("capabilities")
    if not isinstance(version, str) or not _VERSION.fullmatch(version):
        raise TamperedError(f"the payload's version is not YYYY.MM.DD: {version!r}")
    if not isinstance(tables, dict) or not tables:
        raise TamperedError("the payload has no capability tables")
    for library, table in tables.items():
        if not _LIBRARY.fullmatch(library) or not isinstance(table, dict):
            raise TamperedError(f"the payload's table {library[:80]!r} is malformed")
    return version, tables


def _ordered(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))


def _write(path: str, data: bytes) -> None:
    with open(path, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
