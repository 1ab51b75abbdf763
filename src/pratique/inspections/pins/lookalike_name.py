from collections.abc import Iterator

from pratique.domain.finding import Confidence, Finding, Measure, Severity
from pratique.domain.locator import Locator
from pratique.domain.part import Member
from pratique.inspections.rule import Context, rule
from pratique.pins import lookalike
from pratique.pins.model import Pin


@rule(
    severity=Severity.MEDIUM,
    topics=("pins-end",),
    remedy="Check the name with the project's own documentation; if it is meant, waive this finding with the reason.",
    references=("CWE-1357", "CWE-829", "ML06:2023", "AML.T0010"),
    version=2,
)
def lookalike_name(part: Member, context: Context) -> Iterator[Finding]:
    """A package whose name looks like that of a much more popular one.

    ## What it finds
    Names in requirement and lock files, and of distributions themselves, that are one edit, a swap of letters, another order of
    words or letters, or look-alike letters away from one of the first 3,000 packages of PyPI or from a name of AI (for names below
    seven letters, of the first 300 or of AI). The list of 15,000 names has a date, which the report names. The measure says how
    many times the downloads of the resembled package are (at least) those of this one, estimated from their ranks.
    A name that is itself on the list is told (LOW) where the other has 10,000 times its downloads. So is a name of AI with a
    usual word added (`-sdk`, `python-`, `-official`, `ai`), where it is not listed, and a
    name beside which the same file asks for the resembled one: who mistypes does not ask for both.

    ## Why it matters
    Attackers register what people mistype (typosquatting) or what reads the same, and wait.

    ## Limits
    Forks and plug-ins with such names exist, so it holds and does not refuse. Names shorter than five letters are not compared, and
    names two edits away are not found. Of known typosquats it knows three of four; of names that nobody attacks with, it holds 3 in
    1,000 that are not listed and tells 4 in 10,000 that are (`bench/lookalike.py`).

    ## References
    - CWE-1357: Reliance on Insufficiently Trustworthy Component
    - CWE-829: Inclusion of Functionality from Untrusted Control Sphere
    - OWASP ML06:2023: AI Supply Chain Attacks
    - MITRE ATLAS AML.T0010: AI Supply Chain Compromise
    """
    for file in context.pins.files():
        names = frozenset(pin.name for pin in file.pins)
        for pin in file.pins:
            if pin.ecosystem == "PyPI" and pin.source == "index":
                yield from _told(pin, file.place(pin.line), str(file.where), names, context)
    for pin in context.pins.distributions:
        yield from _told(pin, context.pins.places[pin], "", frozenset(), context)


def _told(pin: Pin, where: Locator, once_in: str, beside: frozenset[str], context: Context) -> Iterator[Finding]:
    found = lookalike.resembled(pin.name)
    if found is None or not context.first((once_in, pin.name)):
        return
    ratio, measure = found.ratio, None
    if ratio is not None:
        least_ratio = lookalike.LISTED_RATIO if found.listed else 1.0
        measure = Measure(
            "popularity-ratio", float(f"{ratio:.2g}"), "downloads of it per download of this", least_ratio
        )
    ranked = f"rank {found.rank}" if found.rank is not None else "a name of AI"
    least = "" if found.listed else "at least "
    times = f", {least}some {float(f'{ratio:.1g}'):,.0f} times as popular" if ratio is not None else ""
    mild = found.listed or found.combined or found.target in beside
    this = "is listed, far behind," if found.listed else "is not a popular package,"
    yield context.finding(
        where,
        f"{pin.name} {this} and resembles {found.target} ({ranked}{times}): {found.how}",
        severity=Severity.LOW if mild else Severity.MEDIUM,
        confidence=Confidence.LOW if mild else Confidence.MEDIUM,
        facts={"name": pin.name, "resembles": found.target, "rank": found.rank, "listed": found.listed},
        measure=measure,
    )


RULE = lookalike_name
