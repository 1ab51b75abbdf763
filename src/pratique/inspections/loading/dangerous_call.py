from collections.abc import Iterator

from pratique.code.capability import PHRASES, lookup
from pratique.domain.finding import Finding, Severity
from pratique.domain.part import Call
from pratique.inspections.rule import Context, rule


@rule(
    severity=Severity.CRITICAL,
    remedy=(
        "Do not load it. Ask the publisher for tensors in safetensors; convert your own with "
        "`safetensors.torch.save_file(torch.load(path, weights_only=True), out)`."
    ),
    references=("CWE-502", "AML.T0010", "AML.T0011.000", "ML06:2023", "LLM03:2025"),
)
def dangerous_call(part: Call, context: Context) -> Iterator[Finding]:
    """Loading it calls something dangerous.

    ## What it finds
    A call, or a change of state, whose target the capability table knows to start processes, execute code, use the
    network, load native code, deserialise, import, or touch files. The target is what is called in the end:
    wrappers such as `partial`, `getattr` or `map` are followed.

    ## Why it matters
    It happens while the file is being loaded, before any check of what was loaded, with the rights of whoever loads
    it.

    ## Limits
    A callable that no table lists is `unknown-call`. What the call would do with its arguments is not judged: no
    pickler of tensors needs one.

    ## References
    - CWE-502: Deserialization of Untrusted Data
    - MITRE ATLAS AML.T0011.000: User Execution: Unsafe AI Artifacts
    - OWASP ML06:2023 AI Supply Chain Attacks, LLM03:2025 Supply Chain
    - Python documentation, `pickle`: "Only unpickle data you trust"
    """
    known = lookup(part.target.module, part.target.name)
    if not known.effect.is_dangerous:
        return
    shown = ", ".join(part.arguments)
    yield context.finding(
        part.where,
        f"loading it calls {part.target}({shown}), which {PHRASES[known.effect]}",
        excerpt=part.context or f"{part.target}({shown})",
        facts={"callable": str(part.target), "how": part.how, "effect": known.effect.name, "carrier": part.carrier},
    )


RULE = dangerous_call
