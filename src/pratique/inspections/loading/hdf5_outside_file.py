from collections.abc import Iterator

from pratique.domain.finding import Finding, Severity
from pratique.domain.part import Broken
from pratique.inspections.rule import Context, rule


@rule(
    severity=Severity.HIGH,
    topics=("hdf5-outside",),
    remedy="Do not load it. Ask for a file that holds its own data, rewritten with `h5repack`.",
    references=("CWE-22", "CWE-829", "CVE-2026-1669", "AML.T0011.000"),
)
def hdf5_outside_file(part: Broken, context: Context) -> Iterator[Finding]:
    """An HDF5 file whose data is another file of the loading machine.

    ## What it finds
    External storage of a dataset, or an external link, with an absolute path or one that climbs out of its folder.

    ## Why it matters
    The HDF5 library opens that file without asking. The loading machine's files become the model's weights, and leave
    with whatever is published or predicted from them.

    ## Limits
    Relative paths within the folder are reported by `structure/hdf5-malformed`.

    ## References
    - CVE-2026-1669; CWE-22: Path Traversal; CWE-829: Inclusion of Functionality from Untrusted Control Sphere
    - MITRE ATLAS AML.T0011.000: User Execution: Unsafe AI Artifacts
    """
    yield context.finding(part.where, part.message, facts=part.facts)


RULE = hdf5_outside_file
