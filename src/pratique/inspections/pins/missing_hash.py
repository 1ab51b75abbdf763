from collections.abc import Iterator

from pratique.domain.finding import Finding, Severity
from pratique.domain.part import Member
from pratique.inspections.rule import Context, rule

MAX_NAMED = 5
WEAK = ("md5:", "sha1:")
# Formats that record a hash for every file that they list.
HASHED = frozenset({"requirements", "pylock", "uv", "poetry", "pdm", "pipenv", "conda-lock"})


@rule(
    severity=Severity.MEDIUM,
    topics=("pins-end",),
    remedy="Lock again with the tool that wrote the file, so that every file has a SHA-256; install with `--require-hashes`.",
    references=("CWE-494", "CWE-353", "ML06:2023"),
)
def missing_hash(part: Member, context: Context) -> Iterator[Finding]:
    """A lock in which some packages have no hash that can be trusted.

    ## What it finds
    In a lock (or a requirement file with hashes), packages from an index or a URL without a hash, while others have one; and
    packages whose only hashes are MD5 or SHA-1.

    ## Why it matters
    A hash is what makes the index and the network untrusted parties. One entry without it is where a changed file gets in.

    ## Limits
    A lock in which no package has a hash (some tools can be told to write none) is told once, as LOW. Conda's own explicit files
    carry MD5 by default and are told as LOW.

    ## References
    - CWE-494: Download of Code Without Integrity Check
    - CWE-353: Missing Support for Integrity Check
    - OWASP ML06:2023: AI Supply Chain Attacks
    """
    for file in context.pins.files():
        fetched = [pin for pin in file.pins if pin.source in ("index", "url") and pin.version]
        if not file.lock or not fetched:
            continue
        bare = [pin for pin in fetched if not pin.hashes]
        weak = [pin for pin in fetched if pin.hashes and all(h.startswith(WEAK) for h in pin.hashes)]
        if bare and file.kind in HASHED:
            names = ", ".join(pin.name for pin in bare[:MAX_NAMED]) + (", …" if len(bare) > MAX_NAMED else "")
            severity = Severity.LOW if len(bare) == len(fetched) else Severity.MEDIUM
            yield context.finding(
                file.place(bare[0].line),
                f"{len(bare)} of {len(fetched)} packages have no hash: {names}",
                severity=severity,
            )
        if weak:
            names = ", ".join(pin.name for pin in weak[:MAX_NAMED]) + (", …" if len(weak) > MAX_NAMED else "")
            severity = Severity.LOW if file.kind.startswith("conda") else Severity.MEDIUM
            yield context.finding(
                file.place(weak[0].line), f"{len(weak)} packages have only MD5 or SHA-1: {names}", severity=severity
            )


RULE = missing_hash
