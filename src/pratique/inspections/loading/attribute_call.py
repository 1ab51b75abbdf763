from collections.abc import Iterator

from pratique.code.capability import Effect, lookup
from pratique.domain.finding import Finding, Severity
from pratique.domain.part import Call, Import
from pratique.inspections.rule import Context, rule

FOLLOWED = (
    "builtins.getattr",
    "operator.attrgetter",
    "operator.methodcaller",
    "_operator.attrgetter",
    "_operator.methodcaller",
)

NAMESPACES = frozenset(
    {f"{module}.{name}" for module in ("builtins", "__builtin__") for name in ("globals", "locals", "vars")}
)


@rule(
    severity=Severity.MEDIUM,
    remedy=(
        "Look at what it is, then add it to the capability table (`pratique explain unknown-call`), waive the "
        "finding, or ask for safetensors."
    ),
    references=("CWE-502", "AML.T0010", "AML.T0011.000", "ML06:2023", "LLM03:2025"),
)
def attribute_call(part: Call | Import, context: Context) -> Iterator[Finding]:
    """Loading it calls a function that reaches into objects.

    ## What it finds
    A call of `type`, `vars`, `globals`, `reduce`, a function constructor or another callable that hands out more
    than it is given, and a reference to `globals`, `locals` or `vars`, which whoever gets it may call. `getattr` and
    its kin with known arguments are followed instead.

    ## Why it matters
    Such functions are the steps of gadget chains.

    ## Limits
    Alone they are harmless, so they are held and not refused.

    ## References
    - CWE-502: Deserialization of Untrusted Data
    - MITRE ATLAS AML.T0011.000: User Execution: Unsafe AI Artifacts
    - OWASP ML06:2023 AI Supply Chain Attacks, LLM03:2025 Supply Chain
    - Python documentation, `pickle`: "Only unpickle data you trust"
    """
    if isinstance(part, Import):
        if str(part.target) in NAMESPACES:
            yield context.finding(
                part.where, f"loading it resolves {part.target}, which hands out every name of a program"
            )
        return
    if (
        lookup(part.target.module, part.target.name).effect is Effect.ATTRIBUTE_ACCESS
        and str(part.target) not in FOLLOWED
    ):
        yield context.finding(
            part.where,
            f"loading it calls {part.target}({', '.join(part.arguments)}), which reaches into objects",
            excerpt=part.context or str(part.target),
            facts={"callable": str(part.target), "how": part.how, "carrier": part.carrier},
        )


RULE = attribute_call
