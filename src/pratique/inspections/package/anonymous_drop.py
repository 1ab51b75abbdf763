from collections.abc import Iterator

from pratique.domain.finding import Confidence, Finding, Severity
from pratique.domain.part import Member
from pratique.inspections.flows import endings, graded, report, source_of
from pratique.inspections.rule import Context, rule


@rule(
    severity=Severity.HIGH,
    topics=("package-end",),
    remedy="Do not install it. If it ran, assume that whatever it could read was sent; tell the service whose address it is.",
    references=("CWE-506", "CWE-200", "AML.T0010", "LLM03:2025"),
)
def anonymous_drop(part: Member, context: Context) -> Iterator[Finding]:
    """Code that sends to a mailbox of nobody, or to its author's account.

    ## What it finds
    Values that are sent to an address which stands in the source with its key: a chat webhook, a bot's token, a collector of
    requests, a tunnel, an onion service, a store of files for everybody; and what a client sends that was made or logged in
    with a key from the source (chat, mail, file transfer, object stores, databases, code hosts).

    ## Why it matters
    Whoever holds such an address can write to it and nobody can tell who reads. Libraries that notify take the address from their
    user; stealers bring their own.

    ## Limits
    Addresses that are put together from parts that are not constant are not seen. What is only fetched from such a place is told by
    package/remote-code-loader if it is executed.

    ## References
    - CWE-506: Embedded Malicious Code
    - CWE-200: Exposure of Sensitive Information
    - MITRE ATLAS AML.T0010: AI Supply Chain Compromise
    - OWASP LLM03:2025: Supply Chain
    """
    for ending in endings(context, "drop"):
        severity = graded(ending, imported=Severity.HIGH, hook=Severity.HIGH, use=Severity.HIGH, none=Severity.MEDIUM)
        what = source_of(ending) or "a message"
        callee = ending.callee.removeprefix("builtins.")
        message = f"{callee} sends {what} to a mailbox or account that is not its user's"
        yield report(context, ending, message, severity, Confidence.HIGH)


RULE = anonymous_drop
