import re
from collections.abc import Iterator

from pratique.code import sensitive
from pratique.code.changed import hosts
from pratique.domain.finding import Confidence, Finding, Severity
from pratique.domain.locator import Locator
from pratique.domain.part import Member
from pratique.inspections.rule import Context, rule

NUMERIC = re.compile(r"^(?!127\.|0\.0\.0\.0|10\.|192\.168\.|169\.254\.)\d{1,3}(?:\.\d{1,3}){3}$")


@rule(
    severity=Severity.MEDIUM,
    topics=("changes-end",),
    remedy="Find out whose host it is and what the package sends there.",
    references=("CWE-506", "ML06:2023", "AML.T0010"),
)
def new_host(part: Member, context: Context) -> Iterator[Finding]:
    """A host that the sources of the release before did not name.

    ## What it finds
    Hosts in URLs of Python sources outside of tests and documentation. Numeric addresses, and services where anybody receives or
    serves anything, weigh MEDIUM; other names are told (LOW).

    ## Why it matters
    What is stolen has to go somewhere, and what is loaded later has to come from somewhere.

    ## Limits
    Hosts that are put together at run time are not seen here.

    ## References
    - CWE-506: Embedded Malicious Code
    - OWASP ML06:2023: AI Supply Chain Attacks
    - MITRE ATLAS AML.T0010: AI Supply Chain Compromise
    """
    known = hosts(context.before.package)
    for host, (module, line) in hosts(context.package).items():
        if host in known:
            continue
        grave = sensitive.ANONYMOUS.search(host) is not None or NUMERIC.match(host) is not None
        where = module.where
        yield context.finding(
            Locator(where.path, where.members, line=line, pointer=where.pointer),
            f"new since {context.before.reference}: the host {host}",
            severity=Severity.MEDIUM if grave else Severity.LOW,
            confidence=Confidence.MEDIUM,
            facts={"host": host},
        )


RULE = new_host
