from collections.abc import Iterator

from pratique.domain.finding import Finding, Severity
from pratique.domain.part import Import
from pratique.inspections.rule import Context, rule


@rule(
    severity=Severity.MEDIUM,
    remedy=(
        "Look at what it is, then add it to the capability table (`pratique explain unknown-call`), waive the "
        "finding, or ask for safetensors."
    ),
    references=("CWE-502", "AML.T0010", "AML.T0011.000", "ML06:2023", "LLM03:2025"),
)
def attribute_of_unknown(part: Import, context: Context) -> Iterator[Finding]:
    """Loading it takes an attribute of an object that is not known.

    ## What it finds
    `getattr` and its kin on the result of an unknown call, a persistent object, or with a name that is not in the
    data.

    ## Why it matters
    What it reaches cannot be told by reading; attributes lead from any object to the whole interpreter.

    ## Limits
    An attribute of a known class is followed instead.

    ## References
    - CWE-502: Deserialization of Untrusted Data
    - MITRE ATLAS AML.T0011.000: User Execution: Unsafe AI Artifacts
    - OWASP ML06:2023 AI Supply Chain Attacks, LLM03:2025 Supply Chain
    - Python documentation, `pickle`: "Only unpickle data you trust"
    """
    if part.target.module is None and part.target.name is not None and part.via == "computed":
        yield context.finding(
            part.where,
            f"loading it takes the attribute {part.target.name!r} of an object that is not known",
            excerpt=str(part.target),
            facts={"attribute": part.target.name, "carrier": part.carrier},
        )


RULE = attribute_of_unknown
