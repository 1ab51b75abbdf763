from collections.abc import Iterator

from pratique.domain.finding import Finding, Severity
from pratique.domain.part import Broken
from pratique.inspections.rule import Context, rule


@rule(
    severity=Severity.MEDIUM,
    topics=("python-too-large",),
    remedy="Split it, or ask the publisher why it is so large.",
    references=("CWE-400",),
)
def python_too_large(part: Broken, context: Context) -> Iterator[Finding]:
    """Source too large to be read.

    ## What it finds
    A Python file of more than 8 MiB.

    ## Why it matters
    It is not parsed, so what it does is not known.

    ## Limits
    None.

    ## References
    - CWE-400: Uncontrolled Resource Consumption
    """
    yield context.finding(part.where, part.message, facts=part.facts)


RULE = python_too_large
