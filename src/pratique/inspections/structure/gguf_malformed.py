from collections.abc import Iterator

from pratique.domain.finding import Finding, Severity
from pratique.domain.part import Broken
from pratique.inspections.rule import Context, rule


@rule(
    severity=Severity.MEDIUM,
    topics=("gguf-malformed", "gguf-duplicate-key", "gguf-duplicate-tensor", "gguf-alignment", "gguf-misaligned"),
    remedy="Fetch it again, or ask the publisher for a clean file.",
    references=("CWE-1284", "CWE-436"),
)
def gguf_malformed(part: Broken, context: Context) -> Iterator[Finding]:
    """A GGUF header that breaks its own rules.

    ## What it finds
    A header that ends early, lengths that do not fit, unknown value types, a key or tensor that stands twice, a
    wrong alignment.

    ## Why it matters
    Readers differ in what they do with it, and a reader in C may crash.

    ## Limits
    What could be read was read; what could not is a gap.

    ## References
    - CWE-1284: Improper Validation of Specified Quantity in Input
    - CWE-436: Interpretation Conflict
    """
    yield context.finding(part.where, part.message, facts=part.facts)


RULE = gguf_malformed
