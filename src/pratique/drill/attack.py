"""What an attack module exports: one `ATTACK`, built inert, with the rules that it must trip."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum
from functools import cache
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

from pratique.domain.release import PackageIndex


class AttackPath(Enum):
    """The five ways in."""

    DATASET = "poisoned dataset"
    MODEL = "backdoored model"
    LIBRARY = "malicious library"
    API = "compromised API"
    REUPLOAD = "tampered re-upload"


@dataclass(frozen=True, slots=True)
class Attack:
    """A hostile artifact that can be planted, and its benign twin.

    `build(folder)` writes the artifact into an empty folder; its payload is inert (it would print a line). `twin` writes the
    same artifact without the attack, which must be admitted. `trips` names rules, each of which must report it.
    `refused` says whether the default policy must refuse (otherwise holding it is enough). `where` is text that the place
    of the finding must contain, for example a member's name. `index` is what a package index answers about both: an attack on
    what an index lists can be seen only beside it.
    """

    id: str
    title: str
    path: AttackPath
    trips: tuple[str, ...]
    build: Callable[[Path], None]
    twin: Callable[[Path], None] | None = None
    refused: bool = True
    where: str = ""
    references: tuple[str, ...] = ()
    index: PackageIndex | None = None


@cache
def attacks() -> dict[str, Attack]:
    """Every attack in `drill/attacks`, by id."""
    return {attack.id: attack for attack in _discover()}


def _discover() -> Iterator[Attack]:
    package = import_module("pratique.drill.attacks")
    for info in sorted(iter_modules(package.__path__), key=lambda i: i.name):
        module = import_module(f"pratique.drill.attacks.{info.name}")
        found = getattr(module, "ATTACK", None)
        if found is not None:
            yield found
        yield from getattr(module, "ATTACKS", ())
