from collections.abc import Iterator

from pratique.domain.finding import Finding, Severity
from pratique.domain.part import Broken
from pratique.inspections.rule import Context, rule


@rule(
    severity=Severity.MEDIUM,
    topics=("unaccounted-bytes",),
    remedy=(
        "Ask the publisher why they are there, or rewrite the file with the format's own library, which drops them."
    ),
    references=("CWE-506", "ML06:2023"),
)
def unaccounted_bytes(part: Broken, context: Context) -> Iterator[Finding]:
    """Bytes that no part of the file explains.

    ## What it finds
    A run of bytes between or after the parts that the format's reader understands.

    ## Why it matters
    It is where a second file, a payload or a message hides: most loaders ignore it, others do not.

    ## Limits
    Runs of up to 4 KiB of zeros count as padding.

    ## References
    - CWE-506: Embedded Malicious Code
    - OWASP ML06:2023: AI Supply Chain Attacks
    """
    yield context.finding(part.where, part.message, facts=part.facts)


RULE = unaccounted_bytes
