from collections.abc import Iterator

from pratique.domain.finding import Finding, Severity
from pratique.domain.part import Operator
from pratique.inspections.rule import Context, rule


@rule(
    severity=Severity.MEDIUM,
    topics=("onnx",),
    remedy="Ask for the model before it was compiled for an accelerator, and compile it yourself.",
    references=("CWE-829", "AML.T0010"),
)
def onnx_compiled_context(part: Operator, context: Context) -> Iterator[Finding]:
    """An ONNX node that holds a graph compiled for an accelerator.

    ## What it finds
    `EPContext` nodes: a binary for one execution provider, inside the model or in a file that it names.

    ## Why it matters
    The binary is machine code or an opaque plan that a driver takes as it is; nothing in it can be inspected.

    ## Limits
    It does not look into the binary.

    ## References
    - onnxruntime.ai: "EP context design"; CWE-829: Inclusion of Functionality from Untrusted Control Sphere
    """
    if part.type != "EPContext":
        return
    facts = dict(part.attributes)
    source = facts.get("attribute.source") or "an execution provider"
    kept = (
        "inside the model" if facts.get("attribute.embed_mode", 1) else f"in {facts.get('attribute.ep_cache_context')}"
    )
    yield context.finding(part.where, f"a graph compiled for {source}, kept {kept}, cannot be inspected")


RULE = onnx_compiled_context
