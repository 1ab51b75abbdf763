from collections.abc import Iterator

from pratique.code.capability import PHRASES, lookup
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
def dangerous_import(part: Import, context: Context) -> Iterator[Finding]:
    """Loading it resolves something dangerous.

    ## What it finds
    A name that the capability table knows to be dangerous, looked up by the data although this rule has not seen it
    called: it may be called later, by a hook, by the container it is put into, or by the program that uses the
    object.

    ## Why it matters
    Data has no reason to hold a reference to `os.system`. Resolving a name also imports its module, which executes
    it.

    ## Limits
    A name that no table lists is `unknown-import`.

    ## References
    - CWE-502: Deserialization of Untrusted Data
    - MITRE ATLAS AML.T0011.000: User Execution: Unsafe AI Artifacts
    - OWASP ML06:2023 AI Supply Chain Attacks, LLM03:2025 Supply Chain
    - Python documentation, `pickle`: "Only unpickle data you trust"
    """
    known = lookup(part.target.module, part.target.name)
    if known.effect.is_dangerous and context.first((part.where.path, part.where.members, part.target)):
        yield context.finding(
            part.where,
            f"loading it resolves {part.target}, which {PHRASES[known.effect]}",
            excerpt=str(part.target),
            facts={"name": str(part.target), "via": part.via, "effect": known.effect.name, "carrier": part.carrier},
        )


RULE = dangerous_import
