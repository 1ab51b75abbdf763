from collections.abc import Iterator

from pratique.code.roots import Reach
from pratique.domain.finding import Confidence, Finding, Severity
from pratique.domain.part import Member
from pratique.inspections.flows import endings, report
from pratique.inspections.rule import Context, rule


@rule(
    severity=Severity.MEDIUM,
    topics=("package-end",),
    remedy="Ask what it is told for. If it is a test of dependency confusion, the package has no use for you.",
    references=("CWE-200", "CWE-506", "AML.T0010"),
)
def host_identification(part: Member, context: Context) -> Iterator[Finding]:
    """Code that tells who and where its user is, unasked.

    ## What it finds
    The names of host and user, the working folder or the platform, which reach a request to an address of the source when the
    package is imported; and at any time where that address is a bare number. A name that is looked up below a domain of the
    source counts as a request.

    ## Why it matters
    It is how an attacker learns in whose network the package arrived, before the second stage is sent.

    ## Limits
    Telemetry that a function of the package starts is told (LOW). At installation and start, package/install-network speaks.

    ## References
    - CWE-200: Exposure of Sensitive Information to an Unauthorized Actor
    - CWE-506: Embedded Malicious Code
    - MITRE ATLAS AML.T0010: AI Supply Chain Compromise
    """
    for ending in endings(context, "identification"):
        if ending.reach >= Reach.START:
            continue
        unasked = ending.reach >= Reach.IMPORT or ("numeric" in ending.labels and not ending.module.aside)
        message = f"{ending.callee.removeprefix('builtins.')} tells who and where its user is"
        yield report(context, ending, message, Severity.MEDIUM if unasked else Severity.LOW, Confidence.MEDIUM)


RULE = host_identification
