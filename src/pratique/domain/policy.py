"""What an operator accepts: a list of clauses."""

from __future__ import annotations

from dataclasses import dataclass

from pratique.domain.finding import Confidence, Severity
from pratique.domain.verdict import Decision


@dataclass(frozen=True, slots=True)
class FindingClause:
    """Findings of at least this severity and confidence, of these rules (all when empty), lead to `decision`."""

    id: str
    decision: Decision
    severity: Severity
    confidence: Confidence
    rules: tuple[str, ...] = ()  # ids or `group/*`
    because: str = ""


@dataclass(frozen=True, slots=True)
class GapClause:
    """Gaps of these kinds (all when empty) lead to `decision`; ADMIT allows them."""

    id: str
    decision: Decision
    kinds: tuple[str, ...] = ()
    because: str = ""


@dataclass(frozen=True, slots=True)
class FormatClause:
    """Members of these formats lead to `decision`."""

    id: str
    decision: Decision
    formats: tuple[str, ...]
    because: str = ""


@dataclass(frozen=True, slots=True)
class AttestationClause:
    """Without a verified attestation of this predicate type the decision is `decision`."""

    id: str
    decision: Decision
    predicate: str
    signers: tuple[str, ...] = ()
    because: str = ""


Clause = FindingClause | GapClause | FormatClause | AttestationClause


@dataclass(frozen=True, slots=True)
class Waiver:
    """An accepted finding: who accepted it, why, and until when (RFC 3339 date)."""

    finding: str
    owner: str
    reason: str
    expires: str


@dataclass(frozen=True, slots=True)
class Policy:
    """Clauses, and the waivers that an operator granted. `digest` is the SHA-256 of the canonical document."""

    name: str
    clauses: tuple[Clause, ...]
    digest: str
    waivers: tuple[Waiver, ...] = ()
    valid_days: int | None = None  # how long an ADMIT stays good
