from collections.abc import Iterator

from pratique.code.shell import executions
from pratique.domain.finding import Finding, Severity
from pratique.domain.locator import Locator
from pratique.domain.part import Code
from pratique.inspections.rule import Context, rule


@rule(
    severity=Severity.MEDIUM,
    topics=("shell",),
    remedy="Download the script at a fixed version, compare its digest, read it, and run it from the file.",
    references=("CWE-494", "CWE-829"),
)
def shell_remote_script(part: Code, context: Context) -> Iterator[Finding]:
    """A script that executes what it downloads.

    ## What it finds
    `curl` or `wget` whose output an interpreter executes, through a pipe, a substitution or `eval`. What CMake downloads without a
    digest (`file(DOWNLOAD)`) and then includes or starts is held, and shown as the line of shell that does the same.

    ## Why it matters
    What runs is whatever the server sends on that day, to that address; nothing of it was inspected.

    ## Limits
    Installers of honest tools recommend it, so it is told and holds nothing by itself. A download that a shell writes
    to a file and runs from there is not seen.

    ## References
    - CWE-494: Download of Code Without Integrity Check
    - CWE-829: Inclusion of Functionality from Untrusted Control Sphere
    """
    for execution in executions(part.source):
        if execution.kind == "downloaded":
            where = part.where
            place = Locator(where.path, where.members, where.offset, line=execution.line, pointer=where.pointer)
            builds = part.role == "install"
            who, grade = ("a build", Severity.MEDIUM) if builds else ("a shell", Severity.LOW)
            message = f"{who} executes what it downloads: {execution.text[:120]}"
            yield context.finding(place, message, severity=grade, excerpt=execution.text, facts={"role": part.role})


RULE = shell_remote_script
