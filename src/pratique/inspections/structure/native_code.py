from collections.abc import Iterator

from pratique.domain.finding import Finding, Severity
from pratique.domain.part import Member, Native
from pratique.inspections.rule import Context, rule

LIBRARIES = (".so", ".pyd", ".dylib", ".dll")


@rule(
    severity=Severity.MEDIUM,
    topics=("package-end",),
    remedy="Ask the publisher why a model or data set needs machine code; load the model without it.",
    references=("CWE-829", "AML.T0010", "ML06:2023"),
)
def native_code(part: Member, context: Context) -> Iterator[Finding]:
    """Machine code in a model or data set.

    ## What it finds
    An executable or library (ELF, PE, Mach-O, WebAssembly, and once for each archive classes of Java), unless it stands
    openly as a shared library, or as an object in a static library (`.a`), in a Python package.

    ## Why it matters
    Loading it runs its initialisers with the rights of the process, and reading cannot tell what they do.

    ## Limits
    It is not disassembled. In a wheel that says it is for one platform, or where no source of the package names the file, an
    executable is only told.
    A shared library that a package carries under its own name is what packages are for.

    ## References
    - CWE-829: Inclusion of Functionality from Untrusted Control Sphere
    - MITRE ATLAS AML.T0010: AI Supply Chain Compromise
    """
    for native in context.package.natives:
        where = native.where
        if native.kind == "java-class" and not context.first(("java-class", where.path, where.members[:-1])):
            continue
        severity = _severity(native, context)
        if severity > Severity.INFO:
            message = f"it holds machine code ({native.kind})"
            yield context.finding(where, message, facts={"kind": native.kind}, severity=severity)


def _severity(native: Native, context: Context) -> Severity:
    """Nothing to say of a library in a package; an executable in a wheel that declares machine code is only told."""
    outer, name = ("", native.where.path, *native.where.members)[-2:]
    packaged = context.package.path_in_distribution(native.where) is not None or any(
        path.endswith("__init__.py") or ".dist-info/" in path for path in context.members
    )
    linked = name.endswith((".o", ".obj")) and outer.endswith((".a", ".lib"))
    if packaged and (name.endswith(LIBRARIES) or ".so." in name or linked):
        return Severity.INFO
    if context.package.is_for_platform(native.where):
        return Severity.LOW
    inside = context.package.path_in_distribution(native.where)
    if inside is None or context.package.mentioning(name.rsplit("/", 1)[-1], 1):
        return Severity.MEDIUM
    return Severity.LOW  # nothing in the package names it


RULE = native_code
