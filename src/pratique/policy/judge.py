"""`judge`: a pure, total, deterministic function. The strictest clause that anything meets decides."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from pratique.domain.attestation import Attestation
from pratique.domain.finding import Finding
from pratique.domain.policy import (
    AttestationClause,
    FindingClause,
    FormatClause,
    GapClause,
    Policy,
)
from pratique.domain.report import Gap, Report
from pratique.domain.verdict import Decision, Reason, Verdict

NO_CLAUSE = "default"
_RANK = {Decision.REFUSE: 0, Decision.HOLD: 1, Decision.ADMIT: 2}


def judge(
    report: Report, policy: Policy, attestations: tuple[Attestation, ...], now: datetime, report_digest: str
) -> Verdict:
    """The verdict on `report` under `policy` at `now`.

    The gravest reason comes first.
    A gap that no clause mentions is held (clause `default`): what was not seen is never admitted by omission. A finding or
    format that no clause mentions is allowed. A waived finding counts as not there until its waiver expires.
    """
    waived = _in_force(policy, now).intersection(finding.id for finding in report.findings)
    reasons = tuple(sorted(_reasons(report, policy, attestations, waived), key=_order(report)))
    decision = max((reason.decision for reason in reasons), default=Decision.ADMIT)
    expires = None
    if decision is Decision.ADMIT and policy.valid_days is not None:
        expires = (now + timedelta(days=policy.valid_days)).strftime("%Y-%m-%dT%H:%M:%SZ")
    return Verdict(decision, policy.name, policy.digest, report_digest, reasons, tuple(sorted(waived)), expires)


def _order(report: Report) -> Callable[[Reason], tuple[int, int, str, str, str]]:
    gravity: dict[str, int] = {}
    for finding in report.findings:
        gravity[finding.id] = max(gravity.get(finding.id, 0), finding.severity)
    return lambda r: (_RANK[r.decision], -gravity.get(r.subject, 0), r.clause, r.subject, r.because)


def _reasons(
    report: Report, policy: Policy, attestations: tuple[Attestation, ...], waived: frozenset[str]
) -> Iterator[Reason]:
    for finding in report.findings:
        if finding.id not in waived:
            yield from _for_finding(finding, policy)
    for gap in report.coverage.gaps:
        yield _for_gap(gap, policy)
    present = {name for name, _ in report.formats}
    for clause in policy.clauses:
        if isinstance(clause, FormatClause):
            for format_ in sorted(present.intersection(clause.formats)):
                yield Reason(clause.id, clause.decision, f"it contains {format_}: {clause.because}", format_)
        elif isinstance(clause, AttestationClause) and not _attested(clause, report, attestations):
            because = f"no verified {clause.predicate} attestation: {clause.because}"
            yield Reason(clause.id, clause.decision, because, clause.predicate)


def _for_finding(finding: Finding, policy: Policy) -> Iterator[Reason]:
    met = [c for c in policy.clauses if isinstance(c, FindingClause) and _meets(finding, c)]
    if met:
        # A clause that names rules speaks before one that speaks of all; among equals the strictest decides.
        clause = max(met, key=lambda c: (bool(c.rules), c.decision))
        yield Reason(clause.id, clause.decision, f"{finding.message} ({finding.where})", finding.id)


def _meets(finding: Finding, clause: FindingClause) -> bool:
    if finding.severity < clause.severity or finding.confidence < clause.confidence:
        return False
    group = finding.rule.partition("/")[0] + "/*"
    return not clause.rules or finding.rule in clause.rules or group in clause.rules


def _for_gap(gap: Gap, policy: Policy) -> Reason:
    met = [c for c in policy.clauses if isinstance(c, GapClause) and (not c.kinds or gap.kind in c.kinds)]
    because = f"{gap.reason} ({gap.where})"
    if not met:
        return Reason(NO_CLAUSE, Decision.HOLD, because, str(gap.where))
    clause = max(met, key=lambda c: (bool(c.kinds), c.decision))
    return Reason(clause.id, clause.decision, because, str(gap.where))


def _attested(clause: AttestationClause, report: Report, attestations: tuple[Attestation, ...]) -> bool:
    return any(
        a.predicate_type == clause.predicate
        and a.subject_digest == report.artifact.id.digest
        and (not clause.signers or a.signer in clause.signers)
        for a in attestations
    )


def _in_force(policy: Policy, now: datetime) -> frozenset[str]:
    today = now.strftime("%Y-%m-%d")
    return frozenset(waiver.finding for waiver in policy.waivers if waiver.expires >= today)
