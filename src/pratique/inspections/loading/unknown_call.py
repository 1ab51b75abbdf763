from collections.abc import Iterator

from pratique.code import components
from pratique.code.capability import Effect, lookup
from pratique.domain.finding import Finding, Severity
from pratique.domain.part import Call
from pratique.inspections.rule import Context, rule

CONSTRUCTORS = ("REDUCE", "INST", "OBJ", "deserialize", "_target_", "object/apply", "new", "apply")


@rule(
    severity=Severity.MEDIUM,
    remedy=(
        "Look at what it is, then add it to the capability table (`pratique explain unknown-call`), waive the "
        "finding, or ask for safetensors."
    ),
    references=("CWE-502", "AML.T0010", "AML.T0011.000", "ML06:2023", "LLM03:2025"),
)
def unknown_call(part: Call, context: Context) -> Iterator[Finding]:
    """Loading it calls something that is not known to be inert.

    ## What it finds
    A call whose target no capability table lists, or a constructor that does more than make state. Reported once
    for each name and file.

    ## Why it matters
    It may be an ordinary class of the publisher's own code, and it may be a gadget that nobody has described yet.
    Loading it also imports its module, from whatever is installed under that name.

    ## Limits
    It says nothing about what the callable does: it was not read. A table entry (`docs/capabilities.md`) settles it
    for good.

    ## References
    - CWE-502: Deserialization of Untrusted Data
    - MITRE ATLAS AML.T0011.000: User Execution: Unsafe AI Artifacts
    - OWASP ML06:2023 AI Supply Chain Attacks, LLM03:2025 Supply Chain
    - Python documentation, `pickle`: "Only unpickle data you trust"
    """
    if part.carrier == components.CARRIER and components.is_public(part.target.module, part.target.name):
        return
    known = lookup(part.target.module, part.target.name)
    unknown = known.effect is Effect.UNKNOWN and part.target.name is not None
    referred = known.effect is Effect.INERT_REFERENCE
    constructed = known.effect is Effect.INERT_STATE and part.how in CONSTRUCTORS
    if (unknown or constructed or referred) and context.first((part.where.path, part.where.members, part.target)):
        reason = (
            "whose constructor does more than make state" if constructed else "which no capability table lists as inert"
        )
        yield context.finding(
            part.where,
            f"loading it calls {part.target}, {reason}",
            excerpt=part.context or f"{part.target}({', '.join(part.arguments)})",
            facts={"callable": str(part.target), "how": part.how, "carrier": part.carrier},
        )


RULE = unknown_call
