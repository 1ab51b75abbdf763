"""What a Python global does when data makes a program resolve or call it: the capability table.

`capabilities/LIBRARY.json` holds what is known of one library (`docs/capabilities.md`); only the library that is asked
for is read. Names are exact: trust is never inherited, neither by a submodule nor by an attribute of something trusted.
Danger is inherited: whatever hangs off a dangerous name or module is dangerous. What is not in a table is UNKNOWN.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from typing import Any

from pratique.domain.errors import TamperedError

SCHEMA = "pratique.capabilities/1"
VERSION = "2026.11.23"
FOLDER = os.path.join(os.path.dirname(__file__), "capabilities")
STANDARD_LIBRARY = "stdlib"
EVERY_NAME = "*"


class Effect(Enum):
    """What resolving and calling a name does. The order is from harmless to unknown to harmful."""

    INERT_CLASS = "INERT_CLASS"  # making an instance, with any arguments, makes state and nothing else
    INERT_STATE = (
        "INERT_STATE"  # an instance made without its constructor (NEWOBJ, BUILD) is state; the constructor does more
    )
    INERT_FUNCTION = "INERT_FUNCTION"  # calling it makes a value and nothing else
    INERT_REFERENCE = (
        "INERT_REFERENCE"  # a function that reaches no sink: naming it is inert, calling it is not known to be
    )
    UNKNOWN = "UNKNOWN"
    STANDARD_LIBRARY = "STANDARD_LIBRARY"  # of the standard library, and not known to be inert
    ATTRIBUTE_ACCESS = "ATTRIBUTE_ACCESS"
    READS_FILES = "READS_FILES"
    DENIES_SERVICE = "DENIES_SERVICE"
    WRITES_FILES = "WRITES_FILES"
    NETWORK = "NETWORK"
    IMPORTS = "IMPORTS"
    DESERIALISES = "DESERIALISES"
    NATIVE = "NATIVE"
    DYNAMIC_CODE = "DYNAMIC_CODE"
    PROCESS = "PROCESS"

    @property
    def is_inert(self) -> bool:
        return self in _INERT

    @property
    def is_dangerous(self) -> bool:
        return self in _DANGEROUS


_INERT = frozenset({Effect.INERT_CLASS, Effect.INERT_STATE, Effect.INERT_FUNCTION, Effect.INERT_REFERENCE})
_DANGEROUS = frozenset(
    {
        Effect.READS_FILES,
        Effect.DENIES_SERVICE,
        Effect.WRITES_FILES,
        Effect.NETWORK,
        Effect.IMPORTS,
        Effect.DESERIALISES,
        Effect.NATIVE,
        Effect.DYNAMIC_CODE,
        Effect.PROCESS,
    }
)
PHRASES = {
    Effect.ATTRIBUTE_ACCESS: "reaches into objects by attribute",
    Effect.READS_FILES: "reads files",
    Effect.DENIES_SERVICE: "exhausts or stops the process",
    Effect.WRITES_FILES: "writes or removes files",
    Effect.NETWORK: "uses the network",
    Effect.IMPORTS: "imports modules",
    Effect.DESERIALISES: "deserialises data that can execute",
    Effect.NATIVE: "loads or calls native code",
    Effect.DYNAMIC_CODE: "executes Python code",
    Effect.PROCESS: "starts or controls processes",
    Effect.STANDARD_LIBRARY: "is a standard-library callable that no pickler has a reason to call",
}


@dataclass(frozen=True, slots=True)
class Capability:
    """What is known of a name, why, and from where."""

    effect: Effect
    reason: str
    source: str


@dataclass(frozen=True, slots=True)
class Table:
    """One library: exact names by module, and module prefixes under which every name has an effect."""

    names: Mapping[str, Mapping[str, Capability]]
    prefixes: tuple[tuple[str, Capability], ...]
    modules: frozenset[str]  # only of the standard library: its top-level modules


TORCHSCRIPT = "__torch__"
# TorchScript names its own types so (torch/csrc/jit/serialization/import.cpp); no Python module can be imported by that name,
# because torch defines none, and the types come from the archive's own code, which is read as such.
OF_THE_ARCHIVE = Capability(Effect.INERT_CLASS, "a type of the TorchScript archive itself", "torch, import.cpp")
UNKNOWN = Capability(Effect.UNKNOWN, "no table lists it", "")
_overlay: list[str] = []


def use(folder: str | None) -> None:
    """Prefer the tables of `folder` (an installed intelligence bundle) to those of the release; `None` goes back."""
    if _overlay != ([folder] if folder else []):
        _overlay[:] = [folder] if folder else []
        _table.cache_clear()
        lookup.cache_clear()


def version_in_use() -> str:
    """The version of the tables: of the installed bundle, else of the release."""
    return os.path.basename(_overlay[0]) if _overlay else VERSION


@lru_cache(maxsize=65536)
def lookup(module: str | None, name: str | None) -> Capability:
    """The capability of `module.name`; `None` stands for what only exists at run time."""
    if not module or not name:
        return UNKNOWN
    if module.partition(".")[0] == TORCHSCRIPT:
        return OF_THE_ARCHIVE
    table = _table(_library_of(module))
    if table is None:
        return UNKNOWN
    exact = table.names.get(module, {}).get(name)
    if exact is not None:
        return exact
    return _inherited(table, module, name)


def _inherited(table: Table, module: str, name: str) -> Capability:
    """Danger of the nearest enclosing name or module; otherwise UNKNOWN, or STANDARD_LIBRARY for that library."""
    path = f"{module}.{name}".split(".")
    for cut in range(len(path) - 1, 0, -1):
        for split in range(cut):
            found = table.names.get(".".join(path[:split]), {}).get(".".join(path[split:cut])) if split else None
            if found is not None and found.effect.is_dangerous:
                return found
        whole = table.names.get(".".join(path[:cut]), {}).get(EVERY_NAME)
        if whole is not None and whole.effect.is_dangerous:
            return whole
    dotted = f"{module}."
    for prefix, capability in table.prefixes:
        if dotted.startswith(prefix):
            return capability
    if table.modules:
        return Capability(
            Effect.STANDARD_LIBRARY, "of the standard library, and not listed as inert", "docs.python.org"
        )
    return UNKNOWN


def _library_of(module: str) -> str:
    top = module.partition(".")[0]
    standard = _table(STANDARD_LIBRARY)
    return STANDARD_LIBRARY if standard is not None and top in standard.modules else top


@lru_cache(maxsize=256)
def _table(library: str) -> Table | None:
    if not library.replace("_", "a").isalnum() or not library.isascii():
        return None
    for folder in (*_overlay, FOLDER):
        try:
            with open(os.path.join(folder, f"{library}.json"), encoding="utf-8") as file:
                return build(json.load(file))
        except FileNotFoundError:
            continue
    return None


def build(document: Mapping[str, Any]) -> Table:
    """The table in a document; an earlier entry speaks before a later one."""
    names: dict[str, dict[str, Capability]] = {}
    prefixes: list[tuple[str, Capability]] = []
    for entry in document["entries"]:
        capability = Capability(Effect[entry["effect"]], entry["reason"], entry["source"])
        for module, listed in entry["modules"].items():
            if module.endswith(".*"):
                prefixes.append((module[:-1], capability))
                continue
            known = names.setdefault(module, {})
            for name in listed:
                known.setdefault(name, capability)
    return Table(names, tuple(prefixes), frozenset(document.get("top_level_modules", ())))


def check_table(library: str, document: object) -> None:
    """Raise `TamperedError` unless `document` is a table that `build` can read and that speaks only of `library`."""
    if not isinstance(document, dict) or document.get("schema") != SCHEMA or document.get("library") != library:
        raise TamperedError(f"the table of {library} is not {SCHEMA}")
    entries = document.get("entries")
    if not isinstance(entries, list) or not entries:
        raise TamperedError(f"the table of {library} has no entries")
    for number, entry in enumerate(entries, 1):
        _check_entry(entry, f"the table of {library}, entry {number}", library)


def _check_entry(entry: object, at: str, library: str) -> None:
    if not isinstance(entry, dict) or not all(isinstance(entry.get(k), str) for k in ("effect", "reason", "source")):
        raise TamperedError(f"{at}: effect, reason and source are needed")
    if entry["effect"] not in Effect.__members__:
        raise TamperedError(f"{at}: no effect {entry['effect']!r}")
    modules = entry.get("modules")
    if not isinstance(modules, dict) or not modules:
        raise TamperedError(f"{at}: no modules")
    for module, names in modules.items():
        if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
            raise TamperedError(f"{at}: the names of {module!r} are not a list")
        if library != STANDARD_LIBRARY and module.partition(".")[0] != library:
            raise TamperedError(f"{at}: {module!r} is not of {library}")
        sweeping = module.endswith(".*") or EVERY_NAME in names
        if sweeping and not Effect[entry["effect"]].is_dangerous:
            raise TamperedError(f"{at}: trust is given name by name, never to all of {module!r}")
