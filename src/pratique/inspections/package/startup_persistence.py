from collections.abc import Iterator

from pratique.domain.finding import Confidence, Finding, Severity
from pratique.domain.part import Member
from pratique.inspections.flows import endings, graded, report
from pratique.inspections.rule import Context, rule


@rule(
    severity=Severity.HIGH,
    topics=("package-end",),
    remedy="Do not install it. Look for the entry on machines where it ran, and remove it.",
    references=("CWE-506", "CWE-912", "AML.T0010"),
)
def startup_persistence(part: Member, context: Context) -> Iterator[Finding]:
    """Code that makes itself run again.

    ## What it finds
    Writing to what shells, cron, systemd, launchd, the desktop or Python's own start read (`.bashrc`, `LaunchAgents`,
    `authorized_keys`, `.pth` in site-packages, registry run keys), or commands that register there.

    ## Why it matters
    A package has no business outside of its own folder; code in these places survives its removal.

    ## Limits
    In functions that nothing reaches it is told only: installers of shell completion do it on request.

    ## References
    - CWE-506: Embedded Malicious Code
    - CWE-912: Hidden Functionality
    - MITRE ATLAS AML.T0010: AI Supply Chain Compromise
    """
    for ending in endings(context, "persistence"):
        severity = graded(ending, imported=Severity.HIGH, hook=Severity.LOW, use=Severity.MEDIUM, none=Severity.LOW)
        yield report(
            context,
            ending,
            f"{ending.callee.removeprefix('builtins.')} writes where programs start from",
            severity,
            Confidence.HIGH,
        )

    for ending in endings(context, "tampering"):
        severity = graded(ending, imported=Severity.HIGH, hook=Severity.MEDIUM, use=Severity.HIGH, none=Severity.MEDIUM)
        message = f"{ending.callee.removeprefix('builtins.')} writes into what others installed or start"
        yield report(context, ending, message, severity, Confidence.HIGH)


RULE = startup_persistence
