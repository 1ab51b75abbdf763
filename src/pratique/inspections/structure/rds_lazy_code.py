from collections.abc import Iterator

from pratique.domain.finding import Finding, Severity
from pratique.domain.part import Broken
from pratique.inspections.rule import Context, rule


@rule(
    severity=Severity.MEDIUM,
    topics=("rds-promise-in-environment", "rds-active-binding", "rds-malformed"),
    remedy="Ask for the data without the environments that its functions captured, or in a format without code.",
    references=("CWE-502", "CWE-1284"),
)
def rds_lazy_code(part: Broken, context: Context) -> Iterator[Finding]:
    """An R file with code behind its variables, or one that cannot be read.

    ## What it finds
    Promises and active bindings in stored environments, and streams that break the format.

    ## Why it matters
    Reading such a variable runs code that came with the file. Functions that captured their surroundings have such
    promises without any intent.

    ## Limits
    Functions and calls that are merely stored are not reported: R runs them only when they are called.

    ## References
    - CWE-502: Deserialization of Untrusted Data; CWE-1284: Improper Validation of Specified Quantity in Input
    """
    yield context.finding(part.where, part.message, facts=part.facts)


RULE = rds_lazy_code
