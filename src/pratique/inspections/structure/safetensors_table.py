from collections.abc import Iterator

from pratique.domain.finding import Finding, Severity
from pratique.domain.part import Broken
from pratique.inspections.rule import Context, rule


@rule(
    severity=Severity.MEDIUM,
    topics=(
        "safetensors-overlap",
        "safetensors-bounds",
        "safetensors-size",
        "safetensors-duplicate-key",
        "safetensors-entry",
        "safetensors-hole",
    ),
    remedy="Ask the publisher for a file written by the safetensors library, which never writes this.",
    references=("CWE-1284", "CWE-130"),
)
def safetensors_table(part: Broken, context: Context) -> Iterator[Finding]:
    """A safetensors tensor table that contradicts itself.

    ## What it finds
    Tensors that share bytes, lie outside the file, have a size other than their shape needs, are named twice, leave
    bytes between them (zeros too), or are no tensor entries.

    ## Why it matters
    The reference loader refuses such a file; lenient loaders do not, and then two readers see two different models.

    ## Limits
    It says nothing about the values of the tensors.

    ## References
    - CWE-1284: Improper Validation of Specified Quantity in Input
    - CWE-130: Improper Handling of Length Parameter Inconsistency
    """
    yield context.finding(part.where, part.message, facts=part.facts)


RULE = safetensors_table
