from collections.abc import Iterator

from pratique.domain.finding import Finding, Severity
from pratique.domain.part import Operator
from pratique.inspections.rule import Context, rule


@rule(
    severity=Severity.HIGH,
    topics=("caffe",),
    remedy=(
        "Do not load it with a Caffe that was built with Python layers. Read the module that the layer names first."
    ),
    references=("CWE-829", "AML.T0011.000"),
)
def caffe_python_layer(part: Operator, context: Context) -> Iterator[Finding]:
    """A Caffe layer that imports Python.

    ## What it finds
    Layers of type `Python`, with the module and class that they name.

    ## Why it matters
    Building the network imports the module and calls the class's `setup`, with the layer's parameter text.

    ## Limits
    Networks for region proposals used such layers in earnest; whether the module is present is not known.

    ## References
    - caffe/include/caffe/layers/python_layer.hpp; CWE-829: Inclusion of Functionality from Untrusted Control Sphere;
      MITRE ATLAS AML.T0011.000: Unsafe AI Artifacts
    """
    facts = dict(part.attributes)
    if part.type != "Python" and not facts.get("module"):
        return
    called = f"{facts.get('module') or '?'}.{facts.get('layer') or '?'}"
    message = f"the layer {facts.get('name')!r} imports {called}"
    yield context.finding(part.where, message, excerpt=str(facts.get("param_str") or ""), facts={"call": called})


RULE = caffe_python_layer
