from collections.abc import Iterator
from posixpath import dirname, join, normpath

from pratique.domain.finding import Finding, Severity
from pratique.domain.part import Metadata
from pratique.inspections.rule import Context, rule


@rule(
    severity=Severity.LOW,
    topics=("onnx-external-data",),
    remedy="Inspect the model's whole folder, with the files that hold its tensors.",
    references=("CWE-829",),
)
def onnx_external_missing(part: Metadata, context: Context) -> Iterator[Finding]:
    """ONNX tensors whose file is not part of the artifact.

    ## What it finds
    External data in a file that was not inspected with the model; one finding for each file.

    ## Why it matters
    Whatever lies at that place when the model is loaded becomes its weights.

    ## Limits
    A model that is inspected as a single file always has its data elsewhere. Names that leave the folder are
    reported by
    `loading/onnx-external-path`.

    ## References
    - CWE-829: Inclusion of Functionality from Untrusted Control Sphere
    """
    value = part.value if isinstance(part.value, dict) else {}
    location = value.get("location")
    if not isinstance(location, str) or not location or part.where.members:
        return
    path = normpath(join(dirname(part.where.path), location))
    if path in context.members or path.startswith(("/", "..")) or ":" in path or "*" in path:
        return
    seen: set[str] = context.once("onnx-external-missing", set)
    if path not in seen and len(seen) < 100:
        seen.add(path)
        yield context.finding(part.where, f"the tensors in {location!r} are not part of what was inspected")


RULE = onnx_external_missing
