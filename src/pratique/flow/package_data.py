"""What a Python distribution carries beside its code: data that no reader knows, and the fixtures of its tests.

Using a package does not open them, its code is followed on its own, and nothing in them is believed. So a file of no known format
is told as `package-data`, which a policy may allow, and what could not be proven inert in test data weighs less. What executes
weighs the same everywhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from pratique.code.package import NOT_IMPORTED, Package
from pratique.domain.finding import Finding, Severity
from pratique.domain.locator import Locator
from pratique.domain.report import Gap

KIND = "package-data"
UNKNOWN = frozenset({"unknown-format"})
IN_TESTS = frozenset({"unknown-format", "unaccounted", "broken", "unsupported", "opaque"})


def of_package(gaps: Iterable[Gap], package: Package) -> Iterator[Gap]:
    """The gaps, those in data of a distribution under the kind `package-data`."""
    for gap in gaps:
        inside = package.path_in_distribution(gap.where) if gap.kind in IN_TESTS else None
        if inside is not None and (gap.kind in UNKNOWN or NOT_IMPORTED.search(inside)):
            yield replace(gap, kind=KIND, reason=f"{gap.reason} ({gap.kind}, in data of a Python package)")
        else:
            yield gap


def weighed(findings: Iterable[Finding], package: Package) -> Iterator[Finding]:
    """The findings; what could not be proven inert (MEDIUM) in a distribution's tests is LOW."""
    for finding in findings:
        if finding.severity is Severity.MEDIUM and _in_tests(finding.where, package):
            yield replace(finding, severity=Severity.LOW)
        else:
            yield finding


def _in_tests(where: Locator, package: Package) -> bool:
    inside = package.path_in_distribution(where)
    return inside is not None and NOT_IMPORTED.search(inside) is not None
