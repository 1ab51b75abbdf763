import re
from collections.abc import Iterator

from pratique.domain.finding import Finding, Severity
from pratique.domain.part import Operator
from pratique.inspections.rule import Context, rule

# Operation sets of OpenVINO's core and of its own plugins.
KNOWN = re.compile(
    r"|opset\d+|experimental|extension|util|internal|ie_internal_opset|type_relaxed_opset|ie_transformer"
    r"|gpu_opset|cpu_plugin_opset|SnippetsOpset|SubgraphOpset|intel_npu|op::v\d+|0|1|\d+"
)


@rule(
    severity=Severity.MEDIUM,
    topics=("openvino",),
    remedy="Find out which library provides the operation, and admit it first; or ask for a model without it.",
    references=("CWE-829", "AML.T0010"),
)
def openvino_custom_operator(part: Operator, context: Context) -> Iterator[Finding]:
    """An OpenVINO operation that needs a foreign native library.

    ## What it finds
    Layers of an operation set that OpenVINO does not define.

    ## Why it matters
    To load such a model one has to call `core.add_extension` on a shared library from somewhere, which runs as you.

    ## Limits
    `extension` is OpenVINO's own set as well as some people's; it is silent.

    ## References
    - docs.openvino.ai: "Custom Operations"; CWE-829: Inclusion of Functionality from Untrusted Control Sphere;
      MITRE ATLAS AML.T0010: AI Supply Chain Compromise
    """
    if KNOWN.fullmatch(part.domain):
        return
    message = f"the operation {part.domain}::{part.type} is not OpenVINO's; it needs a native library"
    yield context.finding(part.where, message, facts={"domain": part.domain, "type": part.type})


RULE = openvino_custom_operator
