from collections.abc import Iterator

from pratique.domain.finding import Finding, Severity
from pratique.domain.part import Broken
from pratique.inspections.rule import Context, rule


@rule(
    severity=Severity.MEDIUM,
    topics=(
        "npy-header",
        "npy-truncated",
        "npy-duplicate-key",
    ),
    remedy="Ask the publisher for a file written by numpy.save, which never writes this.",
    references=(
        "CWE-1284",
        "CWE-130",
    ),
)
def npy_consistency(part: Broken, context: Context) -> Iterator[Finding]:
    """A numpy array file that contradicts itself.

    ## What it finds
    Headers that are no literal of the three known keys, unknown dtypes, a key that stands twice, and less data than
    the shape needs.

    ## Why it matters
    Readers resolve a contradiction in different ways, and then see different arrays.

    ## Limits
    It says nothing about the values.

    ## References
    - CWE-1284: Improper Validation of Specified Quantity in Input
    - CWE-130: Improper Handling of Length Parameter Inconsistency
    """
    yield context.finding(part.where, part.message, facts=part.facts)


RULE = npy_consistency
