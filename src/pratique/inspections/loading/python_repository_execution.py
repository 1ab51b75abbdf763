from collections.abc import Iterator

from pratique.code import calls
from pratique.code.calls import Site
from pratique.code.package import Module
from pratique.domain.finding import Confidence, Finding, Severity
from pratique.domain.locator import Locator
from pratique.domain.part import Member
from pratique.inspections.rule import Context, rule

PACKAGE = frozenset({"setup.py", "pyproject.toml", "__init__.py", "setup.cfg"})
REACHING = frozenset(
    {
        "os.system", "os.popen", "subprocess.run", "subprocess.call", "subprocess.Popen", "subprocess.check_call",
        "subprocess.check_output", "pty.spawn", "builtins.exec", "socket.socket", "ctypes.CDLL",
    }
)  # fmt: skip
WORDS = ("socket", "urlopen", "requests.", "httpx.")


@rule(
    severity=Severity.HIGH,
    topics=("package-end",),
    remedy="Do not load it with trust_remote_code. Read the file, or use a model that a library implements.",
    references=("CWE-829", "AML.T0011.000", "LLM03:2025"),
)
def python_repository_execution(part: Member, context: Context) -> Iterator[Finding]:
    """Model or dataset code that reaches out when it is imported.

    ## What it finds
    In a repository that is no Python package (no `setup.py`, `pyproject.toml`, `__init__.py` or `*.dist-info` in
    it): a process, `exec`, or a network request at module level of a source file.

    ## Why it matters
    `trust_remote_code=True` imports exactly such files; a model's code needs none of this to be defined.

    ## Limits
    Calls inside functions are not reported: they run when they are called.

    ## References
    - CWE-829: Inclusion of Functionality from Untrusted Control Sphere
    - MITRE ATLAS AML.T0011.000: User Execution: Unsafe AI Artifacts
    """
    names = {path.rsplit("/", 1)[-1] for path in context.members}
    if names & PACKAGE or any(".dist-info/" in path for path in context.members):
        return
    for module in context.package.modules:
        if module.role == "module" and not context.package.holds(module.where):
            yield from _reaching(module, context)


def _reaching(module: Module, context: Context) -> Iterator[Finding]:
    source = module.source
    if not module.traits.of_interest and not any(word in source for word in WORDS):
        return
    read = context.once(("calls", source), lambda: calls.read(source))
    for site in read.sites:
        if site.at_import and site.name in REACHING | calls.FETCHERS:
            yield context.finding(
                _place(module.where, site),
                f"importing it calls {site.name}: {site.text[:80]}",
                confidence=Confidence.MEDIUM,
                excerpt=site.text,
                facts={"callable": site.name},
            )


def _place(where: Locator, site: Site) -> Locator:
    return Locator(where.path, where.members, site.offset, line=site.line, pointer=where.pointer)


RULE = python_repository_execution
