from collections.abc import Iterator

from pratique.domain.finding import Finding, Severity
from pratique.domain.part import Broken
from pratique.inspections.rule import Context, rule


@rule(
    severity=Severity.MEDIUM,
    topics=("msgpack-malformed",),
    remedy="Fetch it again, or ask the publisher for safetensors.",
    references=("CWE-1284",),
)
def msgpack_malformed(part: Broken, context: Context) -> Iterator[Finding]:
    """A MessagePack document that breaks its format.

    ## What it finds
    Items that end early, counts that do not fit, bytes that begin no item.

    ## Why it matters
    What follows could not be read, and so cannot be shown to be harmless.

    ## Limits
    It says nothing about what a program makes of an extension.

    ## References
    - CWE-1284: Improper Validation of Specified Quantity in Input
    """
    yield context.finding(part.where, part.message, facts=part.facts)


RULE = msgpack_malformed
