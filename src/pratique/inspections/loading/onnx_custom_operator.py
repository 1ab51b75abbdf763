from collections.abc import Iterator

from pratique.domain.finding import Finding, Severity
from pratique.domain.part import Operator
from pratique.inspections.rule import Context, rule

# Domains that onnx, onnxruntime and onnxruntime-extensions define themselves (onnxruntime: core/graph/constants.h).
KNOWN_DOMAINS = frozenset(
    {
        "", "ai.onnx", "ai.onnx.ml", "ai.onnx.training", "ai.onnx.preview", "ai.onnx.preview.training",
        "ai.onnx.contrib",
        "com.microsoft", "com.microsoft.nchwc", "com.microsoft.experimental", "com.microsoft.mlfeaturizers",
        "com.microsoft.dml", "com.microsoft.extensions", "com.ms.internal.nhwc", "com.xilinx", "org.pytorch.aten",
    }
)  # fmt: skip
REPORTED_ONCE = "onnx-custom-operator"


@rule(
    severity=Severity.MEDIUM,
    topics=("onnx",),
    remedy=(
        "Find out which library provides the operator, and admit that library first; or ask for a model without it."
    ),
    references=("CWE-829", "AML.T0010"),
)
def onnx_custom_operator(part: Operator, context: Context) -> Iterator[Finding]:
    """An ONNX operator that needs a foreign native library.

    ## What it finds
    Nodes of a domain that neither ONNX nor ONNX Runtime defines, unless the model defines them as functions of its own.

    ## Why it matters
    To run such a model one has to load a shared library from somewhere: the model decides which, the library runs as
    you.

    ## Limits
    One finding for each domain and operator; it does not know what the library would do.

    ## References
    - CWE-829: Inclusion of Functionality from Untrusted Control Sphere
    - MITRE ATLAS AML.T0010: AI Supply Chain Compromise
    """
    if part.domain in KNOWN_DOMAINS or dict(part.attributes).get("defined"):
        return
    seen: set[tuple[str, str, str]] = context.once(REPORTED_ONCE, set)
    key = (str(part.where.path), part.domain, part.type)
    if key in seen:
        return
    seen.add(key)
    message = f"the operator {part.domain}::{part.type} is provided by no ONNX runtime; it needs a native library"
    yield context.finding(part.where, message, facts={"domain": part.domain, "type": part.type})


RULE = onnx_custom_operator
