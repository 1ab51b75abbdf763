from collections.abc import Iterator

from pratique.code.shell import executions
from pratique.domain.finding import Finding, Severity
from pratique.domain.locator import Locator
from pratique.domain.part import Code
from pratique.inspections.rule import Context, rule

MESSAGES = {
    "decoded": "a shell executes what another command decodes",
    "reverse-shell": "a shell is handed to a network connection",
}


@rule(
    severity=Severity.HIGH,
    topics=("shell",),
    remedy="Do not run it. Decode the payload in a sandbox, and report it to the index or hub.",
    references=("CWE-506", "CWE-78", "AML.T0010"),
)
def shell_hidden_execution(part: Code, context: Context) -> Iterator[Finding]:
    """A script that executes what it decodes, or hands out a shell.

    ## What it finds
    In scripts, notebook cells, Dockerfiles and workflows: `base64 -d`, `xxd -r` or `openssl -d` whose output an interpreter
    executes, through a pipe, a substitution or `eval`; and an interpreter on a socket (`/dev/tcp`, `nc -e`, a pipe to `nc`).

    ## Why it matters
    Nobody needs to hide a command that may be seen. Both are the last step of most published attacks.

    ## Limits
    Variables and functions are not followed, and a payload that is first written to a file is not seen.

    ## References
    - CWE-506: Embedded Malicious Code
    - CWE-78: OS Command Injection
    - MITRE ATLAS AML.T0010: AI Supply Chain Compromise
    """
    for execution in executions(part.source):
        if execution.kind in MESSAGES:
            where = part.where
            place = Locator(where.path, where.members, where.offset, line=execution.line, pointer=where.pointer)
            message = f"{MESSAGES[execution.kind]}: {execution.text[:120]}"
            yield context.finding(place, message, excerpt=execution.text, facts={"role": part.role})


RULE = shell_hidden_execution
