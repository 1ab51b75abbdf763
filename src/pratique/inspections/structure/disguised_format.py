from collections.abc import Iterator

from pratique.domain.finding import Finding, Severity
from pratique.domain.part import Member
from pratique.inspections.rule import Context, rule

EXECUTING = ("pickle", "torch-legacy", "python", "pyc", "unread-archive")
INERT = (
    ".safetensors",
    ".gguf",
    ".json",
    ".onnx",
    ".parquet",
    ".arrow",
    ".tflite",
    ".png",
    ".jpg",
    ".jpeg",
    ".gif",
    ".wav",
)


@rule(
    severity=Severity.HIGH,
    topics=EXECUTING,
    remedy="Do not load it. A file that names itself inert and is not was made to be trusted; ask the publisher.",
    references=("CWE-646", "AML.T0010", "ML06:2023"),
)
def disguised_format(part: Member, context: Context) -> Iterator[Finding]:
    """A name that claims an inert format for content that can execute.

    ## What it finds
    A file or member whose extension claims safetensors, GGUF, JSON, ONNX, a picture or another format without code, while its
    content is a pickle, Python source or bytecode, or an archive that no reader opens.

    ## Why it matters
    Policies, allow lists and people go by the extension; lenient loaders go by the content.

    ## Limits
    Extensions that several formats share (`.bin`, `.model`, `.pt`, `.npy` with objects) claim nothing.

    ## References
    - CWE-646: Reliance on File Name or Extension of Externally-Supplied File
    - OWASP ML06:2023: AI Supply Chain Attacks
    """
    facts = dict(part.facts)
    extension = facts.get("extension")
    if facts.get("of") == "window" and extension in INERT:
        message = f"its name ends in {extension}, and its content is {part.format}"
        yield context.finding(part.where, message, facts={"extension": extension, "content": part.format})


RULE = disguised_format
