from collections.abc import Iterator

from pratique.domain.finding import Finding, Severity
from pratique.domain.part import Operator
from pratique.inspections.rule import Context, rule

# Custom operators that TensorFlow Lite, LiteRT Micro, MediaPipe, TensorFlow Text and Google's accelerators ship
# themselves.
KNOWN = frozenset(
    {
        "TFLite_Detection_PostProcess", "AudioSpectrogram", "Mfcc", "NumericVerify", "NumericVerifyOp", "RFFT2D",
        "Rfft2d",
        "Irfft2d", "IRFFT2D", "Convolution2DTransposeBias", "MaxPoolingWithArgmax2D", "MaxUnpooling2D", "Resampler",
        "Landmarks2TransformMatrix", "Landmarks2TransformMatrixV2", "TransformTensor", "TransformTensorBilinear",
        "TransformTensorBilinearV2", "TransformLandmarks", "TransformLandmarksV2", "RoIToTransformMatrix",
        "HashtableV2", "HashtableFindV2", "HashtableImportV2", "HashtableLookupV2", "HashtableSizeV2",
        "HASHTABLE_LOOKUP",
        "ReadVariable", "AssignVariable", "VarHandle", "TFSentencepieceTokenizeOp", "TFSentencepieceDetokenizeOp",
        "NGRAMS", "Predict", "Normalize", "ExtractFeatures", "CIRCULAR_BUFFER", "DETECTION_POSTPROCESS", "ethos-u",
        "edgetpu-custom-op", "edgetpu-custom-op-no-param-caching", "Bucketize", "Unpack", "TensorListReserve",
        "TensorListStack", "TensorListGetItem", "TensorListSetItem", "TensorListFromTensor", "TensorListLength",
        "TensorListPushBack",
        "TensorListPopBack", "TensorListConcatV2", "Sign", "Roll", "Multinomial", "RandomStandardNormal",
        "RandomUniform",
        "Table", "DISPATCH_OP", "odml.detector", "odml.rms_norm", "WhitespaceTokenizeWithOffsetsV2",
    }
)  # fmt: skip
KNOWN_NAMESPACES = ("TFText>", "tftext:", "Signal", "odml.", "MediaPipe")


@rule(
    severity=Severity.MEDIUM,
    topics=("tflite",),
    remedy=(
        "Find out which library provides the operator, and admit that library first; or ask for a model without it."
    ),
    references=("CWE-829", "AML.T0010"),
)
def tflite_custom_operator(part: Operator, context: Context) -> Iterator[Finding]:
    """A TensorFlow Lite operator that needs a foreign native library.

    ## What it finds
    Custom operators that TensorFlow Lite and its sister projects do not ship.

    ## Why it matters
    The application must register machine code of somebody's for the model to run at all.

    ## Limits
    One finding for each operator and file; it does not know what the library would do.

    ## References
    - CWE-829: Inclusion of Functionality from Untrusted Control Sphere
    - MITRE ATLAS AML.T0010: AI Supply Chain Compromise
    """
    if part.domain != "custom" or part.type in KNOWN or part.type.startswith(KNOWN_NAMESPACES):
        return
    seen: set[tuple[str, str]] = context.once("tflite-custom-operator", set)
    key = ("!".join((part.where.path, *part.where.members)), part.type)
    if key in seen:
        return
    seen.add(key)
    message = f"the custom operator {part.type!r} is not TensorFlow Lite's; it needs a native library"
    yield context.finding(part.where, message, facts={"operator": part.type})


RULE = tflite_custom_operator
