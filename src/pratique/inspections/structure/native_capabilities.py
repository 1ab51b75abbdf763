from collections.abc import Iterator

from pratique.domain.finding import Confidence, Finding, Severity
from pratique.domain.part import Metadata
from pratique.formats.native_imports import CAPABILITIES
from pratique.inspections.rule import Context, rule


@rule(
    severity=Severity.LOW,
    topics=("native-facts",),
    remedy="Compare it with what the library is for; where that needs none of it, ask the publisher.",
    references=("CWE-829", "AML.T0010"),
)
def native_capabilities(part: Metadata, context: Context) -> Iterator[Finding]:
    """What a library can do, by what it imports.

    ## What it finds
    For each ELF, PE and Mach-O file, whether it imports what starts processes, uses the network, or loads libraries (INFO: a fact,
    no claim), or reaches into other processes, or has addresses that functions of its own choose while it is loaded (LOW: `ifunc`
    resolvers, by which the backdoor of xz 5.6 took hold, CVE-2024-3094).

    ## Why it matters
    What a library imports bounds what it does openly; a change from one release to the next is worth a look.

    ## Limits
    System calls without a library, and names that are looked up at run time (`dlsym`, `GetProcAddress`), are not imports. Static
    executables and WebAssembly import nothing that is told here.

    ## References
    - CWE-829: Inclusion of Functionality from Untrusted Control Sphere
    - MITRE ATLAS AML.T0010: AI Supply Chain Compromise
    """
    facts = part.value
    if not isinstance(facts, dict):
        return
    listed, resolvers = facts.get("imports"), facts.get("resolvers")
    imports = {name for name in listed if isinstance(name, str)} if isinstance(listed, list) else set()
    can = {phrase: sorted(imports & names) for phrase, names in CAPABILITIES.items() if imports & names}
    says = [f"{phrase} ({', '.join(names)})" for phrase, names in can.items()]
    if isinstance(resolvers, int) and resolvers:
        says.append(f"chooses {resolvers} addresses by functions of its own while it is loaded")
    if says:
        grave = "reaches into processes" in can or bool(resolvers)
        yield context.finding(
            part.where,
            f"by what it imports, it {'; '.join(says)}",
            severity=Severity.LOW if grave else Severity.INFO,
            confidence=Confidence.HIGH,
            facts={"imports": ",".join(sorted(imports)), "resolvers": resolvers if isinstance(resolvers, int) else 0},
        )


RULE = native_capabilities
