from collections.abc import Iterator

from pratique.domain.finding import Finding, Severity
from pratique.domain.part import Broken
from pratique.inspections.rule import Context, rule


@rule(
    severity=Severity.HIGH,
    topics=("zip-crc-differs", "zip-sizes-differ", "zip-size-lies"),
    remedy=(
        "Do not load it. Fetch it again and compare its SHA-256 with the publisher's; a damaged transfer "
        "looks the same."
    ),
    references=("CWE-354", "CWE-436", "ML06:2023"),
)
def zip_integrity(part: Broken, context: Context) -> Iterator[Finding]:
    """A zip member whose checksum or size is a lie.

    ## What it finds
    A CRC or size in a header that is not that of the content, or that differs between the two headers.

    ## Why it matters
    Python refuses such a member, and torch reads it: a scanner that gives up there has not seen what the loader
    executes.

    ## Limits
    The CRC of stored members over 16 MiB (tensors) is not computed, as torch does not.

    ## References
    - CWE-354: Improper Validation of Integrity Check Value
    - CWE-436: Interpretation Conflict
    - OWASP ML06:2023: AI Supply Chain Attacks
    """
    yield context.finding(part.where, part.message, facts=part.facts)


RULE = zip_integrity
