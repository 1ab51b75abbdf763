"""Orders of versions: PEP 440 for PyPI, Semantic Versioning 2.0.0 for npm, Go, crates.io and ranges of type SEMVER.

A version that its order does not know is not compared: it matches only where an advisory lists it by name.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

SEMVER = re.compile(r"^v?(\d+)(?:\.(\d+))?(?:\.(\d+))?(?:-([0-9A-Za-z.-]+))?(?:\+[0-9A-Za-z.-]+)?$")
SEMVER_ECOSYSTEMS = frozenset({"npm", "Go", "crates.io", "Hex", "Pub", "SwiftURL", "GitHub Actions"})
MAX_LENGTH = 256


def key_of(ecosystem: str, range_type: str) -> Callable[[str], Any] | None:
    """What versions are sorted by; raises `ValueError` for a version that it does not know. None for unknown ecosystems."""
    if range_type == "SEMVER" or ecosystem in SEMVER_ECOSYSTEMS:
        return semver
    return pep440 if ecosystem == "PyPI" else None


def pep440(version: str) -> Any:
    from packaging.version import InvalidVersion, Version

    if len(version) > MAX_LENGTH:
        raise ValueError("a version that is too long")
    try:
        return Version(version)
    except InvalidVersion as error:
        raise ValueError(str(error)) from None


def semver(version: str) -> tuple[int, int, int, int, tuple[tuple[int, int, str], ...]]:
    """SemVer 2.0.0, section 11. Missing numbers are 0, as OSV's own libraries read them."""
    match = SEMVER.match(version) if len(version) <= MAX_LENGTH else None
    if match is None:
        raise ValueError(f"not a semantic version: {version[:40]!r}")
    numbers = tuple(int(match[n] or 0) for n in (1, 2, 3))
    words = (match[4] or "").split(".") if match[4] else []
    pre = tuple((0, int(w), "") if w.isdigit() else (1, 0, w) for w in words)
    return numbers[0], numbers[1], numbers[2], 0 if pre else 1, pre
