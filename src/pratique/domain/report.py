"""What an inspection saw, and what it did not see."""

from __future__ import annotations

from dataclasses import dataclass

from pratique.domain.artifact import Artifact
from pratique.domain.component import Component
from pratique.domain.finding import Finding
from pratique.domain.fingerprint import Fingerprint
from pratique.domain.locator import Locator


@dataclass(frozen=True, slots=True)
class Gap:
    """Bytes, or a question, that were not looked at. No findings with gaps is not clean.

    `kind` is one of `GAP_KINDS`; policies allow gaps by kind.
    """

    kind: str
    where: Locator
    reason: str
    size_bytes: int = 0


GAP_KINDS: dict[str, str] = {
    "broken": "the bytes contradict their format, and what follows could not be read",
    "budget": "a limit of bytes, depth, count or time was reached",
    "encrypted": "the content is encrypted",
    "opaque": "the format is known, and its content is not read (machine-specific or proprietary)",
    "package-data": "data in a Python package that was not read: no reader knows it, or it belongs to the package's tests",
    "rule-crashed": "a rule failed; what it would have found is unknown",
    "stale-advisories": "releases were looked up in advisories that are older than allowed",
    "unaccounted": "bytes that no part of the format explains",
    "unanswered": "a package index was asked, and did not answer, or not as an index does",
    "unknown-format": "no reader knows this format",
    "unreadable": "the operating system refused to read it, or it is not a regular file",
    "unsupported": "the format is known, and this variant or compression of it is not read",
}


@dataclass(frozen=True, slots=True)
class Coverage:
    """How many of the artifact's bytes a reader explained."""

    total_bytes: int
    accounted_bytes: int
    gaps: tuple[Gap, ...] = ()


@dataclass(frozen=True, slots=True)
class RuleRun:
    """A rule that was asked, with its version."""

    rule: str
    version: int


@dataclass(frozen=True, slots=True)
class Loading:
    """What opening the artifact resolves and invokes: distinct names and how often, in the order of first use."""

    imports: tuple[tuple[str, int], ...] = ()
    calls: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """Everything that is known about an artifact; a policy judges it and nothing else."""

    artifact: Artifact
    fingerprints: tuple[Fingerprint, ...]
    components: tuple[Component, ...]
    formats: tuple[tuple[str, int], ...]  # format id, how many members
    loading: Loading
    findings: tuple[Finding, ...]
    coverage: Coverage
    rules_run: tuple[RuleRun, ...]
    limits: tuple[tuple[str, int], ...]
    advisories: str = ""  # version of the imported advisories that were asked; empty: none
    capabilities: str = ""  # version of the capability tables that were used
    index: str = ""  # the package index whose answers were used, with their digest; empty: none
    day: str = ""  # the day (UTC) that the ages of releases were counted from; empty where no age was known
    popularity: str = ""  # version and date of the list of popular names; empty: no names were compared
