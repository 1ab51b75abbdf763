from collections.abc import Iterator

from pratique.domain.finding import Confidence, Finding, Severity
from pratique.domain.part import Member
from pratique.inspections.asked import Asked, listed, releases
from pratique.inspections.rule import Context, rule
from pratique.pins.indexes import CURATED, other_sources, shown


@rule(
    severity=Severity.HIGH,
    topics=("pins-end",),
    remedy="Do not install from this lock: find out who changed it, and lock again from the index.",
    references=("CWE-353", "CWE-494", "ML06:2023", "AML.T0010"),
)
def index_disagrees(part: Member, context: Context) -> Iterator[Finding]:
    """A pinned hash that the index does not list for the release.

    ## What it finds
    A SHA-256 in a requirement or lock file that none of the release's files has on the index. Where the file names further
    indexes, the hash may be of a file there: then it weighs MEDIUM, and LOW where they are hosts of wheels to which only
    their owners publish (PyTorch, NVIDIA, JAX).

    ## Why it matters
    A hash in a lock lets exactly one file in. If the index does not have that file, the lock was edited to let another one in, or
    what was published has been replaced or removed since.

    ## Limits
    It needs an index's answer (`--ask-index`), and hashes in it. An index that lies to whoever asks is not found out here. Files
    that authors deleted from a release look the same as files that never were there. Locks that name another index for a package
    are left to `pins/confusable-name`.

    ## References
    - CWE-353: Missing Support for Integrity Check
    - CWE-494: Download of Code Without Integrity Check
    - OWASP ML06:2023: AI Supply Chain Attacks
    - MITRE ATLAS AML.T0010: AI Supply Chain Compromise
    """
    answers = context.answers
    if answers is None:
        return
    for asked in releases(context):
        strange = sorted(_strange(asked))
        if strange and asked.file is not None:
            others = list(other_sources(asked.file, answers.index))
            more = f" and {len(strange) - 1} more" if strange[1:] else ""
            yield context.finding(
                asked.place,
                f"{shown(answers.index)} lists no file of {asked.name} with sha256 {strange[0]}{more}",
                severity=_severity(others),
                confidence=Confidence.MEDIUM if others else Confidence.HIGH,
                facts={"name": asked.pin.name, "hashes": len(asked.hashes), "not_listed": len(strange)},
            )


def _strange(asked: Asked) -> frozenset[str]:
    """The pinned hashes that the index does not have; none where it does not give all of its files' hashes."""
    if not listed(asked) or asked.release is None or not all(file.sha256 for file in asked.release.files):
        return frozenset()
    return asked.hashes - {file.sha256 for file in asked.release.files}


def _severity(others: list[str]) -> Severity:
    if others:
        return Severity.LOW if all(CURATED.match(url) for url in others) else Severity.MEDIUM
    return Severity.HIGH


RULE = index_disagrees
