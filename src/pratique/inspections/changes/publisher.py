from collections.abc import Iterator

from pratique.domain.artifact import Published, Publisher
from pratique.domain.finding import Confidence, Finding, Severity
from pratique.domain.locator import Locator
from pratique.domain.part import Member
from pratique.inspections.rule import Context, rule


@rule(
    severity=Severity.MEDIUM,
    topics=("changes-end",),
    remedy="Ask the project, where it lives, whether it published this. Releases without the usual workflow are what a stolen "
    "token leaves.",
    references=("CWE-1357", "CWE-506", "ML06:2023", "AML.T0010", "LLM03:2025"),
)
def publisher(part: Member, context: Context) -> Iterator[Finding]:
    """Another publisher than that of the release before, or none any more.

    ## What it finds
    Where both releases come from an index: files without provenance (PEP 740) when every file of the release before had one; and
    files that another repository, workflow or kind of publisher published. Both weigh MEDIUM.

    ## Why it matters
    Whoever has a token of an index can upload; only the project's own workflow leaves provenance that names it. Ultralytics 8.3.45
    and 8.3.46 came with a stolen token, and not from the workflow.

    ## Limits
    Projects move, and rename their workflows: this says that it happened. A first provenance is not told. Nor is anything said of
    files and folders, which name no publisher. Whether the publisher was verified or is only claimed stands in the report.

    ## References
    - CWE-1357: Reliance on Insufficiently Trustworthy Component
    - CWE-506: Embedded Malicious Code
    - OWASP ML06:2023: AI Supply Chain Attacks
    - MITRE ATLAS AML.T0010: AI Supply Chain Compromise
    - OWASP LLM03:2025: Supply Chain
    """
    before, after = context.before.published, context.published
    if not before or after is None:
        return
    known = {_same(one): one for file in before for one in file.publishers}
    usual = ", ".join(sorted(_said(one) for one in known.values()))
    for file in after:
        if not file.publishers and all(other.publishers for other in before):
            yield _finding(file, f"has no provenance; {context.before.reference} was published by {usual}", context)
        for one in file.publishers:
            if known and _same(one) not in known:
                message = f"was published by {_said(one)}; {context.before.reference} by {usual}"
                yield _finding(
                    file, message, context, confidence=Confidence.MEDIUM if one.unverified else Confidence.HIGH
                )


def _finding(file: Published, message: str, context: Context, confidence: Confidence = Confidence.HIGH) -> Finding:
    return context.finding(Locator(file.file), message[:300], confidence=confidence)


def _same(one: Publisher) -> tuple[str, str, str]:
    """Hosts take names of owners and repositories for the same whatever their case."""
    return one.kind, one.identity.lower(), one.workflow


def _said(one: Publisher) -> str:
    return " ".join(word for word in (one.kind, one.identity, one.workflow) if word)


RULE = publisher
