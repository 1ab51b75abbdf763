from collections.abc import Iterator

from pratique.domain.finding import Finding, Severity
from pratique.domain.part import Member
from pratique.inspections.rule import Context, rule
from pratique.pins.model import Pin, PinFile


@rule(
    severity=Severity.HIGH,
    topics=("pins-end",),
    remedy="Ask the index for the file's hash, and find out who changed the lock that disagrees.",
    references=("CWE-353", "CWE-494", "ML06:2023"),
)
def hash_conflict(part: Member, context: Context) -> Iterator[Finding]:
    """One file of a release with two hashes.

    ## What it finds
    The same file name with different SHA-256 hashes within the lock files of an artifact, or twice in one of them.

    ## Why it matters
    An index never replaces a file: one of the two is not what it published. A lock that was edited to let another file in looks
    exactly like this beside the lock that was not.

    ## Limits
    It compares files only where locks list their names (uv, Poetry, PDM, `pylock.toml`); rebuilt files of private indexes differ
    too.

    ## References
    - CWE-353: Missing Support for Integrity Check
    - CWE-494: Download of Code Without Integrity Check
    - OWASP ML06:2023: AI Supply Chain Attacks
    """
    seen: dict[str, tuple[str, PinFile, Pin]] = {}
    for file in context.pins.files():
        for pin in file.pins:
            if len(pin.files) != len(pin.hashes):
                continue
            for name, digest in zip(pin.files, pin.hashes, strict=True):
                if not name or not digest.startswith("sha256:"):
                    continue
                before = seen.setdefault(name, (digest, file, pin))
                if before[0] != digest and context.first((name, digest)):
                    message = f"{name} has another hash in {before[1].place(before[2].line)}"
                    yield context.finding(file.place(pin.line), message, facts={"file": name})


RULE = hash_conflict
