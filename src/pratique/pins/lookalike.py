"""Whether a package's name looks like that of a much more popular one.

Attackers register what people mistype or misread (typosquatting; Taylor et al., "Defending Against Package Typosquatting", NSS
2020): one edit, swapped letters, other separators, other order of words, letters that look alike. Popular names resemble each
other too (`pytest` and `pytests`), so a name that is itself among the listed ones is never reported, nor one that only adds a
number (`httpx2`).
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from pratique.pins.model import normalised

TARGETS = 3000  # ranks whose users are worth an attack
MIN_LENGTH = 5  # shorter names are one edit from many others
SHORT = 7  # names below it are compared with the first ranks only
SHORT_TARGETS = 300
_LOOKS = str.maketrans({"0": "o", "1": "l", "i": "l", "5": "s", "3": "e", "$": "s"})


@cache
def ranks() -> dict[str, int]:
    """Rank by normalised name, 1 the most downloaded."""
    from importlib.resources import files

    text = files("pratique.pins").joinpath("popular.txt").read_text(encoding="utf-8")
    names = (line for line in text.splitlines() if line and not line.startswith("#"))
    return {normalised(name): at for at, name in enumerate(names, 1)}


@cache
def _shapes() -> dict[str, str]:
    """What a name comes to when look-alike letters are one, and when its words have no order; the most popular one wins."""
    found: dict[str, str] = {}
    for name, rank in ranks().items():
        if rank <= TARGETS and len(name) >= MIN_LENGTH:
            for shape in _shapes_of(name):
                found.setdefault(shape, name)
    return found


def _shapes_of(name: str) -> Iterator[str]:
    looks = name.replace("rn", "m").replace("vv", "w").replace("-", "").translate(_LOOKS)
    yield "looks:" + looks
    words = name.split("-")
    if len(words) > 1:
        yield "words:" + " ".join(sorted(words))


def resembled(name: str) -> tuple[str, int, str] | None:
    """The popular package that a name resembles, its rank, and how; None for listed names and those that resemble none."""
    if name in ranks() or len(name) < MIN_LENGTH:
        return None
    for shape in _shapes_of(name):
        target = _shapes().get(shape)
        if target is not None and target != name:
            how = (
                "the same words in another order"
                if shape.startswith("words:")
                else "it differs in letters that look alike"
            )
            return target, ranks()[target], how
    known = ranks()
    limit = TARGETS if len(name) >= SHORT else SHORT_TARGETS
    edits = (other for other in _one_edit(name) if len(other) >= MIN_LENGTH and other != name.rstrip("0123456789"))
    near = [(known[other], other) for other in edits if known.get(other, limit + 1) <= limit]
    if not near:
        return None
    rank, target = min(near)
    return target, rank, "one letter away"


def _one_edit(name: str) -> Iterator[str]:
    """Names from which it differs by one letter left out, added, replaced or swapped with its neighbour."""
    letters = "abcdefghijklmnopqrstuvwxyz-"
    for at in range(len(name) + 1):
        head, tail = name[:at], name[at:]
        if tail:
            yield head + tail[1:]
            yield from (head + c + tail[1:] for c in letters if c != tail[0] and not (tail[0].isdigit()))
        if len(tail) > 1:
            yield head + tail[1] + tail[0] + tail[2:]
        yield from (head + c + tail for c in letters)
