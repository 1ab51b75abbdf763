from collections.abc import Iterator

from pratique.domain.finding import Finding, Severity
from pratique.domain.part import Broken
from pratique.inspections.rule import Context, rule


@rule(
    severity=Severity.MEDIUM,
    topics=("zip-no-directory", "zip-entry-count", "zip-end", "zip-slack"),
    remedy="Fetch it again, or ask the publisher for a clean file.",
    references=("CWE-1284", "CWE-436"),
)
def zip_malformed(part: Broken, context: Context) -> Iterator[Finding]:
    """A zip archive that breaks its own rules.

    ## What it finds
    No end record, a wrong count of entries, an end record that points nowhere, bytes after a member's compressed
    data.

    ## Why it matters
    It may be cut off or made by hand; readers differ in what they do with it.

    ## Limits
    What could be read was read; what could not is a gap.

    ## References
    - CWE-1284: Improper Validation of Specified Quantity in Input
    - CWE-436: Interpretation Conflict
    """
    yield context.finding(part.where, part.message, facts=part.facts)


RULE = zip_malformed
