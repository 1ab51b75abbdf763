"""The judge is pure and total; policy documents say what is wrong with them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pratique.domain.artifact import Artifact, ArtifactKind, Origin
from pratique.domain.attestation import Attestation
from pratique.domain.errors import UsageError
from pratique.domain.finding import Confidence, Evidence, Finding, Severity
from pratique.domain.fingerprint import Fingerprint, FingerprintKind
from pratique.domain.locator import Locator
from pratique.domain.policy import Policy, Waiver
from pratique.domain.report import GAP_KINDS, Coverage, Gap, Loading, Report
from pratique.domain.verdict import Decision, Verdict
from pratique.policy.judge import judge
from pratique.policy.parse import BUILTIN, load, parse

NOW = datetime(2026, 11, 23, tzinfo=UTC)
ARTIFACT = Artifact(
    Fingerprint(FingerprintKind.BYTES, "bytes-sha256/1", "ab"), ArtifactKind.MODEL, "x", Origin("x"), ()
)


def finding(
    severity: Severity, confidence: Confidence, rule: str = "loading/dangerous-call", offset: int = 0
) -> Finding:
    evidence = (Evidence(Locator("x", offset=offset)),)
    return Finding(rule, severity, confidence, "it does a thing", "do not", evidence, (), "ab")


def report(*findings: Finding, gaps: tuple[Gap, ...] = (), formats: tuple[tuple[str, int], ...] = ()) -> Report:
    return Report(ARTIFACT, (ARTIFACT.id,), (), formats, Loading(), findings, Coverage(1, 1, gaps), (), ())


def verdict(of: Report, policy: Policy, *attestations: Attestation, now: datetime = NOW) -> Verdict:
    return judge(of, policy, attestations, now, "digest")


def decision(of: Report, name: str = "balanced") -> Decision:
    return verdict(of, load(name)).decision


@pytest.mark.parametrize("name", BUILTIN)
def test_a_clean_report_is_admitted(name: str) -> None:
    assert decision(report(), name) is Decision.ADMIT


@pytest.mark.parametrize(
    ("severity", "confidence", "expected"),
    [
        (Severity.CRITICAL, Confidence.HIGH, Decision.REFUSE),
        (Severity.HIGH, Confidence.MEDIUM, Decision.REFUSE),
        (Severity.CRITICAL, Confidence.LOW, Decision.HOLD),
        (Severity.MEDIUM, Confidence.LOW, Decision.HOLD),
        (Severity.LOW, Confidence.HIGH, Decision.ADMIT),
        (Severity.INFO, Confidence.HIGH, Decision.ADMIT),
    ],
)
def test_balanced(severity: Severity, confidence: Confidence, expected: Decision) -> None:
    assert decision(report(finding(severity, confidence))) is expected


def test_balanced_allows_data_of_packages_and_strict_does_not() -> None:
    gap = Gap("package-data", Locator("drill-1-py3-none-any.whl"), "not seen")
    assert verdict(report(gaps=(gap,)), load("balanced")).decision is Decision.ADMIT
    assert verdict(report(gaps=(gap,)), load("strict")).decision is not Decision.ADMIT


@pytest.mark.parametrize("kind", sorted(set(GAP_KINDS) - {"package-data"}))
def test_balanced_admits_no_other_gap(kind: str) -> None:
    gap = Gap(kind, Locator("x"), "not seen")
    judged = verdict(report(gaps=(gap,)), load("balanced"))
    assert judged.decision is Decision.HOLD
    assert judged.reasons[0].clause == "everything-seen"
    assert "not seen" in judged.reasons[0].because


def test_a_gap_that_no_clause_mentions_is_held() -> None:
    policy = parse('schema="pratique.policy/1"\nname="n"\n[[clause]]\nid="a"\ndecision="ADMIT"\ngaps=["opaque"]', "n")
    assert verdict(report(gaps=(Gap("opaque", Locator("x"), "r"),)), policy).decision is Decision.ADMIT
    judged = verdict(report(gaps=(Gap("broken", Locator("x"), "r"),)), policy)
    assert judged.decision is Decision.HOLD
    assert judged.reasons[0].clause == "default"


def test_a_clause_that_names_a_rule_speaks_first() -> None:
    text = """
    schema = "pratique.policy/1"
    name = "n"
    [[clause]]
    id = "all"
    decision = "REFUSE"
    severity = "LOW"
    [[clause]]
    id = "group"
    decision = "ADMIT"
    severity = "LOW"
    rules = ["structure/*"]
    """
    policy = parse(text, "n")
    allowed = finding(Severity.HIGH, Confidence.HIGH, "structure/zip-comment")
    assert verdict(report(allowed), policy).decision is Decision.ADMIT
    assert verdict(report(finding(Severity.HIGH, Confidence.HIGH)), policy).decision is Decision.REFUSE


def test_formats_and_attestations() -> None:
    assert decision(report(formats=(("pickle", 1),)), "strict") is Decision.HOLD
    text = 'schema="pratique.policy/1"\n[[clause]]\nid="s"\ndecision="HOLD"\nattestation="https://slsa.dev/provenance/v1"\nsigners=["me"]'
    policy = parse(text, "n")
    good = Attestation("https://slsa.dev/provenance/v1", "ab", "me")
    assert verdict(report(), policy).decision is Decision.HOLD
    assert verdict(report(), policy, good).decision is Decision.ADMIT
    assert verdict(report(), policy, Attestation(good.predicate_type, "ab", "you")).decision is Decision.HOLD
    assert verdict(report(), policy, Attestation(good.predicate_type, "cd", "me")).decision is Decision.HOLD


def test_a_waiver_counts_until_it_expires() -> None:
    bad = finding(Severity.CRITICAL, Confidence.HIGH)
    policy = load("balanced")
    waived = Policy(policy.name, policy.clauses, policy.digest, (Waiver(bad.id, "ada", "known", "2026-11-23"),))
    accepted = verdict(report(bad), waived)
    assert accepted.decision is Decision.ADMIT
    assert accepted.waived == (bad.id,)
    late = verdict(report(bad), waived, now=datetime(2026, 11, 24, tzinfo=UTC))
    assert late.decision is Decision.REFUSE
    assert late.waived == ()


_findings = st.builds(finding, st.sampled_from(Severity), st.sampled_from(Confidence), offset=st.integers(0, 9))
_gaps = st.builds(Gap, st.sampled_from(sorted(GAP_KINDS)), st.just(Locator("x")), st.just("r"))


@given(st.lists(_findings, max_size=6), st.lists(_gaps, max_size=4), st.sampled_from(BUILTIN))
def test_the_judge_is_total_deterministic_and_monotone(findings: list[Finding], gaps: list[Gap], name: str) -> None:
    policy = load(name)
    one = verdict(report(*findings, gaps=tuple(gaps)), policy)
    again = verdict(report(*findings, gaps=tuple(gaps)), policy)
    reversed_ = verdict(report(*reversed(findings), gaps=tuple(reversed(gaps))), policy)
    assert one == again == reversed_
    assert verdict(report(), policy).decision <= one.decision
    assert (one.decision is Decision.ADMIT) == all(r.decision is Decision.ADMIT for r in one.reasons)
    worse = verdict(report(*findings, finding(Severity.CRITICAL, Confidence.HIGH, offset=99), gaps=tuple(gaps)), policy)
    assert worse.decision is Decision.REFUSE


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("x = [", "not TOML"),
        ('schema = "other"', "schema must be"),
        ('schema = "pratique.policy/1"', "no [[clause]]"),
        ('schema = "pratique.policy/1"\nclauses = 1', "unknown key 'clauses'; did you mean 'clause'?"),
        (
            'schema = "pratique.policy/1"\n[[clause]]\nid="a"\ndecision="HOLD"\nseverty="LOW"',
            "did you mean 'severity'?",
        ),
        ('schema = "pratique.policy/1"\n[[clause]]\nid="a"\ndecision="HOLD"\nseverity="HIHG"', "did you mean 'HIGH'?"),
        ('schema = "pratique.policy/1"\n[[clause]]\nid="a"\ndecision="HOLD"\ngaps=["brokn"]', "did you mean 'broken'?"),
        ('schema = "pratique.policy/1"\n[[clause]]\nid="a"\ndecision="NO"\ngaps="any"', "decision must be one of"),
        ('schema = "pratique.policy/1"\n[[clause]]\ndecision="HOLD"\ngaps="any"', "id must be a string"),
    ],
)
def test_errors_name_the_key_and_the_nearest_one(text: str, expected: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse(text, "mine.toml")
    assert expected in str(caught.value)
    assert "mine.toml" in str(caught.value)


def test_an_unknown_policy_names_the_nearest() -> None:
    with pytest.raises(UsageError, match="did you mean 'balanced'"):
        load("balancd")
