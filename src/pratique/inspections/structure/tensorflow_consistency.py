from collections.abc import Iterator

from pratique.domain.finding import Finding, Severity
from pratique.domain.part import Broken
from pratique.inspections.rule import Context, rule


@rule(
    severity=Severity.MEDIUM,
    topics=("tensorflow-wire", "tensorflow-checkpoint"),
    remedy="Ask the publisher for a complete file, exported by TensorFlow itself.",
    references=("CWE-1284",),
)
def tensorflow_consistency(part: Broken, context: Context) -> Iterator[Finding]:
    """A TensorFlow file that cannot be read to its end.

    ## What it finds
    Bytes that are no message of the format, and checkpoint tables whose blocks lie outside the file.

    ## Why it matters
    What follows the defect is unknown, and so is what another reader would make of it.

    ## Limits
    A download that was cut looks the same.

    ## References
    - CWE-1284: Improper Validation of Specified Quantity in Input
    """
    yield context.finding(part.where, part.message, facts=part.facts)


RULE = tensorflow_consistency
