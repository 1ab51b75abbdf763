from collections.abc import Iterator

from pratique.code.roots import Reach
from pratique.domain.finding import Confidence, Finding, Severity
from pratique.domain.part import Member
from pratique.inspections.flows import endings, report
from pratique.inspections.rule import Context, rule


@rule(
    severity=Severity.HIGH,
    topics=("package-end",),
    remedy="Do not install it. What it needs belongs into its metadata, where a lock can pin it.",
    references=("CWE-494", "CWE-829", "AML.T0010", "LLM03:2025"),
)
def self_installation(part: Member, context: Context) -> Iterator[Finding]:
    """Code that installs packages by itself.

    ## What it finds
    An installer (`pip install`, `uv pip install`) that is started at installation, start or import: refused where it is told
    another index or an address; where it is not, held at installation and start, and told on import.

    ## Why it matters
    No lock, hash or review covers what arrives this way, and it changes whenever its publisher wants.

    ## Limits
    Functions that install optional parts on request are reported only if they name another index, and held.

    ## References
    - CWE-494: Download of Code Without Integrity Check
    - CWE-829: Inclusion of Functionality from Untrusted Control Sphere
    - MITRE ATLAS AML.T0010: AI Supply Chain Compromise
    - OWASP LLM03:2025: Supply Chain
    """
    for ending in endings(context, "installation", "foreign-installation"):
        elsewhere = ending.kind == "foreign-installation"
        if ending.reach < Reach.IMPORT and (not elsewhere or ending.module.aside):
            continue
        by_itself = ending.reach >= (Reach.IMPORT if elsewhere else Reach.START)
        severity = (Severity.HIGH if by_itself else Severity.MEDIUM) if elsewhere else Severity.MEDIUM
        severity = severity if elsewhere or by_itself else Severity.LOW
        message = f"{ending.callee.removeprefix('builtins.')} installs packages{' from elsewhere' if elsewhere else ''}"
        yield report(context, ending, message, severity, Confidence.HIGH)


RULE = self_installation
