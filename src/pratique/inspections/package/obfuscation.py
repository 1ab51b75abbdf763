from collections.abc import Iterator

from pratique.code.roots import Reach
from pratique.domain.finding import Confidence, Finding, Severity
from pratique.domain.part import Member
from pratique.inspections.flows import endings, graded, report
from pratique.inspections.rule import Context, rule


@rule(
    severity=Severity.HIGH,
    topics=("package-end",),
    remedy="Ask the publisher for the source as it was written; do not run what hides its names.",
    references=("CWE-506", "CWE-912", "AML.T0010"),
)
def obfuscation(part: Member, context: Context) -> Iterator[Finding]:
    """Code that hides the name of what it calls.

    ## What it finds
    `exec`, `eval` or the start of a process under a name that the source does not show: computed for `getattr`, taken from
    `__builtins__`, `__globals__`, `__dict__` or `sys.modules` by subscript, or joined from pieces. Sources that a
    packer (PyArmor) replaced by what unpacks them are held.

    ## Why it matters
    There is no other reason to compute the name of such a function than that a reader should not see it.

    ## Limits
    Names that cannot be computed from constants are not resolved. In a function that nothing reaches it is held, not refused.

    ## References
    - CWE-506: Embedded Malicious Code
    - CWE-912: Hidden Functionality
    - MITRE ATLAS AML.T0010: AI Supply Chain Compromise
    """
    for ending in endings(context, "hidden-name"):
        severity = graded(ending, imported=Severity.HIGH, hook=Severity.MEDIUM, use=Severity.HIGH, none=Severity.MEDIUM)
        yield report(
            context,
            ending,
            f"it calls {ending.callee.removeprefix('builtins.')} by a name that the source does not show",
            severity,
            Confidence.HIGH,
        )
    for ending in endings(context, "packed"):
        message = "the program is packed: what stands here only unpacks it in machine code"
        severity = Severity.LOW if ending.module.aside else Severity.MEDIUM
        yield report(context, ending, message, severity, Confidence.HIGH)

    for ending in endings(context, "self-deletion"):
        if ending.reach >= Reach.IMPORT:
            message = f"{ending.callee.removeprefix('builtins.')} removes a file of its own package"
            yield report(context, ending, message, Severity.MEDIUM, Confidence.MEDIUM)


RULE = obfuscation
