from collections.abc import Iterator

from pratique.domain.finding import Finding, Severity
from pratique.domain.part import Broken
from pratique.inspections.rule import Context, rule


@rule(
    severity=Severity.HIGH,
    topics=(
        "zip-path-escapes",
        "tar-path-escapes",
        "seven-zip-path-escapes",
        "ar-path-escapes",
        "zip-link-escapes",
        "tar-link-escapes",
        "seven-zip-link-escapes",
    ),
    remedy="Do not unpack it. Python 3.12 and later: `tarfile.extractall(filter='data')`.",
    references=("CWE-22", "CWE-59", "ML06:2023"),
)
def archive_path_escapes(part: Broken, context: Context) -> Iterator[Finding]:
    """An archive that writes outside of its folder.

    ## What it finds
    A member with an absolute path, a drive letter or a `..` part that leaves the folder, or a link that leads out
    of it.

    ## Why it matters
    Unpacking it overwrites or reads files of whoever unpacks it.

    ## Limits
    Extractors with a filter (`tarfile`'s `data` filter) refuse it; not all have one.

    ## References
    - CWE-22: Path Traversal
    - CWE-59: Link Following
    - OWASP ML06:2023: AI Supply Chain Attacks
    """
    yield context.finding(part.where, part.message, facts=part.facts)


RULE = archive_path_escapes
