from collections.abc import Iterator

from pratique.domain.finding import Confidence, Finding, Severity
from pratique.domain.part import Member
from pratique.inspections.flows import endings, graded, report
from pratique.inspections.rule import Context, rule


@rule(
    severity=Severity.CRITICAL,
    topics=("package-end",),
    remedy="Do not run it. If it ran, treat the machine as controlled by somebody else.",
    references=("CWE-506", "CWE-912", "AML.T0010"),
)
def reverse_shell(part: Member, context: Context) -> Iterator[Finding]:
    """Code that hands a shell to a network peer.

    ## What it finds
    A socket's descriptor that replaces standard input or output (`dup2`, `stdin=`) and shell commands that do the same;
    commands that a route of a web framework takes from its request and executes (held).

    ## Why it matters
    It is remote control and nothing else.

    ## Limits
    Servers that speak through the standard streams of a child they start on request may do the same in functions that nothing
    reaches: these are held, not refused.

    ## References
    - CWE-506: Embedded Malicious Code
    - CWE-912: Hidden Functionality
    - MITRE ATLAS AML.T0010: AI Supply Chain Compromise
    """
    for ending in endings(context, "reverse-shell"):
        severity = graded(
            ending, imported=Severity.CRITICAL, hook=Severity.HIGH, use=Severity.HIGH, none=Severity.MEDIUM
        )
        yield report(
            context,
            ending,
            f"{ending.callee.removeprefix('builtins.')} connects a process to a socket",
            severity,
            Confidence.HIGH,
        )
    for ending in endings(context, "web-shell"):
        message = f"{ending.callee.removeprefix('builtins.')} executes what a web request asks for"
        severity = Severity.LOW if ending.module.aside else Severity.MEDIUM
        yield report(context, ending, message, severity, Confidence.MEDIUM)


RULE = reverse_shell
