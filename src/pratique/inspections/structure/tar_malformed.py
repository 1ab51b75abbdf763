from collections.abc import Iterator

from pratique.domain.finding import Finding, Severity
from pratique.domain.part import Broken
from pratique.inspections.rule import Context, rule


@rule(
    severity=Severity.MEDIUM,
    topics=("tar-special-file", "tar-header", "tar-after-end"),
    remedy="Ask the publisher for an archive of regular files.",
    references=("CWE-59", "CWE-1284"),
)
def tar_malformed(part: Broken, context: Context) -> Iterator[Finding]:
    """A tar archive with devices, pipes, broken headers or content behind its end.

    ## What it finds
    A member that is a device or a pipe, or a header whose checksum or size makes no sense, or blocks after the end
    mark.

    ## Why it matters
    No dataset or model needs them; opening a pipe hangs, a device reads or writes hardware.

    ## Limits
    None.

    ## References
    - CWE-59: Link Following
    - CWE-1284: Improper Validation of Specified Quantity in Input
    """
    yield context.finding(part.where, part.message, facts=part.facts)


RULE = tar_malformed
