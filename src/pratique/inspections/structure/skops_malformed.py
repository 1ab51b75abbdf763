from collections.abc import Iterator

from pratique.domain.finding import Finding, Severity
from pratique.domain.part import Broken
from pratique.inspections.rule import Context, rule


@rule(
    severity=Severity.MEDIUM,
    topics=("skops-malformed",),
    remedy="Ask for a file written by `skops.io.dump`.",
    references=("CWE-1284",),
)
def skops_malformed(part: Broken, context: Context) -> Iterator[Finding]:
    """A skops schema with nodes that name nothing.

    ## What it finds
    Nodes without a class, a module or a loader, and schemas that are too large to look through.

    ## Why it matters
    skops writes no such node; what a loader would make of it is unknown.

    ## Limits
    A node that names a class is an import and a call, and judged as such.

    ## References
    - CWE-1284: Improper Validation of Specified Quantity in Input
    """
    yield context.finding(part.where, part.message, facts=part.facts)


RULE = skops_malformed
