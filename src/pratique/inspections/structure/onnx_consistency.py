from collections.abc import Iterator

from pratique.domain.finding import Finding, Severity
from pratique.domain.part import Broken
from pratique.inspections.rule import Context, rule


@rule(
    severity=Severity.MEDIUM,
    topics=("onnx-tensor-size", "onnx-repeated-graph", "onnx-depth", "onnx-wire"),
    remedy="Ask the publisher for a file written by the onnx library, and check it with `onnx.checker.check_model`.",
    references=("CWE-1284", "CWE-436"),
)
def onnx_consistency(part: Broken, context: Context) -> Iterator[Finding]:
    """An ONNX model that contradicts itself.

    ## What it finds
    Tensors whose bytes are not as many as their shape needs, a second graph, subgraphs nested beyond reason, and
    bytes that
    are no message.

    ## Why it matters
    Readers disagree about such a file: one merges, one takes the last, one reads past the end.

    ## Limits
    Shapes are not inferred through the graph.

    ## References
    - CWE-1284: Improper Validation of Specified Quantity in Input; CWE-436: Interpretation Conflict
    """
    yield context.finding(part.where, part.message, facts=part.facts)


RULE = onnx_consistency
