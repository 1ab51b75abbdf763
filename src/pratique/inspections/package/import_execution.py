from collections.abc import Iterator

from pratique.code.roots import Reach
from pratique.domain.finding import Confidence, Finding, Severity
from pratique.domain.part import Member
from pratique.inspections.flows import endings, graded, report, source_of
from pratique.inspections.rule import Context, rule

HELD = (
    ("git-command", Reach.IMPORT, "lets an option of git run a command"),
    ("carried-command", Reach.HOOK, "starts what stands in a data file of the package"),
)


@rule(
    severity=Severity.CRITICAL,
    topics=("package-end",),
    remedy="Do not install or import it. Decode the payload in a sandbox and report the release to its index.",
    references=("CWE-506", "CWE-95", "AML.T0010", "LLM03:2025"),
)
def import_execution(part: Member, context: Context) -> Iterator[Finding]:
    """Code that executes what it decoded.

    ## What it finds
    A value that base64, zlib, marshal, codecs, an XOR or character loop, or reversal made, which reaches `exec`, `eval`, a code
    object or a process. It is followed through variables, attributes, functions and modules of the package; names are
    resolved through aliases, `getattr`, dictionaries and computed strings; decoded programs are analysed again. Memory that is
    allocated and started through the Win32 API. A program that is executed on import and of whose text nothing is known is held;
    so are commands that git runs because of an option (`-c core.fsmonitor=…`, `--upload-pack=…`, `ext::…`), and a process whose
    program is named by a data file of the package, if an import or a hook starts it.

    ## Why it matters
    Decoding before executing only serves to hide the program from those who look. When the code is reached at installation,
    start or import it needs nobody to call it, and the severity says so.

    ## Limits
    Flows through containers are followed as a whole. Encodings that the package itself implements are seen by their XOR and
    character operations only.

    ## References
    - CWE-506: Embedded Malicious Code
    - CWE-95: Eval Injection
    - MITRE ATLAS AML.T0010: AI Supply Chain Compromise
    - OWASP LLM03:2025: Supply Chain
    """
    for ending in endings(context, "hidden-execution"):
        severity = graded(
            ending, imported=Severity.CRITICAL, hook=Severity.HIGH, use=Severity.HIGH, none=Severity.MEDIUM
        )
        yield report(
            context,
            ending,
            f"{ending.callee.removeprefix('builtins.')} executes {source_of(ending) or 'a hidden program'}",
            severity,
            Confidence.HIGH,
        )

    for ending in endings(context, "unseen-execution"):
        if ending.reach >= Reach.IMPORT and not ending.module.aside:
            message = f"{ending.callee.removeprefix('builtins.')} executes what is not shown"
            yield report(context, ending, message, Severity.MEDIUM, Confidence.MEDIUM)

    for kind, least, message in HELD:
        for ending in endings(context, kind):
            if ending.reach >= least and not ending.module.aside:
                says = f"{ending.callee.removeprefix('builtins.')} {message}"
                yield report(context, ending, says, Severity.MEDIUM, Confidence.MEDIUM)


RULE = import_execution
