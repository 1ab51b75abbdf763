"""judge: `(Report, Policy, Attestations, now) -> Verdict`, bound to the report by its digest."""

from __future__ import annotations

from datetime import datetime

from pratique.domain.attestation import Attestation
from pratique.domain.policy import Policy
from pratique.domain.report import Report
from pratique.domain.verdict import Verdict
from pratique.flow.document import report_digest
from pratique.policy import judge as policy_judge


def judge(report: Report, policy: Policy, attestations: tuple[Attestation, ...], now: datetime) -> Verdict:
    """The one verdict; see `policy.judge`."""
    return policy_judge.judge(report, policy, attestations, now, report_digest(report))
