"""How popular the packages of PyPI are: names by rank, from a dated list, and how many downloads a rank stands for.

The list has ranks and no counts. Downloads are estimated by a Zipf law whose exponent changes with the rank (downloads ~
1 / rank^s), drawn through points that were published: 10, 30 and 100 from github.com/hugovk/top-pypi-packages (30 days of 2025),
the others from the counts of May 2024 in ahmedomareissa.github.io/pypi-eda (the first package; how many packages have at least
10^6, 10^5 and 10^4 downloads). The exponent is 0.3 at the top, 1.7 from rank 100 on, and 2.0 to 2.1 behind rank 2,000. Assumption:
the shape of that curve holds from year to year, so that the *ratio* of two estimates is right in its order of magnitude.
"""

from __future__ import annotations

import math
import os
import re
from functools import cache

from pratique.domain.errors import TamperedError
from pratique.pins.model import normalised

CURVE = (  # rank, downloads in a month
    (1, 1_388_601_787),
    (10, 643_382_139),
    (30, 325_082_690),
    (100, 153_411_844),
    (2_058, 1_000_000),
    (6_550, 100_000),
    (19_211, 10_000),
)
MAX_NAMES = 200_000
MAX_RANK = 10_000_000
TABLE = "ranks.tsv"  # of an installed bundle: one line for the date, then rank and name
RELEASED = os.path.join(os.path.dirname(os.path.abspath(__file__)), "popular.txt")
NAME = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,126}[a-z0-9])?")  # PEP 508, normalised as PEP 503 says
DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_installed: list[str] = []


def use(folder: str | None) -> None:
    """Take the table of `folder` (an installed intelligence bundle) for that of the release; `None` goes back."""
    if _installed != ([folder] if folder else []):
        _installed[:] = [folder] if folder else []
        ranks.cache_clear()


def version_in_use() -> str:
    """Version and date of the list: `release`, or the bundle's version, and the day on which the ranks were taken."""
    with open(os.path.join(_installed[0], TABLE) if _installed else RELEASED, encoding="utf-8") as file:
        day = DATE.search(file.readline(256))
    return f"{os.path.basename(_installed[0]) if _installed else 'release'} {day[0] if day else 'undated'}"


@cache
def ranks() -> dict[str, int]:
    """Rank by normalised name, 1 the most downloaded."""
    if _installed:
        with open(os.path.join(_installed[0], TABLE), encoding="utf-8") as file:
            rows = (line.rstrip("\n").split("\t") for line in file if not line.startswith("#"))
            return {row[1]: int(row[0]) for row in rows if len(row) == 2}
    with open(RELEASED, encoding="utf-8") as file:
        names = (line.strip() for line in file if not line.startswith("#"))
        return {normalised(name): at for at, name in enumerate(filter(None, names), 1)}


def downloads(rank: int) -> float:
    """The estimate of a month's downloads of the package at `rank`."""
    below = next((i for i, (at, _) in enumerate(CURVE) if at >= rank), len(CURVE) - 1)
    (a, x), (b, y) = CURVE[max(below - 1, 0)], CURVE[max(below, 1)]
    return x * math.exp(math.log(rank / a) * math.log(y / x) / math.log(b / a))


def ratio(target: str, name: str) -> float:
    """How many times more downloads `target` has; a lower bound where `name` is not listed."""
    known = ranks()
    return downloads(known[target]) / downloads(known.get(name, len(known) + 1))


def check_table(document: object) -> None:
    """Raise `TamperedError` unless `document` is a table that `ranks` can stand on: `{"date": …, "ranks": {name: rank}}`."""
    if not isinstance(document, dict) or not isinstance(document.get("ranks"), dict):
        raise TamperedError("the popularity table has no ranks")
    if not isinstance(document.get("date"), str) or not DATE.fullmatch(document["date"]):
        raise TamperedError("the popularity table's date is not YYYY-MM-DD")
    table = document["ranks"]
    if not 0 < len(table) <= MAX_NAMES:
        raise TamperedError(f"the popularity table has {len(table)} names, not 1 to {MAX_NAMES}")
    for name, rank in table.items():
        if not NAME.fullmatch(name) or normalised(name) != name:
            raise TamperedError(f"the popularity table's name {name[:80]!r} is not normalised (PEP 503)")
        if type(rank) is not int or not 0 < rank <= MAX_RANK:
            raise TamperedError(f"the popularity table's rank of {name!r} is not 1 to {MAX_RANK}")
    if len(set(table.values())) != len(table):
        raise TamperedError("the popularity table gives a rank twice")


def read_list(text: str) -> dict[str, object]:
    """The table in a list like the release's `popular.txt`: a comment with the date, then names, the first the most downloaded."""
    head, *lines = text.splitlines()
    day = DATE.search(head)
    names = dict.fromkeys(normalised(line) for line in lines if line.strip() and not line.startswith("#"))
    return {"date": day[0] if day else "", "ranks": {name: at for at, name in enumerate(names, 1)}}
