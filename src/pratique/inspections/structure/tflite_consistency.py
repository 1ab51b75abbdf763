from collections.abc import Iterator

from pratique.domain.finding import Finding, Severity
from pratique.domain.part import Broken
from pratique.inspections.rule import Context, rule


@rule(
    severity=Severity.MEDIUM,
    topics=("tflite-bounds", "tflite-index", "tflite-shape"),
    remedy="Ask the publisher for a file that the converter wrote, and verify it before it is mapped.",
    references=("CWE-125", "CWE-190"),
)
def tflite_consistency(part: Broken, context: Context) -> Iterator[Finding]:
    """A FlatBuffers model that points out of itself.

    ## What it finds
    Offsets, lengths, buffer and operator numbers beyond what the file holds; negative or overflowing shapes.

    ## Why it matters
    Interpreters map the file and follow its offsets; those that verify it late, or not at all, read and write memory
    that
    is not the model's.

    ## Limits
    Options of built-in operators are not interpreted.

    ## References
    - CWE-125: Out-of-bounds Read; CWE-190: Integer Overflow or Wraparound
    """
    yield context.finding(part.where, part.message, facts=part.facts)


RULE = tflite_consistency
