from collections.abc import Iterator

from pratique.domain.finding import Finding, Severity
from pratique.domain.part import Broken
from pratique.inspections.rule import Context, rule


@rule(
    severity=Severity.HIGH,
    topics=("tar-size-differs",),
    remedy="Do not load it. Unpack it with one tool, look at what is there, and pack it again.",
    references=("CWE-436", "CVE-2025-62518", "ML06:2023"),
)
def tar_readers_disagree(part: Broken, context: Context) -> Iterator[Finding]:
    """A tar archive in which two readers see two different things.

    ## What it finds
    A member whose pax and ustar headers give different sizes.

    ## Why it matters
    Readers that honour only one of the headers, or that read on, see other members from there.

    ## Limits
    Each view is read and judged as well.

    ## References
    - CWE-436: Interpretation Conflict
    - CVE-2025-62518
    - OWASP ML06:2023: AI Supply Chain Attacks
    """
    yield context.finding(part.where, part.message, facts=part.facts)


RULE = tar_readers_disagree
