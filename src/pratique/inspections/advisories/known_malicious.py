from collections.abc import Iterator

from pratique.domain.finding import Finding, Severity
from pratique.domain.part import Member
from pratique.inspections.advised import advised
from pratique.inspections.rule import Context, rule


@rule(
    severity=Severity.CRITICAL,
    topics=("pins-end",),
    remedy="Do not install it. If it was installed, treat the machine and every secret on it as known to the attacker.",
    references=("CWE-506", "ML06:2023", "AML.T0010", "LLM03:2025"),
)
def known_malicious(part: Member, context: Context) -> Iterator[Finding]:
    """A release that a public advisory calls malicious.

    ## What it finds
    Packages and versions, in wheels, source archives, environments and lock files, that an entry of the malicious-packages
    database (`MAL-…`) or an advisory with CWE-506 is about, in the advisories that were imported last.

    ## Why it matters
    Somebody has looked at this very release and found what it does.

    ## Limits
    It knows what the import knows: run `pratique advisories update` regularly. Without an import nothing is asked, and the
    report's `tool.advisories` is empty.

    ## References
    - CWE-506: Embedded Malicious Code
    - OWASP ML06:2023: AI Supply Chain Attacks
    - MITRE ATLAS AML.T0010: AI Supply Chain Compromise
    - OWASP LLM03:2025: Supply Chain
    """
    for place, pin, advisory in advised(context):
        if advisory.malicious:
            message = f"{pin.name} {pin.version} is malicious, says {advisory.id}: {advisory.summary}".rstrip(": ")
            yield context.finding(place, message, facts={"advisory": advisory.id, "because": advisory.because})


RULE = known_malicious
