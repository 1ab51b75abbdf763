from collections.abc import Iterator

from pratique.domain.finding import Finding, Severity
from pratique.domain.part import Broken
from pratique.inspections.rule import Context, rule


@rule(
    severity=Severity.LOW,
    topics=("onnx-unknown-field", "tensorflow-unknown-field", "coreml-unknown-field", "protobuf-unknown-field"),
    remedy="Nothing, if the publisher's writer is newer than this release; else ask what the field holds.",
    references=("CWE-436",),
)
def protobuf_unknown_field(part: Broken, context: Context) -> Iterator[Finding]:
    """A field that the format does not define.

    ## What it finds
    Fields of a Protocol Buffers message with a number or wire type that no known version of the format has.

    ## Why it matters
    Every parser skips them silently, so they are room to carry something along. Their content is identified like any
    file.

    ## Limits
    A format's newer version looks the same.

    ## References
    - CWE-436: Interpretation Conflict
    """
    yield context.finding(part.where, part.message, facts=part.facts)


RULE = protobuf_unknown_field
