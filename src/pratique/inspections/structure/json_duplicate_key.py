from collections.abc import Iterator

from pratique.domain.finding import Finding, Severity
from pratique.domain.part import Broken
from pratique.inspections.rule import Context, rule


@rule(
    severity=Severity.LOW,
    topics=("json-duplicate-key",),
    remedy="Remove one of the two.",
    references=("CWE-436",),
)
def json_duplicate_key(part: Broken, context: Context) -> Iterator[Finding]:
    """A JSON object with a key twice.

    ## What it finds
    An object in which one key stands more than once.

    ## Why it matters
    Parsers take the first, the last, or refuse: two readers may see two configurations.

    ## Limits
    Only the first such object of a document is reported.

    ## References
    - CWE-436: Interpretation Conflict
    """
    yield context.finding(part.where, part.message, facts=part.facts)


RULE = json_duplicate_key
