import re
from collections.abc import Iterator

from pratique.domain.finding import Finding, Severity
from pratique.domain.part import Code
from pratique.inspections.rule import Context, rule

CACHED = re.compile(r"(?P<folder>.*?)(?:__pycache__/)?(?P<name>[^/]+?)(?:\.[a-z]+-?\d+(?:\.opt-\d)?)?\.py[co]$")
TELLING = frozenset({
    "exec", "eval", "compile", "__import__", "system", "popen", "Popen", "subprocess", "socket", "urlopen", "requests",
    "marshal", "pickle", "b64decode", "ctypes", "execv", "spawn", "fork", "check_output", "getattr", "environ",
})  # fmt: skip


@rule(
    severity=Severity.MEDIUM,
    topics=("python-bytecode",),
    remedy="Delete it: Python compiles the source anew. Where there is no source, ask the publisher for it.",
    references=("CWE-829", "AML.T0011.000", "ML06:2023"),
)
def python_bytecode(part: Code, context: Context) -> Iterator[Finding]:
    """Compiled Python.

    ## What it finds
    A `.pyc` file or member, under any name. It says whether the source stands beside it, and which telling names (`exec`,
    `system`, `socket` …) the bytecode uses.

    ## Why it matters
    Reviewers and scanners read the source, and Python runs the bytecode: without a source always, and in its stead where
    size and time in the header agree with the file's, or where its hash is not compared (PEP 552). It is held where there is no
    source, and told (LOW) where there is one beside it: `package/bytecode-differs` compares them. Of archives it is told, since
    their sources may stand anywhere in them: `package/bytecode-without-source` holds where there is none.

    ## Limits
    This rule goes by names alone. In an installed environment, whose caches Python itself writes, those beside their source are
    told once.

    ## References
    - CWE-829: Inclusion of Functionality from Untrusted Control Sphere
    - MITRE ATLAS AML.T0011.000: User Execution: Unsafe AI Artifacts; OWASP ML06:2023 AI Supply Chain Attacks
    """
    if part.role != "module":
        return
    match = CACHED.match(part.where.path) if not part.where.members else None
    beside = match is not None and f"{match['folder']}{match['name']}.py" in context.members
    if beside and "__pycache__/" in part.where.path and _is_installed(context):
        if context.first("installed"):
            message = "installed packages have caches of bytecode, which run in the stead of their source"
            yield context.finding(part.where, message, severity=Severity.LOW, facts={"source": True, "names": ""})
        return
    # In an archive a source may come later: `package/bytecode-without-source` tells where none did.
    archived = bool(part.where.members) and part.where.members[-1].endswith(".pyc")
    telling = sorted(TELLING & set(re.findall(r"\w+", part.source)))
    message = (
        "it is Python bytecode, which may run in the stead of its source"
        if beside or archived
        else "it is Python bytecode without source"
    )
    if telling:
        message += f"; it names {', '.join(telling)}"
    yield context.finding(
        part.where,
        message,
        excerpt=part.source,
        severity=Severity.LOW if beside or archived else Severity.MEDIUM,
        facts={"source": beside, "names": ",".join(telling)},
    )


def _is_installed(context: Context) -> bool:
    """Whether the artifact is an installed environment: its distributions have records of their files."""
    installed: bool = context.once("installed", lambda: any(p.endswith(".dist-info/RECORD") for p in context.members))
    return installed


RULE = python_bytecode
