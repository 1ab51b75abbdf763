from collections.abc import Iterator

from pratique.code.built import is_source_of
from pratique.code.package import Package, release_path
from pratique.domain.finding import Finding, Severity
from pratique.domain.locator import Locator
from pratique.domain.part import Member
from pratique.inspections.rule import Context, rule

RUNS = {"startup": "runs whenever Python starts", "install": "runs when it is installed or built"}


@rule(
    severity=Severity.MEDIUM,
    topics=("changes-end",),
    remedy="Ask the project why the package must run code there; install it with `--only-binary :all:` and look at the file.",
    references=("CWE-506", "ML06:2023", "AML.T0010"),
)
def new_root(part: Member, context: Context) -> Iterator[Finding]:
    """Code that runs by itself where the release before ran none.

    ## What it finds
    Path files (`.pth`) that execute, `sitecustomize`, in-tree build backends and `setup.py` that are new (MEDIUM), and new entry
    points and pytest plug-ins (LOW). Between a wheel and its own source archive, what builds the wheel is told (LOW).

    ## Why it matters
    litellm 1.82.8 added one path file: it ran at every start of Python, whether or not anything imported the package.

    ## Limits
    A root that was there and does more now is reported by the calls that are new in it.

    ## References
    - CWE-506: Embedded Malicious Code
    - OWASP ML06:2023: AI Supply Chain Attacks
    - MITRE ATLAS AML.T0010: AI Supply Chain Compromise
    """
    before, after = context.before.package, context.package
    known = _roots(before)
    source = is_source_of(after, before)
    for (role, path), where in _roots(after).items():
        if (role, path) not in known:
            message = f"new since {context.before.reference}: {path} {RUNS[role]}"
            severity = Severity.LOW if source and role == "install" else Severity.MEDIUM
            yield context.finding(where, message, severity=severity, facts={"role": role})
    if before.modules:
        for hook in sorted(after.hooks - before.hooks):
            message = f"new since {context.before.reference}: the entry point {hook}"
            yield context.finding(Locator("."), message, severity=Severity.LOW, facts={"hook": hook})


def _roots(package: Package) -> dict[tuple[str, str], Locator]:
    return {(m.role, release_path(m.where)): m.where for m in package.modules if m.role in RUNS}


RULE = new_root
