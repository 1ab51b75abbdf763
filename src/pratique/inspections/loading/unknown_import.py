from collections.abc import Iterator

from pratique.code.capability import Effect, lookup
from pratique.domain.finding import Finding, Severity
from pratique.domain.part import Import, Name
from pratique.inspections.rule import Context, rule


@rule(
    severity=Severity.MEDIUM,
    remedy=(
        "Look at what it is, then add it to the capability table (`pratique explain unknown-call`), waive the "
        "finding, or ask for safetensors."
    ),
    references=("CWE-502", "AML.T0010", "AML.T0011.000", "ML06:2023", "LLM03:2025"),
)
def unknown_import(part: Import, context: Context) -> Iterator[Finding]:
    """Loading it resolves something that is not known to be inert.

    ## What it finds
    A name that no capability table lists, or that is of the standard library and not listed as inert. Reported once
    for each name and file.

    ## Why it matters
    Resolving a name imports its module, which executes it, from whatever is installed under that name; the object
    may be called later.

    ## Limits
    It says nothing about what the name is: it was not read.

    ## References
    - CWE-502: Deserialization of Untrusted Data
    - MITRE ATLAS AML.T0011.000: User Execution: Unsafe AI Artifacts
    - OWASP ML06:2023 AI Supply Chain Attacks, LLM03:2025 Supply Chain
    - Python documentation, `pickle`: "Only unpickle data you trust"
    """
    known = lookup(part.target.module, part.target.name)
    if known.effect not in (Effect.UNKNOWN, Effect.STANDARD_LIBRARY) or part.target.name is None:
        return
    if part.via == "computed" and _is_attribute_of_inert(part.target):
        return
    if context.first((part.where.path, part.where.members, part.target)):
        yield context.finding(
            part.where,
            f"loading it resolves {part.target}, which no capability table lists as inert",
            excerpt=str(part.target),
            facts={"name": str(part.target), "via": part.via, "carrier": part.carrier},
        )


def _is_attribute_of_inert(target: Name) -> bool:
    """`getattr(Colour, "RED")` is how enumeration members and bound methods are pickled (enum.py, methodobject.c)."""
    owner, _, attribute = (target.name or "").rpartition(".")
    return (
        bool(owner)
        and not attribute.startswith("_")
        and lookup(target.module, owner.removesuffix("()")).effect.is_inert
    )


RULE = unknown_import
