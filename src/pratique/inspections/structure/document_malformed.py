from collections.abc import Iterator

from pratique.domain.finding import Finding, Severity
from pratique.domain.part import Broken
from pratique.inspections.rule import Context, rule


@rule(
    severity=Severity.MEDIUM,
    topics=("json-malformed", "yaml-expansion", "document-too-large"),
    remedy="Repair it, or ask the publisher for a clean file.",
    references=("CWE-1284", "CWE-405"),
)
def document_malformed(part: Broken, context: Context) -> Iterator[Finding]:
    """A document that could not be read.

    ## What it finds
    JSON that does not parse, or aliases and nesting that expand beyond every limit.

    ## Why it matters
    What it configures is not known, and a lenient parser may still read it.

    ## Limits
    What could be read was read; the rest is a gap.

    ## References
    - CWE-1284: Improper Validation of Specified Quantity in Input
    - CWE-405: Asymmetric Resource Consumption (Amplification)
    """
    yield context.finding(part.where, part.message, facts=part.facts)


RULE = document_malformed
