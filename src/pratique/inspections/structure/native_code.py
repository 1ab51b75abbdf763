from collections.abc import Iterator

from pratique.domain.finding import Finding, Severity
from pratique.domain.part import Native
from pratique.inspections.rule import Context, rule

LIBRARIES = (".so", ".pyd", ".dylib", ".dll")


@rule(
    severity=Severity.MEDIUM,
    remedy="Ask the publisher why a model or data set needs machine code; load the model without it.",
    references=("CWE-829", "AML.T0010", "ML06:2023"),
)
def native_code(part: Native, context: Context) -> Iterator[Finding]:
    """Machine code in a model or data set.

    ## What it finds
    An executable or library (ELF, PE, Mach-O, WebAssembly, and once for each archive classes of Java), unless it stands
    openly as a shared library, or as an object in a static library (`.a`), in a Python package.

    ## Why it matters
    Loading it runs its initialisers with the rights of the process, and reading cannot tell what they do.

    ## Limits
    It is not disassembled. A shared library that a package carries under its own name is what packages are for.

    ## References
    - CWE-829: Inclusion of Functionality from Untrusted Control Sphere
    - MITRE ATLAS AML.T0010: AI Supply Chain Compromise
    """
    outer, name = ("", part.where.path, *part.where.members)[-2:]
    packaged = any(path.endswith("__init__.py") or ".dist-info/" in path for path in context.members)
    if part.kind == "java-class" and not context.first(("java-class", part.where.path, part.where.members[:-1])):
        return
    linked = name.endswith((".o", ".obj")) and outer.endswith((".a", ".lib"))
    if not (packaged and (name.endswith(LIBRARIES) or ".so." in name or linked)):
        yield context.finding(part.where, f"it holds machine code ({part.kind})", facts={"kind": part.kind})


RULE = native_code
