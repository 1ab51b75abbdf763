from collections.abc import Iterator

from pratique.domain.finding import Finding, Severity
from pratique.domain.part import Broken
from pratique.inspections.rule import Context, rule


@rule(
    severity=Severity.INFO,
    topics=("zip-prefix", "zip-duplicate-identical"),
    remedy="None is needed.",
    references=("CWE-436",),
)
def zip_prefix(part: Broken, context: Context) -> Iterator[Finding]:
    """A zip archive with bytes before it, or with one entry twice.

    ## What it finds
    Bytes before the first member (a self-extracting archive, a zipapp) or the same entry listed twice with equal
    content.

    ## Why it matters
    It is usual for executables and harmless here; the bytes are identified by themselves.

    ## Limits
    None.

    ## References
    - CWE-436: Interpretation Conflict
    """
    yield context.finding(part.where, part.message, facts=part.facts)


RULE = zip_prefix
