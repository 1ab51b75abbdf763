"""The one answer."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from functools import total_ordering

_RANK = {"ADMIT": 0, "HOLD": 1, "REFUSE": 2}


@total_ordering
class Decision(Enum):
    """ADMIT < HOLD < REFUSE: the strictest clause decides."""

    ADMIT = "ADMIT"
    HOLD = "HOLD"
    REFUSE = "REFUSE"

    def __lt__(self, other: Decision) -> bool:
        return _RANK[self.value] < _RANK[other.value]


@dataclass(frozen=True, slots=True)
class Reason:
    """Why: a policy clause, and the finding, gap, format or missing attestation that met it."""

    clause: str
    decision: Decision
    because: str
    subject: str  # finding id, gap place, format id or predicate type


@dataclass(frozen=True, slots=True)
class Verdict:
    """A pure function of report, policy, attestations and clock."""

    decision: Decision
    policy: str
    policy_digest: str
    report_digest: str
    reasons: tuple[Reason, ...]
    waived: tuple[str, ...] = ()  # findings that a waiver in force covers
    expires: str | None = None  # RFC 3339, UTC
