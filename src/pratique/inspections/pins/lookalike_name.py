from collections.abc import Iterator

from pratique.domain.finding import Confidence, Finding, Severity
from pratique.domain.part import Member
from pratique.inspections.rule import Context, rule
from pratique.pins import lookalike


@rule(
    severity=Severity.MEDIUM,
    topics=("pins-end",),
    remedy="Check the name with the project's own documentation; if it is meant, waive this finding with the reason.",
    references=("CWE-1357", "CWE-829", "ML06:2023", "AML.T0010"),
)
def lookalike_name(part: Member, context: Context) -> Iterator[Finding]:
    """A package whose name looks like that of a much more popular one.

    ## What it finds
    Names that are not among the 15,000 most downloaded packages of PyPI and are one edit, a swap of letters, another order of
    words, or look-alike letters away from one of the first 3,000 (for names below seven letters, of the first 300). The bundled
    list has a date; the message gives the rank.

    ## Why it matters
    Attackers register what people mistype (typosquatting) or what reads the same, and wait.

    ## Limits
    Forks and plug-ins with such names exist, so it holds and does not refuse. Names shorter than five letters are not compared.

    ## References
    - CWE-1357: Reliance on Insufficiently Trustworthy Component
    - CWE-829: Inclusion of Functionality from Untrusted Control Sphere
    - OWASP ML06:2023: AI Supply Chain Attacks
    - MITRE ATLAS AML.T0010: AI Supply Chain Compromise
    """
    for file in context.pins.files():
        for pin in file.pins:
            if pin.ecosystem != "PyPI" or pin.source != "index":
                continue
            found = lookalike.resembled(pin.name)
            if found is not None and context.first((str(file.where), pin.name)):
                target, rank, how = found
                yield context.finding(
                    file.place(pin.line),
                    f"{pin.name} is not a popular package, and resembles {target} (rank {rank}): {how}",
                    confidence=Confidence.MEDIUM,
                    facts={"name": pin.name, "resembles": target, "rank": rank},
                )


RULE = lookalike_name
