from collections.abc import Iterator

from pratique.domain.finding import Finding, Severity
from pratique.domain.part import Operator
from pratique.inspections.rule import Context, rule

# mxnet/python/mxnet/operator.py; the last two hold the address of a callback in the model.
CALLING = ("Custom", "_CustomFunction", "_Native", "_NDArray")


@rule(
    severity=Severity.MEDIUM,
    topics=("mxnet",),
    remedy="Ask for a model of MXNet's own operators, or convert it to ONNX.",
    references=("CWE-829", "AML.T0011.000"),
)
def mxnet_custom_operator(part: Operator, context: Context) -> Iterator[Finding]:
    """An MXNet operator that is code outside of the model.

    ## What it finds
    `Custom` nodes, which call a Python class that a program registered, and `_Native` and `_NDArray` nodes, which call the
    address that stands in the model.

    ## Why it matters
    What runs is not in the file and is not inspected; with an address, it is whatever the publisher points at.

    ## Limits
    It does not know which classes are registered where the model is used.

    ## References
    - CWE-829: Inclusion of Functionality from Untrusted Control Sphere
    - MITRE ATLAS AML.T0011.000: User Execution: Unsafe AI Artifacts
    """
    if part.type in CALLING:
        name = dict(part.attributes).get("op_type") or dict(part.attributes).get("info") or "a callback"
        yield context.finding(part.where, f"a {part.type} node calls {str(name)[:80]}, which is not in the model")


RULE = mxnet_custom_operator
