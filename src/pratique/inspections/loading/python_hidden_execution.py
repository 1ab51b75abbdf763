import hashlib
import re
from collections.abc import Iterator

from pratique.code import calls
from pratique.code.calls import Site
from pratique.code.package import NOT_IMPORTED
from pratique.domain.finding import Finding, Severity
from pratique.domain.locator import Locator
from pratique.domain.part import Code
from pratique.formats.window import OutOfBudget
from pratique.inspections.rule import Context, rule

HIDES = (
    "decode",
    "decompress",
    "fromhex",
    "unhexlify",
    "marshal",
    "urlopen",
    "requests",
    "httpx",
    "urllib",
    "a2b",
    "getattr",
)
EXECUTES = re.compile(r"(?<![.\w])(?:exec|eval|compile|__import__)\b|builtins|globals|getattr")
QUIET = frozenset({"pickle.loads", "marshal.loads"})  # they decode by themselves; libraries unpack their own caches so


@rule(
    severity=Severity.CRITICAL,
    topics=("python",),
    remedy="Do not run or import it. Decode the payload in a sandbox and report it to the index or hub.",
    references=("CWE-506", "CWE-95", "AML.T0010", "LLM03:2025"),
)
def python_hidden_execution(part: Code, context: Context) -> Iterator[Finding]:
    """Source that executes what it decodes.

    ## What it finds
    `exec`, `eval`, `compile`, `__import__`, `marshal.loads` or `pickle.loads` of a value that `base64`, `zlib`,
    `codecs` or `bytes.fromhex` made, directly or through a variable.

    ## Why it matters
    It is how a payload is kept out of sight of reviewers and scanners; ordinary code has no use for it.

    ## Limits
    In the tests and examples of a package it is only told.
    Values that travel through functions or attributes are followed by package/import-execution, downloads by
    package/remote-code-loader.

    ## References
    - CWE-506: Embedded Malicious Code
    - CWE-95: Eval Injection
    """
    if not context.package.traits_of(part).of_interest:
        return
    if not any(word in part.source for word in HIDES) or not EXECUTES.search(part.source):
        return
    fact = ("hidden-execution", hashlib.sha256(part.source.encode("utf-8", "replace")).hexdigest())
    if context.package.looked.empty(*fact):
        return
    module = calls.executions(part.source)
    if module.complete and not any(site.inner & calls.DECODERS for site in module.sites):
        context.package.looked.found_empty(*fact)
    severity = Severity.LOW if _in_tests_of_a_package(part, context) else None
    for site in module.sites:
        hidden = site.inner & calls.DECODERS
        if site.name in calls.EXECUTORS - QUIET and hidden:
            yield context.finding(
                _place(part, site),
                f"{site.name.removeprefix('builtins.')} executes what {', '.join(sorted(hidden))} returns",
                excerpt=site.text,
                facts={"callable": site.name, "at_import": site.at_import},
                severity=severity,
            )
    if not module.complete:
        raise OutOfBudget("calls", "there are more calls in a source than are looked at")


def _in_tests_of_a_package(part: Code, context: Context) -> bool:
    """Whether nobody imports it: the tests and examples of a package hold such code to test with."""
    path = part.where.members[-1] if part.where.members else part.where.path
    if not NOT_IMPORTED.search(path) or path.endswith("conftest.py"):
        return False
    return bool(part.where.members) or any(name in context.members for name in ("setup.py", "pyproject.toml"))


def _place(part: Code, site: Site) -> Locator:
    where = part.where
    return Locator(where.path, where.members, site.offset, line=site.line, pointer=where.pointer)


RULE = python_hidden_execution
