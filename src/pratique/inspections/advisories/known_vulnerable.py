from collections.abc import Iterator

from pratique.domain.finding import Finding, Severity
from pratique.domain.part import Member, Scalar
from pratique.inspections.advised import advised
from pratique.inspections.rule import Context, rule

GRAVE = 7.0  # CVSS 3.1, section 5: HIGH begins here


@rule(
    severity=Severity.MEDIUM,
    topics=("pins-end",),
    remedy="Move to a version in which it is mended, or record in an OpenVEX document why it does not apply.",
    references=("CWE-1357", "ML06:2023", "LLM03:2025"),
)
def known_vulnerable(part: Member, context: Context) -> Iterator[Finding]:
    """A release with a published vulnerability.

    ## What it finds
    Packages and versions that an OSV advisory is about, by its lists and ranges exactly as the schema evaluates them. A base score
    of 7.0 or more weighs MEDIUM, less or unknown is told (LOW). One that an OpenVEX document answers (`not_affected`, `fixed`)
    is told with the answer (INFO).

    ## Why it matters
    A vulnerability is no attack, but attackers read advisories too.

    ## Limits
    Whether the vulnerable code is used is not known here. Ranges of commits are not evaluated; CVSS version 4 vectors count by the
    word that the database gives beside them.

    ## References
    - CWE-1357: Reliance on Insufficiently Trustworthy Component
    - OWASP ML06:2023: AI Supply Chain Attacks
    - OWASP LLM03:2025: Supply Chain
    """
    for place, pin, advisory in advised(context):
        if advisory.malicious:
            continue
        answer = context.answer(advisory, pin.ecosystem, pin.name, pin.version or "")
        severity = Severity.MEDIUM if (advisory.score or 0.0) >= GRAVE else Severity.LOW
        message = f"{pin.name} {pin.version} is vulnerable, says {advisory.id}: {advisory.summary}".rstrip(": ")
        if answer is not None:
            severity, message = Severity.INFO, f"{message}; {answer.document} says {answer.status} ({answer.why})"
        remedy = f"Move to {' or '.join(advisory.fixed[-3:])}." if advisory.fixed else None
        facts: dict[str, Scalar] = {
            "advisory": advisory.id,
            "score": advisory.score or 0.0,
            "because": advisory.because,
        }
        yield context.finding(place, message, severity=severity, remedy=remedy, facts=facts)


RULE = known_vulnerable
