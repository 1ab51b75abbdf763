from collections.abc import Iterator

from pratique.code import sensitive
from pratique.code.declared import Point
from pratique.domain.finding import Confidence, Finding, Severity
from pratique.domain.part import Member
from pratique.inspections.rule import Context, rule

IMPORTERS = frozenset({"builtins.__import__", "importlib.import_module", "builtins.compile", "runpy.run_module"})
SAME = {"posix": "os", "nt": "os", "_pickle": "pickle", "imp": "importlib"}


@rule(
    severity=Severity.HIGH,
    topics=("package-end",),
    remedy="Do not install it. Ask the project why its plug-in is a function of Python that starts programs.",
    references=("CWE-506", "CWE-829", "AML.T0010", "LLM03:2025"),
)
def entry_point_outside(part: Member, context: Context) -> Iterator[Finding]:
    """An entry point that is a function of Python itself which executes.

    ## What it finds
    In `entry_points.txt`, `setup.cfg` or `pyproject.toml`: an entry point of any group whose target is not in the package but
    starts programs, runs text, imports by name or deserializes (`os:system`, `subprocess:run`, `builtins:exec`, `pickle:loads`).

    ## Why it matters
    Whoever loads the entry points of that group calls it with what he has. Nothing of it stands in a source.

    ## Limits
    Functions of other distributions that do the same are not known. What only deserializes is held, not refused: formats are
    plug-ins.

    ## References
    - CWE-506: Embedded Malicious Code
    - CWE-829: Inclusion of Functionality from Untrusted Control Sphere
    - Python Packaging User Guide, "Entry points specification"
    - MITRE ATLAS AML.T0010: AI Supply Chain Compromise
    - OWASP LLM03:2025: Supply Chain
    """
    seen: set[tuple[str, str, str]] = set()
    for where, point in context.package.points:
        place = (str(where), point.group, point.name)
        if place not in seen and _executes(point) and not _own(point, context):
            seen.add(place)
            target = f"{point.module}:{point.attribute}"
            message = f"the entry point {point.name} of {point.group} is {target}, which executes what it is given"
            grade = Severity.MEDIUM if target.replace(":", ".") in sensitive.DESERIALIZERS else Severity.HIGH
            yield context.finding(
                where,
                message,
                severity=grade,
                confidence=Confidence.HIGH,
                excerpt=target,
                facts={"group": point.group, "target": target},
            )


def _executes(point: Point) -> bool:
    head, dot, rest = point.module.partition(".")
    name = f"{SAME.get(head, head)}{dot}{rest}.{point.attribute}"
    known = name in sensitive.EXECUTE or name in sensitive.DESERIALIZERS or name in IMPORTERS
    return bool(point.attribute) and (known or sensitive.is_process(name))


def _own(point: Point, context: Context) -> bool:
    """Whether the package has a module of that name."""
    return any(m.name == point.module for m in context.package.modules)


RULE = entry_point_outside
