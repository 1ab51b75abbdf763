from collections.abc import Iterator

from pratique.domain.finding import Finding, Severity
from pratique.domain.part import Operator
from pratique.inspections.rule import Context, rule

PYTHON_OPERATORS = frozenset({"PyOp", "PythonOp", "PythonOpGrad", "PyCustomOp"})


@rule(
    severity=Severity.HIGH,
    topics=("onnx",),
    remedy="Do not run the model. Ask for one that uses ONNX's own operators only.",
    references=("CWE-829", "CWE-94", "AML.T0011.000"),
)
def onnx_python_operator(part: Operator, context: Context) -> Iterator[Finding]:
    """An ONNX operator that runs Python.

    ## What it finds
    Nodes of ONNX Runtime's language interoperation and training extensions: `PyOp`, `PythonOp`, and any node that
    names a
    Python `module` with a `class_name` or `compute`.

    ## Why it matters
    A runtime that was built with these operators imports the module that the node names and calls it.

    ## Limits
    Stock builds of ONNX Runtime refuse the node; whether yours does is not visible from here.

    ## References
    - https://onnxruntime.ai: "Python operator" (language interop); CWE-829: Inclusion of Functionality from Untrusted
      Control Sphere; CWE-94: Code Injection; MITRE ATLAS AML.T0011.000: Unsafe AI Artifacts
    """
    facts = dict(part.attributes)
    module = facts.get("attribute.module")
    entry = facts.get("attribute.class_name") or facts.get("attribute.compute")
    if not (part.type.partition("_")[0] in PYTHON_OPERATORS or (module and entry)):
        return
    called = f"{module}.{entry}" if module else facts.get("attribute.func_name") or facts.get("attribute.name") or "?"
    message = f"the operator {part.domain}::{part.type} calls Python: {called}"
    yield context.finding(part.where, message, excerpt=str(called), facts={"domain": part.domain, "type": part.type})


RULE = onnx_python_operator
