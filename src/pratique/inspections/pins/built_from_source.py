from collections.abc import Iterator

from pratique.domain.finding import Finding, Severity
from pratique.domain.part import Member
from pratique.inspections.rule import Context, rule

MAX_NAMED = 5
ARCHIVES = (".tar.gz", ".zip", ".tar.bz2", ".tgz", ".tar.xz")


@rule(
    severity=Severity.LOW,
    topics=("pins-end",),
    remedy="Build it once in a sandbox and install the wheel, or forbid it with `--only-binary :all:`.",
    references=("CWE-829", "ML06:2023"),
)
def built_from_source(part: Member, context: Context) -> Iterator[Finding]:
    """Locked packages that exist only as source, so that installing them runs their build.

    ## What it finds
    Lock entries whose listed files are all source archives.

    ## Why it matters
    A build runs whatever the package's `setup.py` or build backend says, on the machine that installs.

    ## Limits
    Locks that list no file names (Pipenv) do not tell.

    ## References
    - CWE-829: Inclusion of Functionality from Untrusted Control Sphere
    - OWASP ML06:2023: AI Supply Chain Attacks
    """
    for file in context.pins.files():
        built = [
            p
            for p in file.pins
            if file.lock and p.files and p.source == "index" and all(f.endswith(ARCHIVES) for f in p.files)
        ]
        if built and file.kind in ("pylock", "uv", "poetry", "pdm"):
            names = ", ".join(pin.name for pin in built[:MAX_NAMED]) + (", …" if len(built) > MAX_NAMED else "")
            yield context.finding(file.place(built[0].line), f"{len(built)} packages are built when installed: {names}")


RULE = built_from_source
