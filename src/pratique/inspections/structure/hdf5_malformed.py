from collections.abc import Iterator

from pratique.domain.finding import Finding, Severity
from pratique.domain.part import Broken
from pratique.inspections.rule import Context, rule


@rule(
    severity=Severity.MEDIUM,
    topics=("hdf5-malformed", "hdf5-too-many-objects", "hdf5-external", "hdf5-virtual"),
    remedy="Ask for one complete file, rewritten with `h5repack`.",
    references=("CWE-1284", "CWE-829"),
)
def hdf5_malformed(part: Broken, context: Context) -> Iterator[Finding]:
    """An HDF5 file that contradicts its format, or needs other files.

    ## What it finds
    Structures that leave the file, form circles or are of no known kind, and datasets or links that lead to other files
    of the same folder.

    ## Why it matters
    What cannot be read cannot be shown to be harmless; and what is in another file was not in this one when it was
    inspected.

    ## Limits
    Filters are not undone: compressed chunks are accounted for and not looked into.

    ## References
    - CWE-1284: Improper Validation of Specified Quantity in Input; CWE-829: Inclusion of Functionality from Untrusted
      Control Sphere
    """
    yield context.finding(part.where, part.message, facts=part.facts)


RULE = hdf5_malformed
