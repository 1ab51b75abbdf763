from collections.abc import Iterator

from pratique.domain.finding import Finding, Severity
from pratique.domain.part import Broken
from pratique.inspections.rule import Context, rule


@rule(
    severity=Severity.HIGH,
    topics=("gguf-tensor-size", "gguf-bounds", "gguf-overlap"),
    remedy="Do not load it. Ask the publisher for a file written by the gguf library, which never writes this.",
    references=("CWE-1284", "CVE-2024-21836", "CVE-2025-53630", "AML.T0011.000"),
)
def gguf_table(part: Broken, context: Context) -> Iterator[Finding]:
    """A GGUF tensor table that leads a reader out of bounds.

    ## What it finds
    Tensors whose size overflows or does not come out even, that lie outside of the file, or that share bytes.

    ## Why it matters
    Readers in C compute offsets and sizes from this table; published overflows (CVE-2024-21836, CVE-2025-53630)
    turn such a table into memory corruption.

    ## Limits
    It says nothing about the values of the tensors.

    ## References
    - CWE-1284: Improper Validation of Specified Quantity in Input
    - CVE-2024-21836
    - CVE-2025-53630
    - MITRE ATLAS AML.T0011.000: User Execution: Unsafe AI Artifacts
    """
    yield context.finding(part.where, part.message, facts=part.facts)


RULE = gguf_table
