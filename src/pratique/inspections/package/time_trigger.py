from collections.abc import Iterator

from pratique.domain.finding import Confidence, Finding, Severity
from pratique.domain.part import Member
from pratique.inspections.flows import endings, graded, report
from pratique.inspections.rule import Context, rule


@rule(
    severity=Severity.HIGH,
    topics=("package-end",),
    remedy="Do not install it. Set the clock of a sandbox behind the date to see what it does, and tell the index.",
    references=("CWE-506", "CWE-511", "AML.T0010", "LLM03:2025"),
)
def time_trigger(part: Member, context: Context) -> Iterator[Finding]:
    """Logic bombs: programs that end, or files that go, once a date is past.

    ## What it finds
    Calls that end the process at once or delete, below a condition that compares the clock with a date which stands in the
    source, directly, through a variable or through a function of the package.

    ## Why it matters
    A library that works until a day in the future passes every test before it (the NuGet packages of "shanhai666", 2023 to 2025).

    ## Limits
    Wrong results after a date, dates that are fetched or computed from parts, and counters are not seen. Licences that run out
    and say so (an exception, `sys.exit`) are not meant.

    ## References
    - CWE-506: Embedded Malicious Code
    - CWE-511: Logic/Time Bomb
    - MITRE ATLAS AML.T0010: AI Supply Chain Compromise
    - OWASP LLM03:2025: Supply Chain
    """
    for ending in endings(context, "time-trigger"):
        severity = graded(ending, imported=Severity.HIGH, hook=Severity.HIGH, use=Severity.HIGH, none=Severity.MEDIUM)
        message = f"{ending.callee.removeprefix('builtins.')} waits for a date that stands in the source"
        yield report(context, ending, message, severity, Confidence.MEDIUM)


RULE = time_trigger
