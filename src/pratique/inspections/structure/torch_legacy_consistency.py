from collections.abc import Iterator

from pratique.domain.finding import Finding, Severity
from pratique.domain.part import Broken
from pratique.inspections.rule import Context, rule


@rule(
    severity=Severity.MEDIUM,
    topics=(
        "torch-legacy-keys",
        "torch-legacy-storage",
        "torch-legacy-size",
    ),
    remedy="Ask the publisher for the weights as safetensors, or for a file that torch.save wrote.",
    references=(
        "CWE-1284",
        "CWE-130",
    ),
)
def torch_legacy_consistency(part: Broken, context: Context) -> Iterator[Finding]:
    """A torch file of the older form whose storages do not fit its pickles.

    ## What it finds
    A last pickle that is no list of keys, storages of unknown class, storages that end after the file, and sizes
    that differ from what the object refers to.

    ## Why it matters
    torch.save never writes it, and readers that do not check the sizes read beyond the data.

    ## Limits
    It says nothing about the values.

    ## References
    - CWE-1284: Improper Validation of Specified Quantity in Input
    - CWE-130: Improper Handling of Length Parameter Inconsistency
    """
    yield context.finding(part.where, part.message, facts=part.facts)


RULE = torch_legacy_consistency
