from collections.abc import Iterator

from pratique.code.capability import Effect, lookup
from pratique.domain.finding import Confidence, Finding, Severity
from pratique.domain.part import Call
from pratique.inspections.rule import Context, rule


@rule(
    severity=Severity.HIGH,
    remedy=(
        "Do not load it. Ask the publisher for tensors in safetensors; convert your own with "
        "`safetensors.torch.save_file(torch.load(path, weights_only=True), out)`."
    ),
    references=("CWE-502", "AML.T0010", "AML.T0011.000", "ML06:2023", "LLM03:2025"),
)
def standard_library_call(part: Call, context: Context) -> Iterator[Finding]:
    """Loading it calls a standard-library function that is not known to be inert.

    ## What it finds
    A call of something in the standard library (of any Python from 2.7 on) that the capability table does not list
    as inert.

    ## Why it matters
    The standard library is large and old, and many of its functions end in a process, a file or `exec`. Picklers
    write only a few dozen of its names, and these are listed; another one in a file is there because somebody put
    it there.

    ## Limits
    A harmless function that is missing from the table is reported too; the confidence is therefore MEDIUM.

    ## References
    - CWE-502: Deserialization of Untrusted Data
    - MITRE ATLAS AML.T0011.000: User Execution: Unsafe AI Artifacts
    - OWASP ML06:2023 AI Supply Chain Attacks, LLM03:2025 Supply Chain
    - Python documentation, `pickle`: "Only unpickle data you trust"
    """
    known = lookup(part.target.module, part.target.name)
    if known.effect is Effect.STANDARD_LIBRARY and part.target.name is not None:
        shown = ", ".join(part.arguments)
        yield context.finding(
            part.where,
            f"loading it calls {part.target}({shown}), a standard-library callable that is not known to be inert",
            confidence=Confidence.MEDIUM,
            excerpt=part.context or f"{part.target}({shown})",
            facts={"callable": str(part.target), "how": part.how, "carrier": part.carrier},
        )


RULE = standard_library_call
