from collections.abc import Iterator

from pratique.domain.finding import Finding, Severity
from pratique.domain.part import Member
from pratique.inspections.asked import ARCHIVES, Asked, by_file, listed, named, releases
from pratique.inspections.rule import Context, rule

MAX_NAMED = 5
TELLING = ("pylock", "uv", "poetry", "pdm")  # locks that list file names


@rule(
    severity=Severity.LOW,
    topics=("pins-end",),
    remedy="Build it once in a sandbox and install the wheel, or forbid it with `--only-binary :all:`.",
    references=("CWE-829", "ML06:2023"),
    version=2,
)
def built_from_source(part: Member, context: Context) -> Iterator[Finding]:
    """Packages that exist only as source, so that installing them runs their build.

    ## What it finds
    Lock entries whose listed files are all source archives; and, where an index was asked, releases of which it has (or of which
    the pinned hashes allow) nothing else.

    ## Why it matters
    A build runs whatever the package's `setup.py` or build backend says, on the machine that installs.

    ## Limits
    Locks that list no file names (Pipenv) and requirement files do not tell by themselves: `--ask-index` does. Whether a wheel
    fits the machine that installs is not known here.

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
        if built and file.kind in TELLING:
            names = ", ".join(pin.name for pin in built[:MAX_NAMED]) + (", …" if len(built) > MAX_NAMED else "")
            yield context.finding(file.place(built[0].line), f"{len(built)} packages are built when installed: {names}")
    for group in by_file(asked for asked in releases(context) if _only_source(asked)):
        yield context.finding(group[0].place, f"the index has only source of {named(group)}")


def _only_source(asked: Asked) -> bool:
    """Of what a file pins or what was fetched, where the file itself does not tell."""
    told = asked.file is not None and asked.file.kind in TELLING and bool(asked.pin.files)
    return listed(asked) and bool(asked.files) and not told and all(f.name.endswith(ARCHIVES) for f in asked.files)


RULE = built_from_source
