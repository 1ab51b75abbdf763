"""Whether a package's name looks like that of a much more popular one.

Attackers register what people mistype or misread (typosquatting; Taylor et al., "Defending Against Package Typosquatting", NSS
2020): one edit, swapped letters, other separators, other order of words, letters that look alike; or add a usual word to the name
(combosquatting). Popular names resemble each other too (`pytest` and `pytests`), so a name that is itself listed is reported only
where the other one has `LISTED_RATIO` times its downloads, and one that only adds a number (`httpx2`) never.

`bench/lookalike.py` measures it: `LISTED_RATIO` was chosen on one half of the listed names and scored on the other.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from pratique.pins import ai_names, popularity

TARGETS = 3000  # ranks whose users are worth an attack
MIN_LENGTH = 5  # shorter names are one edit from many others
SHORT = 7  # names below it are compared with the first ranks only, unless letters are swapped
SHORT_TARGETS = 300
LISTED_RATIO = 10_000.0
_LOOKS = str.maketrans({"0": "o", "1": "l", "i": "l", "5": "s", "3": "e", "$": "s"})
_DIGITS = "0123456789"


@dataclass(frozen=True, slots=True)
class Resemblance:
    """The name that another one looks like. `rank` is None for a product that is no listed package."""

    target: str
    rank: int | None
    how: str
    ratio: float | None = (
        None  # how many times more downloads, estimated; at least so many for a name that is not listed
    )
    listed: bool = False  # whether the name itself is among the listed ones
    combined: bool = False  # whether it only adds a usual word


def resembled(name: str) -> Resemblance | None:
    """What a name looks like; None for those that resemble none."""
    if len(name) < MIN_LENGTH:
        return None
    known = popularity.ranks()
    own = known.get(name)
    near = sorted((known.get(target, len(known) + 1), target, how) for target, how in _near(name) if target != name)
    for _, target, how in near:
        ratio = popularity.ratio(target, name) if target in known else None
        if own is None or (ratio or 0) >= LISTED_RATIO:
            return Resemblance(target, known.get(target), how, ratio, own is not None)
    if own is not None:
        return None
    base = ai_names.combined(name)
    if base is None:
        return None
    ratio_ = popularity.ratio(base, name) if base in known else None
    return Resemblance(base, known.get(base), "it is that name with a usual word added", ratio_, combined=True)


def _near(name: str) -> Iterator[tuple[str, str]]:
    shapes, variants = _index(popularity.version_in_use())
    for shape in _shapes_of(name):
        target = shapes.get(shape)
        if target is not None:
            yield target, _HOW[shape[:6]]
    known = popularity.ranks()
    for target in {target for variant in _variants(name) for target in variants.get(variant, ())}:
        how = _difference(name, target)
        if how is not None and (
            len(name) >= SHORT or how == SWAPPED or known.get(target, SHORT_TARGETS) <= SHORT_TARGETS
        ):
            yield target, how


_HOW = {
    "order:": "the same letters in another order",
    "looks:": "it differs in letters that look alike",
    "words:": "the same words in another order",
}
SWAPPED, ONE_EDIT = "two letters are swapped", "one letter away"


@lru_cache(maxsize=2)
def _index(_version: str) -> tuple[dict[str, str], dict[str, list[str]]]:
    """By shape, the most popular name that has it; and by variant, the names that have it (Garbe's symmetric deletes)."""
    shapes: dict[str, str] = {}
    variants: dict[str, list[str]] = {}
    for name in _targets():
        for shape in _shapes_of(name):
            shapes.setdefault(shape, name)
        for variant in _variants(name):
            variants.setdefault(variant, []).append(name)
    return shapes, variants


def _targets() -> list[str]:
    """The names that are worth an attack, the most popular first."""
    known = popularity.ranks()
    names = {name for name, rank in known.items() if rank <= TARGETS} | ai_names.PRODUCTS | ai_names.PACKAGES
    return sorted((n for n in names if len(n) >= MIN_LENGTH), key=lambda n: (known.get(n, len(known) + 1), n))


def _shapes_of(name: str) -> Iterator[str]:
    """What a name comes to when look-alike letters are one, and when its letters or its words have no order."""
    yield "looks:" + name.replace("rn", "m").replace("vv", "w").replace("-", "").translate(_LOOKS)
    if len(name) >= MIN_LENGTH + 1:
        yield "order:" + name[0] + "".join(sorted(name[1:]))
    words = name.split("-")
    if len(words) > 1:
        yield "words:" + " ".join(sorted(words))


def _variants(name: str) -> set[str]:
    """The name, and the name less one letter: two names with one in common are at most two edits apart."""
    return {name, *(name[:at] + name[at + 1 :] for at in range(len(name)))}


def _difference(name: str, target: str) -> str | None:
    """How `name` is one edit away from `target`. Numbers at the end are versions, and no edits."""
    if name.rstrip(_DIGITS) == target.rstrip(_DIGITS):
        return None
    start = next((i for i, (a, b) in enumerate(zip(name, target, strict=False)) if a != b), min(len(name), len(target)))
    rest, wanted = name[start:], target[start:]
    if rest[1:] == wanted or rest == wanted[1:]:
        extra = rest[:1] if rest[1:] == wanted else wanted[:1]
        return None if extra.isdigit() and rest[1:] != wanted else ONE_EDIT
    if rest[1:] == wanted[1:]:
        is_version = rest[0].isdigit() and not rest[1:2].isalpha()
        return None if is_version or wanted[0].isdigit() else ONE_EDIT
    swapped = (
        len(rest) > 1 and len(wanted) > 1 and rest[0] == wanted[1] and rest[1] == wanted[0] and rest[2:] == wanted[2:]
    )
    return SWAPPED if swapped else None
