from collections.abc import Iterator

from pratique.domain.finding import Finding, Severity
from pratique.domain.part import Call
from pratique.inspections.rule import Context, rule


@rule(
    severity=Severity.MEDIUM,
    remedy=(
        "Look at what it is, then add it to the capability table (`pratique explain unknown-call`), waive the "
        "finding, or ask for safetensors."
    ),
    references=("CWE-502", "AML.T0010", "AML.T0011.000", "ML06:2023", "LLM03:2025"),
)
def unknown_target(part: Call, context: Context) -> Iterator[Finding]:
    """Loading it calls something that only running it would tell.

    ## What it finds
    A call whose target is the result of another call, a persistent object, or a computed name.

    ## Why it matters
    A chain of harmless calls can end in anything.

    ## Limits
    The calls that lead to it are reported by their own names.

    ## References
    - CWE-502: Deserialization of Untrusted Data
    - MITRE ATLAS AML.T0011.000: User Execution: Unsafe AI Artifacts
    - OWASP ML06:2023 AI Supply Chain Attacks, LLM03:2025 Supply Chain
    - Python documentation, `pickle`: "Only unpickle data you trust"
    """
    if part.target.name is None or part.target.module is None:
        yield context.finding(
            part.where,
            f"loading it calls an object that is not known ({part.how})",
            excerpt=part.context or part.how,
            facts={"how": part.how, "carrier": part.carrier},
        )


RULE = unknown_target
