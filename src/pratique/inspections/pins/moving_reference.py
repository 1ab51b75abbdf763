import re
from collections.abc import Iterator

from pratique.domain.finding import Finding, Severity
from pratique.domain.part import Member
from pratique.inspections.rule import Context, rule

COMMIT = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")


@rule(
    severity=Severity.MEDIUM,
    topics=("pins-end",),
    remedy="Name the full commit id: `git+https://HOST/REPOSITORY@40-hexadecimal-digits`.",
    references=("CWE-829", "CWE-494", "ML06:2023"),
)
def moving_reference(part: Member, context: Context) -> Iterator[Finding]:
    """A version-control dependency that is not a full commit id.

    ## What it finds
    Requirements and lock entries from git or another version control whose revision is a branch, a tag, a short id or nothing.
    In a lock it weighs MEDIUM, in a requirement file it is told (LOW).

    ## Why it matters
    Branches and tags are moved by whoever can write to the repository; short ids can be made to collide.

    ## Limits
    It does not ask the repository which commit a name stands for today.

    ## References
    - CWE-829: Inclusion of Functionality from Untrusted Control Sphere
    - CWE-494: Download of Code Without Integrity Check
    - OWASP ML06:2023: AI Supply Chain Attacks
    """
    for file in context.pins.files():
        for pin in file.pins:
            if pin.source == "vcs" and not COMMIT.fullmatch(pin.revision.lower()):
                what = f"the name {pin.revision!r}" if pin.revision else "no revision"
                strict = file.lock and file.kind != "requirements"
                yield context.finding(
                    file.place(pin.line),
                    f"{pin.name} comes from version control with {what}",
                    severity=Severity.MEDIUM if strict else Severity.LOW,
                    excerpt=pin.location,
                )


RULE = moving_reference
