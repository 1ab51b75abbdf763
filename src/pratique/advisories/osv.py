"""Whether an advisory is about a version, exactly as the OSV schema says.

Source: OSV schema 1.7, "Evaluation" (https://ossf.github.io/osv-schema/#evaluation): a version is affected if `versions` lists it,
or if it lies in a range: before its limits, and the events up to it leave it vulnerable.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator
from typing import Any

from pratique.advisories.versions import key_of
from pratique.domain.advisory import Advisory

MAX_EVENTS = 10_000
MAX_VERSIONS = 100_000
EVENTS = ("introduced", "fixed", "last_affected")
_NAMES = re.compile(r"[-_.]+")
Record = dict[str, Any]


def normalised(ecosystem: str, name: str) -> str:
    """Names of PyPI are compared as PEP 503 says, others letter by letter."""
    return _NAMES.sub("-", name).lower() if ecosystem == "PyPI" else name


def packages(record: Record) -> Iterator[tuple[str, str]]:
    """Ecosystem (without its release, as in `Debian:12`) and name of every package that a record is about."""
    for affected in _tables(record.get("affected")):
        package = affected.get("package")
        if isinstance(package, dict):
            ecosystem, name = str(package.get("ecosystem", "")), str(package.get("name", ""))
            if ecosystem and name and len(name) <= 512:
                yield ecosystem, normalised(ecosystem, name)


def matched(record: Record, ecosystem: str, name: str, version: str) -> Advisory | None:
    """The record as an advisory on this version, or None. Withdrawn records match nothing."""
    if record.get("withdrawn"):
        return None
    wanted = (ecosystem, normalised(ecosystem, name))
    for affected in _tables(record.get("affected")):
        package = affected.get("package")
        if not isinstance(package, dict):
            continue
        owner = str(package.get("ecosystem", ""))
        if (owner, normalised(owner, str(package.get("name", "")))) != wanted:
            continue
        because = _reason(affected, ecosystem, version)
        if because is not None:
            return _advisory(record, affected, because)
    return None


def _reason(affected: Record, ecosystem: str, version: str) -> str | None:
    listed = affected.get("versions")
    if isinstance(listed, list) and version in listed[:MAX_VERSIONS]:
        return f"it lists {version}"
    key = key_of(ecosystem, "ECOSYSTEM")
    if isinstance(listed, list) and key is not None and _same(version, listed[:MAX_VERSIONS], key):
        return f"it lists {version} in another spelling"
    for range_ in _tables(affected.get("ranges")):
        kind = str(range_.get("type", ""))
        order = key_of(ecosystem, kind) if kind in ("SEMVER", "ECOSYSTEM") else None
        if order is not None and in_range(version, range_, order):
            return f"{version} lies in its range"
    return None


def _same(version: str, listed: list[Any], key: Callable[[str], Any]) -> bool:
    """Whether an equal version (`1.0` and `1.0.0`) is listed. Few are asked: those with the same first number."""
    try:
        wanted = key(version)
    except ValueError:
        return False
    head = re.match(r"v?(?:\d+!)?\d+", version.strip())
    for other in listed:
        if isinstance(other, str) and head is not None and other.startswith(head[0]):
            try:
                if key(other) == wanted:
                    return True
            except ValueError:
                continue
    return False


def in_range(version: str, range_: Record, key: Callable[[str], Any]) -> bool:
    """The algorithm of the schema: events in their order, the last that applies decides; limits first."""
    try:
        at = key(version)
        events = [(name, value) for event in _tables(range_.get("events")) for name, value in event.items()][
            :MAX_EVENTS
        ]
        limits = [str(value) for name, value in events if name == "limit"]
        if limits and not any(limit == "*" or at < key(limit) for limit in limits):
            return False
        ordered = [(_position(str(value), key), name) for name, value in events if name in EVENTS]
    except ValueError:
        return False
    vulnerable = False
    for (start, point), name in sorted(ordered, key=lambda e: (e[0][0], _Sortable(e[0][1]), EVENTS.index(e[1]))):
        reached = not start or at >= point
        if name == "introduced" and reached:
            vulnerable = True
        elif (name == "fixed" and reached) or (name == "last_affected" and (not start or at > point)):
            vulnerable = False
    return vulnerable


class _Sortable:
    """Compares keys that may be None (the event `introduced: "0"`, which stands before every version)."""

    def __init__(self, value: Any) -> None:
        self.value = value

    def __lt__(self, other: _Sortable) -> bool:
        if self.value is None or other.value is None:
            return self.value is None and other.value is not None
        return bool(self.value < other.value)


def _position(value: str, key: Callable[[str], Any]) -> tuple[int, Any]:
    return (0, None) if value == "0" else (1, key(value))


def _advisory(record: Record, affected: Record, because: str) -> Advisory:
    id_ = str(record.get("id", ""))[:128]
    aliases = tuple(str(alias)[:128] for alias in _list(record.get("aliases"))[:64])
    cwes = _list(_table(record.get("database_specific")).get("cwe_ids"))
    malicious = id_.startswith("MAL-") or any(a.startswith("MAL-") for a in aliases) or "CWE-506" in cwes
    fixed = [
        str(value)[:64]
        for range_ in _tables(affected.get("ranges"))
        for event in _tables(range_.get("events"))
        for name, value in event.items()
        if name == "fixed" and range_.get("type") != "GIT"
    ]
    summary = str(record.get("summary") or record.get("details") or "")[:200].split("\n", 1)[0]
    score = score_of(record, affected)
    return Advisory(id_, aliases, summary, malicious, score, tuple(fixed[:8]), because)


WORDS = {"LOW": 3.9, "MODERATE": 6.9, "MEDIUM": 6.9, "HIGH": 8.9, "CRITICAL": 10.0}


def score_of(record: Record, affected: Record) -> float | None:
    """The CVSS base score: computed from a version 3 vector, else the upper end of the word that the database gives."""
    for entry in [*_tables(affected.get("severity")), *_tables(record.get("severity"))]:
        if entry.get("type") == "CVSS_V3":
            score = cvss3(str(entry.get("score", "")))
            if score is not None:
                return score
    for table in (affected.get("database_specific"), record.get("database_specific")):
        word = _table(table).get("severity")
        if isinstance(word, str) and word.upper() in WORDS:
            return WORDS[word.upper()]
    return None


_METRICS = {
    "AV": {"N": 0.85, "A": 0.62, "L": 0.55, "P": 0.2},
    "AC": {"L": 0.77, "H": 0.44},
    "UI": {"N": 0.85, "R": 0.62},
    "C": {"H": 0.56, "L": 0.22, "N": 0.0},
    "I": {"H": 0.56, "L": 0.22, "N": 0.0},
    "A": {"H": 0.56, "L": 0.22, "N": 0.0},
}
_PRIVILEGES = {"U": {"N": 0.85, "L": 0.62, "H": 0.27}, "C": {"N": 0.85, "L": 0.68, "H": 0.5}}


def cvss3(vector: str) -> float | None:
    """Base score of a CVSS 3.0 or 3.1 vector (FIRST, CVSS 3.1 specification, section 7.1), or None when it is none."""
    parts = dict(item.split(":", 1) for item in vector[:512].split("/") if ":" in item)
    try:
        scope = parts["S"]
        value = {name: table[parts[name]] for name, table in _METRICS.items()}
        privileges = _PRIVILEGES[scope][parts["PR"]]
    except KeyError:
        return None
    base = 1 - (1 - value["C"]) * (1 - value["I"]) * (1 - value["A"])
    impact = 6.42 * base if scope == "U" else 7.52 * (base - 0.029) - 3.25 * (base - 0.02) ** 15
    if impact <= 0:
        return 0.0
    exploitability = 8.22 * value["AV"] * value["AC"] * privileges * value["UI"]
    total = impact + exploitability if scope == "U" else 1.08 * (impact + exploitability)
    return _roundup(min(total, 10.0))


def _roundup(number: float) -> float:
    """Appendix A: up to one decimal, without the errors of binary fractions."""
    whole = round(number * 100_000)
    return whole / 100_000 if whole % 10_000 == 0 else (math.floor(whole / 10_000) + 1) / 10


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _table(value: Any) -> Record:
    return value if isinstance(value, dict) else {}


def _tables(value: Any) -> Iterator[Record]:
    return (item for item in _list(value) if isinstance(item, dict))
