from collections.abc import Iterator

from pratique.code.roots import Reach
from pratique.domain.finding import Confidence, Finding, Severity
from pratique.domain.part import Member
from pratique.inspections.flows import endings, report, source_of
from pratique.inspections.rule import Context, rule

KINDS = (
    "start-download",
    "start-process",
    "remote-command",
    "remote-execution",
    "hidden-execution",
    "exfiltration",
    "reverse-shell",
    "identification",
)


@rule(
    severity=Severity.CRITICAL,
    topics=("package-end",),
    remedy="Do not install it. Prefer a wheel from a publisher with provenance, and build without network.",
    references=("CWE-494", "CWE-506", "AML.T0010", "LLM03:2025"),
)
def install_network(part: Member, context: Context) -> Iterator[Finding]:
    """Installation or interpreter start that downloads and executes.

    ## What it finds
    In `setup.py`, a build backend of the source tree, a path file (`.pth`), `sitecustomize` or `usercustomize`: a flow from the
    network, or from decoded data, to something that executes; and a request that tells the host, the user or the platform.
    What a project's metadata hands to its build runs at installation too: classes of commands, hooks of hatchling, PDM, Poetry
    and pbr. A process that is started whenever Python starts is refused, whatever it runs.

    ## Why it matters
    It runs on `pip install`, or whenever Python starts, before anything of the package is used.

    ## Limits
    What a build tool downloads by itself (compilers, pinned sources) is not seen.

    ## References
    - CWE-494: Download of Code Without Integrity Check
    - CWE-506: Embedded Malicious Code
    - MITRE ATLAS AML.T0010: AI Supply Chain Compromise
    - OWASP LLM03:2025: Supply Chain
    """
    for ending in endings(context, *KINDS):
        if ending.reach < Reach.START:
            continue
        callee = ending.callee.removeprefix("builtins.")
        says = f"{callee} ends a flow of {source_of(ending) or ending.kind}"
        if ending.kind == "start-process":
            yield report(context, ending, f"{callee} starts a process", Severity.HIGH, Confidence.HIGH)
        else:
            yield report(context, ending, says, Severity.CRITICAL, Confidence.HIGH)


RULE = install_network
