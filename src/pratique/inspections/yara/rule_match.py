from collections.abc import Iterator

from pratique.domain.finding import Confidence, Finding, Severity
from pratique.domain.part import Metadata
from pratique.inspections.rule import Context, rule


@rule(
    severity=Severity.CRITICAL,
    topics=("yara-match",),
    remedy="Look at the bytes at this place; if the rule is mistaken, waive the finding or mend the rule.",
    references=("CWE-506", "ML06:2023"),
)
def rule_match(part: Metadata, context: Context) -> Iterator[Finding]:
    """A YARA-X rule matches.

    ## What it finds
    Every file and archive member in which a rule of `--yara FILE`, or of `--yara builtin`, matches: one finding for each rule, at
    the first byte of its first pattern. The rule's metadata may say `severity`, `confidence` and `description`.

    ## Why it matters
    It lets a team bring what it knows: its incident's indicators, its vendor's rules.

    ## Limits
    The first 64 MiB of a member are matched, for at most 20 seconds; the rest is a gap. Rules without a `severity` are MEDIUM.

    ## References
    - CWE-506: Embedded Malicious Code
    - OWASP ML06:2023: AI Supply Chain Attacks
    """
    value = part.value if isinstance(part.value, dict) else {}
    severity = str(value.get("severity", "MEDIUM")).upper()
    confidence = str(value.get("confidence", "MEDIUM")).upper()
    says = str(value.get("description") or "no description")
    yield context.finding(
        part.where,
        f"the rule {value.get('rule')} matches: {says}"[:300],
        severity=Severity[severity] if severity in Severity.__members__ else Severity.MEDIUM,
        confidence=Confidence[confidence] if confidence in Confidence.__members__ else Confidence.MEDIUM,
        facts={"rule": str(value.get("rule")), "file": str(value.get("namespace"))},
    )


RULE = rule_match
