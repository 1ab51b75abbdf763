"""compare: a report on a release with only what the release before had not. A pure function over two reports."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace

from pratique.code.package import release_path
from pratique.domain.finding import Finding
from pratique.domain.report import Gap, Report

_NUMBERS = re.compile(r"\d+")


def only_new(after: Report, before: Report) -> Report:
    """`after` without the findings and gaps that `before` has too.

    They are the same when rule (or kind), place in the release and message agree, not counting numbers: lines move and versions
    rise. As many as were there before are left out, so that a second one at the same place is new.
    """
    findings = Counter(_of_finding(finding) for finding in before.findings)
    gaps = Counter(_of_gap(gap) for gap in before.coverage.gaps)
    new_findings = tuple(f for f in after.findings if not _there(_of_finding(f), findings))
    new_gaps = tuple(g for g in after.coverage.gaps if not _there(_of_gap(g), gaps))
    return replace(after, findings=new_findings, coverage=replace(after.coverage, gaps=new_gaps))


def _there(key: tuple[str, str, str], known: Counter[tuple[str, str, str]]) -> bool:
    if known[key] <= 0:
        return False
    known[key] -= 1
    return True


def _of_finding(finding: Finding) -> tuple[str, str, str]:
    return finding.rule, _NUMBERS.sub("", release_path(finding.where)), _NUMBERS.sub("", finding.message)


def _of_gap(gap: Gap) -> tuple[str, str, str]:
    return gap.kind, _NUMBERS.sub("", release_path(gap.where)), _NUMBERS.sub("", gap.reason)
