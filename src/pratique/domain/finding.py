"""What a rule claims, and the evidence for it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from enum import IntEnum

from pratique.domain.locator import Locator
from pratique.domain.part import Facts

EXCERPT_LIMIT_BYTES = 256


class Severity(IntEnum):
    """How bad it is if the claim is true."""

    INFO = 0
    LOW = 1
    MEDIUM = 2
    HIGH = 3
    CRITICAL = 4


class Confidence(IntEnum):
    """How sure the rule is that the claim is true."""

    LOW = 0
    MEDIUM = 1
    HIGH = 2


@dataclass(frozen=True, slots=True)
class Measure:
    """A number behind a claim."""

    name: str
    value: float
    unit: str
    threshold: float
    p_value: float | None = None


@dataclass(frozen=True, slots=True)
class Evidence:
    """One place that supports the claim, with an excerpt of at most `EXCERPT_LIMIT_BYTES` bytes."""

    where: Locator
    excerpt: str = ""
    facts: Facts = ()

    def __post_init__(self) -> None:
        if len(self.excerpt.encode("utf-8", "replace")) > EXCERPT_LIMIT_BYTES:
            raise ValueError(f"an excerpt is longer than {EXCERPT_LIMIT_BYTES} bytes")


@dataclass(frozen=True, slots=True)
class Finding:
    """A claim of a rule about an artifact. Made only by the rule that it names (`inspections.rule.Context.finding`)."""

    rule: str
    severity: Severity
    confidence: Confidence
    message: str
    remedy: str
    evidence: tuple[Evidence, ...]
    references: tuple[str, ...]
    artifact: str
    measure: Measure | None = None

    def __post_init__(self) -> None:
        if not self.evidence:
            raise ValueError(f"a finding of {self.rule} has no evidence")

    @property
    def where(self) -> Locator:
        """The primary place."""
        return self.evidence[0].where

    @property
    def id(self) -> str:
        """Stable from run to run: the key of baselines and waivers (`docs/spec/report.md`)."""
        at = self.where
        identity = "\0".join(
            [
                self.rule,
                self.artifact,
                at.path,
                *at.members,
                str(at.offset),
                str(at.line),
                str(at.pointer),
                str(at.tensor),
            ]
        )
        return hashlib.sha256(identity.encode("utf-8", "surrogateescape")).hexdigest()[:20]
