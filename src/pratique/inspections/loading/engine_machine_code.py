from collections.abc import Iterator

from pratique.domain.finding import Finding, Severity
from pratique.domain.part import Native
from pratique.inspections.rule import Context, rule


@rule(
    severity=Severity.MEDIUM,
    topics=("engine-tensorrt", "engine-rknn", "engine-hailo", "engine-kmodel", "engine-delegate"),
    remedy="Build the engine yourself from the ONNX model (`trtexec --onnx=model.onnx --saveEngine=model.engine`).",
    references=("CWE-829", "AML.T0010"),
)
def engine_machine_code(part: Native, context: Context) -> Iterator[Finding]:
    """A compiled engine, which nobody can inspect.

    ## What it finds
    Engine files of TensorRT, Rockchip, Hailo and Kendryte, by their magic numbers; delegates in ExecuTorch programs
    whose
    backend takes compiled blobs.

    ## Why it matters
    The file is machine code for the accelerator. TensorRT engines may also carry host code and plugin data that the
    runtime
    loads (`engineHostCodeAllowed`), and the vendor says to load only trusted ones.

    ## Limits
    The engine's content is not read at all.

    ## References
    - NVIDIA TensorRT developer guide, "Security"; CWE-829: Inclusion of Functionality from Untrusted Control Sphere;
      MITRE ATLAS AML.T0010: AI Supply Chain Compromise
    """
    kind = " ".join(part.imports) or part.kind.removeprefix("engine-")
    yield context.finding(part.where, f"what was compiled for {kind} cannot be inspected")


RULE = engine_machine_code
