from collections.abc import Iterator

from pratique.domain.finding import Finding, Severity
from pratique.domain.part import Import
from pratique.inspections.rule import Context, rule


@rule(
    severity=Severity.HIGH,
    remedy=(
        "Do not load it. Ask the publisher for tensors in safetensors; convert your own with "
        "`safetensors.torch.save_file(torch.load(path, weights_only=True), out)`."
    ),
    references=("CWE-502", "AML.T0010", "AML.T0011.000", "ML06:2023", "LLM03:2025"),
)
def computed_name(part: Import, context: Context) -> Iterator[Finding]:
    """Loading it resolves a name that is put together at run time.

    ## What it finds
    A global whose module or name is the result of a call or of operations on strings, so that it does not stand in
    the data.

    ## Why it matters
    No pickler writes this. It hides from every scanner that looks for names.

    ## Limits
    Where the name could be worked out, the finding shows it, and the other rules judge it as well.

    ## References
    - CWE-502: Deserialization of Untrusted Data
    - MITRE ATLAS AML.T0011.000: User Execution: Unsafe AI Artifacts
    - OWASP ML06:2023 AI Supply Chain Attacks, LLM03:2025 Supply Chain
    - Python documentation, `pickle`: "Only unpickle data you trust"
    """
    complete = part.target.module is not None and part.target.name is not None
    if part.via != "computed" or (complete and "." in (part.target.name or "")):
        return
    if part.target.module is None and part.target.name is not None:
        return  # an attribute of an object that is not known: `attribute-of-unknown`
    yield context.finding(
        part.where,
        f"the name that loading it resolves is computed at run time ({part.target})",
        excerpt=str(part.target),
        facts={"name": str(part.target), "carrier": part.carrier},
    )


RULE = computed_name
