"""Runs rules over a stream of parts in this process."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from pratique.domain.finding import Finding
from pratique.domain.part import Part
from pratique.domain.report import Gap
from pratique.engine.isolate import isolated
from pratique.engine.plan import Plan
from pratique.inspections.rule import Context, Rule, Surroundings

MAX_FINDINGS = 5_000
MAX_FINDINGS_PER_RULE = 500


@dataclass(slots=True)
class Outcome:
    """Findings by id, and the gaps that rules left."""

    findings: dict[str, Finding] = field(default_factory=dict)
    gaps: list[Gap] = field(default_factory=list)
    per_rule: dict[str, int] = field(default_factory=dict)

    def keep(self, finding: Finding, rule: Rule) -> bool:
        """Keep it unless the rule has said the same too often; the first omission is a gap."""
        count = self.per_rule.get(rule.id, 0)
        if count >= MAX_FINDINGS_PER_RULE or len(self.findings) >= MAX_FINDINGS:
            if count == MAX_FINDINGS_PER_RULE:
                reason = f"{rule.id} found more than {MAX_FINDINGS_PER_RULE} places; the rest is not listed"
                self.gaps.append(Gap("budget", finding.where, reason))
            self.per_rule[rule.id] = count + 1
            return False
        before = self.findings.get(finding.id)
        if before is None or finding.severity > before.severity:  # one place is told once, as the gravest of what it is
            self.findings[finding.id] = finding
            self.per_rule[rule.id] = count + (before is None)
        return True


def run(parts: Iterable[Part], plan: Plan, surroundings: Surroundings) -> Outcome:
    """Every finding of the plan's rules over `parts`; a rule that fails leaves a `rule-crashed` gap for that part."""
    outcome = Outcome()
    for part in parts:
        for rule in plan.rules_for(part):
            for finding in _check(rule, part, surroundings, outcome):
                if not outcome.keep(finding, rule):
                    break
    return outcome


def _check(rule: Rule, part: Part, surroundings: Surroundings, outcome: Outcome) -> Iterator[Finding]:
    def failed(kind: str, reason: str) -> None:
        gap_kind = "budget" if kind == "budget" else "rule-crashed"
        if len(outcome.gaps) < 1000:
            outcome.gaps.append(Gap(gap_kind, part.where, f"{rule.id}: {reason}"))

    return isolated(lambda: rule.check(part, Context(rule, surroundings)), failed)
