from collections.abc import Iterator

from pratique.domain.finding import Finding, Severity
from pratique.domain.part import Member
from pratique.inspections.rule import Context, rule


@rule(
    severity=Severity.MEDIUM,
    topics=("package-end",),
    remedy="Ask for a release with its sources, or build it from them.",
    references=("CWE-506", "CWE-912", "AML.T0010"),
)
def bytecode_without_source(part: Member, context: Context) -> Iterator[Finding]:
    """Compiled Python whose source is not there.

    ## What it finds
    A `.pyc` file beside which, or above whose `__pycache__`, there is no source of the same name.

    ## Why it matters
    Python imports it all the same, and nobody can read what it does.

    ## Limits
    Bytecode whose source is there is not compared with it.

    ## References
    - CWE-506: Embedded Malicious Code
    - CWE-912: Hidden Functionality
    - MITRE ATLAS AML.T0010: AI Supply Chain Compromise
    """
    for where, source in context.package.lone_bytecode():
        yield context.finding(where, f"it is imported, and its source {source} is not there", facts={"source": source})


RULE = bytecode_without_source
