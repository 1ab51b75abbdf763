from collections.abc import Iterator

from pratique.code.shell import executions
from pratique.domain.finding import Finding, Severity
from pratique.domain.locator import Locator
from pratique.domain.part import Code
from pratique.inspections.rule import Context, rule


@rule(
    severity=Severity.LOW,
    topics=("shell",),
    remedy="Download the script at a fixed version, compare its digest, read it, and run it from the file.",
    references=("CWE-494", "CWE-829"),
)
def shell_remote_script(part: Code, context: Context) -> Iterator[Finding]:
    """A script that executes what it downloads.

    ## What it finds
    `curl` or `wget` whose output an interpreter executes, through a pipe, a substitution or `eval`.

    ## Why it matters
    What runs is whatever the server sends on that day, to that address; nothing of it was inspected.

    ## Limits
    Installers of honest tools recommend it, so it is told and holds nothing by itself. A download that is written to a file
    and run from there is not seen.

    ## References
    - CWE-494: Download of Code Without Integrity Check
    - CWE-829: Inclusion of Functionality from Untrusted Control Sphere
    """
    for execution in executions(part.source):
        if execution.kind == "downloaded":
            where = part.where
            place = Locator(where.path, where.members, where.offset, line=execution.line, pointer=where.pointer)
            message = f"a shell executes what it downloads: {execution.text[:120]}"
            yield context.finding(place, message, excerpt=execution.text, facts={"role": part.role})


RULE = shell_remote_script
