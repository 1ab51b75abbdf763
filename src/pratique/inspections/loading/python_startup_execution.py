from collections.abc import Iterator

from pratique.code import calls
from pratique.code.calls import Site
from pratique.code.package import NOT_IMPORTED
from pratique.domain.finding import Confidence, Finding, Severity
from pratique.domain.locator import Locator
from pratique.domain.part import Code
from pratique.inspections.rule import Context, rule

PROCESS = frozenset(
    {
        "os.system", "os.popen", "subprocess.run", "subprocess.call", "subprocess.Popen", "subprocess.check_call",
        "subprocess.check_output", "os.execv", "os.execve", "pty.spawn", "os.startfile",
    }
)  # fmt: skip
USUAL = (
    "git",
    "pkg-config",
    "pkgconfig",
    "nvcc",
    "cmake",
    "make",
    "gcc",
    "sys.executable",
    "rustc",
    "cargo",
    "brew",
    "xcrun",
    "ldconfig",
)


@rule(
    severity=Severity.HIGH,
    topics=("python",),
    remedy="Do not install it. Look at what it runs; prefer a wheel, which runs nothing on installation.",
    references=("CWE-506", "AML.T0010", "LLM03:2025"),
)
def python_startup_execution(part: Code, context: Context) -> Iterator[Finding]:
    """Source that starts processes or downloads while it is installed or started.

    ## What it finds
    At the module level of `setup.py`, `sitecustomize.py` or `usercustomize.py`: a call that starts a process, or a
    network request.

    ## Why it matters
    It runs on `pip install`, or at every start of the interpreter, before anybody imports anything.

    ## Limits
    Builds that call a compiler through setuptools do not appear here; those that call `git` or `pkg-config`
    themselves do, with LOW confidence. Packages that lie in the tests of another are not installed with it.

    ## References
    - CWE-506: Embedded Malicious Code
    - MITRE ATLAS AML.T0010: AI Supply Chain Compromise
    """
    if part.role not in ("install", "startup") or any(map(NOT_IMPORTED.search, part.where.members)):
        return
    module = context.once(("calls", part.source), lambda: calls.read(part.source))
    fetched = any(site.at_import and site.name in calls.FETCHERS for site in module.sites)
    for site in module.sites:
        if (
            site.at_import
            and not site.by_publisher
            and (site.name in PROCESS or (fetched and site.name in calls.FETCHERS))
        ):
            usual = part.role == "install" and not fetched and any(tool in site.text for tool in USUAL)
            yield context.finding(
                _place(part, site),
                f"{part.role} code calls {site.name}: {site.text[:80]}",
                confidence=Confidence.LOW if usual else Confidence.MEDIUM,
                excerpt=site.text,
                facts={"callable": site.name, "role": part.role},
            )


def _place(part: Code, site: Site) -> Locator:
    where = part.where
    return Locator(where.path, where.members, site.offset, line=site.line, pointer=where.pointer)


RULE = python_startup_execution
