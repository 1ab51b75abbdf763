from collections.abc import Iterator

from pratique.domain.finding import Finding, Severity
from pratique.domain.part import Broken
from pratique.inspections.rule import Context, rule


@rule(
    severity=Severity.MEDIUM,
    topics=("seven-zip-crc-differs", "seven-zip-malformed", "seven-zip-anti-item", "seven-zip-duplicate-name"),
    remedy="Do not unpack it. Fetch it again and compare its SHA-256 with the publisher's.",
    references=("CWE-354", "CWE-1284"),
)
def seven_zip_malformed(part: Broken, context: Context) -> Iterator[Finding]:
    """A 7z archive whose header lies or deletes.

    ## What it finds
    A CRC that is not that of the header or member, a header that contradicts itself, two members of one name, and anti-items,
    which delete a file when they are unpacked.

    ## Why it matters
    What unpacking leaves behind depends on the program that unpacks it, so that another one than was inspected may be loaded.

    ## Limits
    Members without a CRC are taken as they are.

    ## References
    - CWE-354: Improper Validation of Integrity Check Value
    - CWE-1284: Improper Validation of Specified Quantity in Input
    """
    yield context.finding(part.where, part.message, facts=part.facts)


RULE = seven_zip_malformed
