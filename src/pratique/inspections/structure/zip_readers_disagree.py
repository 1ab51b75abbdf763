from collections.abc import Iterator

from pratique.domain.finding import Finding, Severity
from pratique.domain.part import Broken
from pratique.inspections.rule import Context, rule


@rule(
    severity=Severity.HIGH,
    topics=(
        "zip-name-differs",
        "zip-duplicate-name",
        "zip-second-directory",
        "zip-hidden-entry",
        "zip-method-differs",
        "zip-flags-differ",
        "zip-false-encryption",
        "zip-name-nul",
        "zip-overlap",
        "zip-no-local-header",
    ),
    remedy=(
        "Do not load it. Unpack it with one tool, look at what is there, and pack it again; or ask the "
        "publisher for a clean file."
    ),
    references=("CWE-436", "AML.T0010", "ML06:2023"),
)
def zip_readers_disagree(part: Broken, context: Context) -> Iterator[Finding]:
    """A zip archive in which two readers see two different things.

    ## What it finds
    A member whose directory entry and local header contradict each other in name, method or encryption; two
    different members of one name; a second central directory; a member that no directory lists; an encryption flag
    on plain data; a name that ends at a NUL for some readers; members that share bytes; a directory entry that
    leads nowhere.

    ## Why it matters
    A scanner and the loader then read different members: `zipfile`, miniz (which torch uses) and streaming readers
    each trust other records. Published bypasses of model scanners work this way.

    ## Limits
    Each view is read and judged as well, so what is hidden is reported under its own rule.

    ## References
    - CWE-436: Interpretation Conflict
    - MITRE ATLAS AML.T0010: AI Supply Chain Compromise
    - OWASP ML06:2023: AI Supply Chain Attacks
    """
    yield context.finding(part.where, part.message, facts=part.facts)


RULE = zip_readers_disagree
