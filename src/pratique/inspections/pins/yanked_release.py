from collections.abc import Iterator

from pratique.domain.finding import Finding, Severity
from pratique.domain.part import Member
from pratique.domain.release import Standing
from pratique.inspections.asked import Asked, by_place, listed, named, releases
from pratique.inspections.rule import Context, rule
from pratique.pins.indexes import on_one_line, other_sources, shown

MAX_REASON = 160  # characters


@rule(
    severity=Severity.MEDIUM,
    topics=("pins-end",),
    remedy="Move to a release that its authors stand by; read why this one was withdrawn.",
    references=("CWE-1357", "ML06:2023", "LLM03:2025"),
)
def yanked_release(part: Member, context: Context) -> Iterator[Finding]:
    """A release that was withdrawn.

    ## What it finds
    A release that was fetched, or that a file pins, and all of whose files (with pinned hashes: all files that have them) are
    yanked on the index, with the reason; and one that the index does not list although it has others of the same name.

    ## Why it matters
    Authors and indexes withdraw what is broken, vulnerable or was published by somebody else. A pin goes on installing it: PEP 592
    lets installers take a yanked release when it is named exactly.

    ## Limits
    It needs an index's answer: for `pypi:` references it is at hand, for files it is asked with `--ask-index`. Why a release is no
    longer listed, an index does not tell; releases with a local version, and those of files that name further indexes, are not
    called missing.

    ## References
    - CWE-1357: Reliance on Insufficiently Trustworthy Component
    - OWASP ML06:2023: AI Supply Chain Attacks
    - OWASP LLM03:2025: Supply Chain
    """
    answers = context.answers
    if answers is None:
        return
    found = releases(context)
    for group in by_place(asked for asked in found if _yanked(asked)):
        reasons = "; ".join(sorted({file.yanked or "no reason given" for asked in group for file in asked.files}))
        yield context.finding(group[0].place, f"{named(group)} is yanked: {on_one_line(reasons, MAX_REASON)}")
    for group in by_place(asked for asked in found if _missing(asked, answers.index)):
        yield context.finding(
            group[0].place,
            f"{named(group)} is not listed by {shown(answers.index)}: it was removed, or never was there",
        )


def _yanked(asked: Asked) -> bool:
    return listed(asked) and bool(asked.files) and all(file.yanked is not None for file in asked.files)


def _missing(asked: Asked, index: str) -> bool:
    if asked.release is None or asked.release.standing is not Standing.NOT_LISTED or asked.file is None:
        return False
    return "+" not in (asked.pin.version or "") and not any(other_sources(asked.file, index))


RULE = yanked_release
