from collections.abc import Iterator

from pratique.code.package import NOT_IMPORTED
from pratique.domain.finding import Finding, Severity
from pratique.domain.part import Broken
from pratique.inspections.rule import Context, rule


@rule(
    severity=Severity.HIGH,
    topics=("python-encoding", "python-bidi"),
    remedy="Do not run it. Show the file's bytes, and re-encode it as UTF-8 without control characters.",
    references=("CWE-506", "CVE-2021-42574"),
)
def python_deceptive_source(part: Broken, context: Context) -> Iterator[Finding]:
    """Source that shows something else than it runs.

    ## What it finds
    An encoding declaration in which ASCII does not stay ASCII (UTF-7, unicode_escape and rot13 hide code in what looks like
    comments), or bidirectional control characters (Trojan Source, CVE-2021-42574).

    ## Why it matters
    A reviewer and the compiler read two different programs.

    ## Limits
    In the tests of a distribution it is only told: they hold such text to test with, and nothing imports them.

    ## References
    - CWE-506: Embedded Malicious Code
    - CVE-2021-42574
    """
    path = part.where.members[-1] if part.where.members else ""
    severity = Severity.LOW if NOT_IMPORTED.search(path) else None
    yield context.finding(part.where, part.message, facts=part.facts, severity=severity)


RULE = python_deceptive_source
