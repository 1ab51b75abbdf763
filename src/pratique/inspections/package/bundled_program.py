from collections.abc import Iterator

from pratique.code.roots import Reach
from pratique.domain.finding import Confidence, Finding, Severity
from pratique.domain.part import Member
from pratique.inspections.flows import endings, report
from pratique.inspections.rule import Context, rule


@rule(
    severity=Severity.HIGH,
    topics=("package-end",),
    remedy="Do not install it. Ask what the program is for, and where its source and its build are.",
    references=("CWE-506", "CWE-829", "AML.T0010"),
)
def bundled_program(part: Member, context: Context) -> Iterator[Finding]:
    """Code that starts a program which its package carries, before anybody asks for it.

    ## What it finds
    At installation, start or import: a process whose program is a file of the package itself that is no Python module, or a copy of
    one.

    ## Why it matters
    The source that is read is then only the envelope of what runs.

    ## Limits
    Programs that a function starts on request are not reported: wheels carry tools for that. On import it is held, at installation
    and start refused.

    ## References
    - CWE-506: Embedded Malicious Code
    - CWE-829: Inclusion of Functionality from Untrusted Control Sphere
    - MITRE ATLAS AML.T0010: AI Supply Chain Compromise
    """
    for ending in endings(context, "bundled-execution"):
        if ending.reach < Reach.IMPORT:
            continue
        severity = Severity.HIGH if ending.reach >= Reach.START else Severity.MEDIUM
        message = f"{ending.callee.removeprefix('builtins.')} starts a program that the package carries"
        yield report(context, ending, message, severity, Confidence.HIGH)


RULE = bundled_program
