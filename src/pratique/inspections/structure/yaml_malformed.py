from collections.abc import Iterator

from pratique.domain.finding import Finding, Severity
from pratique.domain.part import Broken
from pratique.inspections.rule import Context, rule


@rule(
    severity=Severity.LOW,
    topics=("yaml-malformed",),
    remedy="None is needed if the file is a template.",
    references=("CWE-1284",),
)
def yaml_malformed(part: Broken, context: Context) -> Iterator[Finding]:
    """A YAML document that does not parse.

    ## What it finds
    A syntax error by YAML 1.1.

    ## Why it matters
    Template files that are YAML only once they are rendered are usual; what it configures is not known.

    ## Limits
    What stands before the error was read.

    ## References
    - CWE-1284: Improper Validation of Specified Quantity in Input
    """
    yield context.finding(part.where, part.message, facts=part.facts)


RULE = yaml_malformed
