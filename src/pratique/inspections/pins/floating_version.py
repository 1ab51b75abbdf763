from collections.abc import Iterator

from pratique.domain.finding import Finding, Severity
from pratique.domain.part import Member
from pratique.inspections.rule import Context, rule

MAX_NAMED = 5


@rule(
    severity=Severity.MEDIUM,
    topics=("pins-end",),
    remedy="Pin every package to one version with its hashes: `uv lock`, or `pip-compile --generate-hashes`.",
    references=("CWE-1357", "CWE-829", "ML06:2023", "LLM03:2025"),
)
def floating_version(part: Member, context: Context) -> Iterator[Finding]:
    """A requirement that leaves the version to the day of the installation.

    ## What it finds
    Packages without an exact version (`==`, or a lock's version) in requirement files, environments and locks. One finding for a
    file names how many and the first of them. In a requirement file it is told (LOW); in a lock, which promises to be exact, it
    weighs MEDIUM.

    ## Why it matters
    The next release is installed without anybody having looked at it: compromised releases of known packages were mostly
    installed this way within hours.

    ## Limits
    Dependencies in `pyproject.toml` are ranges by design and are not reported: a lock beside it pins them.

    ## References
    - CWE-1357: Reliance on Insufficiently Trustworthy Component
    - CWE-829: Inclusion of Functionality from Untrusted Control Sphere
    - OWASP ML06:2023: AI Supply Chain Attacks
    - OWASP LLM03:2025: Supply Chain
    """
    for file in context.pins.files():
        if file.kind == "pyproject":
            continue
        loose = [pin for pin in file.pins if pin.source == "index" and pin.version is None and pin.name != "python"]
        if loose:
            names = ", ".join(pin.name for pin in loose[:MAX_NAMED]) + (", …" if len(loose) > MAX_NAMED else "")
            yield context.finding(
                file.place(loose[0].line),
                f"{len(loose)} of {len(file.pins)} packages have no exact version: {names}",
                severity=Severity.MEDIUM if file.lock and file.kind != "requirements" else Severity.LOW,
                facts={"loose": len(loose), "packages": len(file.pins)},
            )


RULE = floating_version
