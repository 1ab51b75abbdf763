from collections.abc import Iterator

from pratique.domain.finding import Confidence, Finding, Severity
from pratique.domain.part import Member
from pratique.inspections.flows import endings, graded, report
from pratique.inspections.rule import Context, rule


@rule(
    severity=Severity.HIGH,
    topics=("package-end",),
    remedy="Do not install it. If it ran, assume that whoever owns the address has read every message that was sent.",
    references=("CWE-506", "CWE-200", "AML.T0010", "LLM03:2025"),
)
def hidden_recipient(part: Member, context: Context) -> Iterator[Finding]:
    """Messages that are copied to an address in the source.

    ## What it finds
    Mail whose blind copy, or one of whose recipients beside those that the caller names, is an address that stands in the
    source; by SMTP or by the interface of a service.

    ## Why it matters
    Whoever sends passwords, invoices or confirmations through the package sends them to a stranger too (postmark-mcp, 2025).

    ## Limits
    Copies that a service is set up to send, and addresses that are fetched, are not seen. It is looked for where the machine
    runs (decision 17).

    ## References
    - CWE-506: Embedded Malicious Code
    - CWE-200: Exposure of Sensitive Information
    - MITRE ATLAS AML.T0010: AI Supply Chain Compromise
    - OWASP LLM03:2025: Supply Chain
    """
    for ending in endings(context, "hidden-recipient"):
        severity = graded(ending, imported=Severity.HIGH, hook=Severity.HIGH, use=Severity.HIGH, none=Severity.MEDIUM)
        message = f"{ending.callee.removeprefix('builtins.')} sends a copy of the message to an address in the source"
        yield report(context, ending, message, severity, Confidence.HIGH)


RULE = hidden_recipient
