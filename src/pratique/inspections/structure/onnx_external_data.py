from collections.abc import Iterator
from posixpath import dirname, join, normpath

from pratique.domain.finding import Finding, Severity
from pratique.domain.part import Metadata
from pratique.inspections.rule import Context, rule

# onnx.external_data_helper.ExternalDataInfo, and what onnxruntime adds ("prepacked_0|key").
KNOWN_KEYS = frozenset({"tensor", "location", "offset", "length", "checksum", "basepath"})
MAX_OFFSET = 1 << 48


@rule(
    severity=Severity.MEDIUM,
    topics=("onnx-external-data",),
    remedy="Re-export the model with its tensors inside (`onnx.save(model, path)`).",
    references=("CWE-1284", "CWE-125"),
)
def onnx_external_data(part: Metadata, context: Context) -> Iterator[Finding]:
    """An ONNX external data entry that no writer makes.

    ## What it finds
    No location, an offset or length that is no number or lies outside the file beside the model, and keys that onnx
    does
    not define.

    ## Why it matters
    Loaders read past the file's end or fail; onnx's Python loader sets every key as an attribute of an object.

    ## Limits
    The file's size is only known when it is part of the artifact.

    ## References
    - CWE-1284: Improper Validation of Specified Quantity in Input; CWE-125: Out-of-bounds Read
    """
    value = part.value if isinstance(part.value, dict) else {}
    name = value.get("tensor")
    strange = sorted(key for key in value if key not in KNOWN_KEYS and not key.startswith("prepacked"))
    if strange:
        yield context.finding(part.where, f"external data of {name!r} sets {strange[0]!r}, which onnx does not define")
    if not value.get("location"):
        yield context.finding(part.where, f"external data of {name!r} names no file")
        return
    offset, length = _number(value.get("offset", "0")), _number(value.get("length", "0"))
    if offset is None or length is None:
        yield context.finding(part.where, f"offset or length of {name!r} is not a plausible number of bytes")
        return
    member = context.members.get(normpath(join(dirname(part.where.path), str(value["location"]))))
    if not part.where.members and member is not None and member.type == "file" and offset + length > member.size_bytes:
        end = offset + length
        yield context.finding(part.where, f"{name!r} ends at byte {end} of a file of {member.size_bytes} bytes")


def _number(value: object) -> int | None:
    text = str(value)
    if not text.isascii() or not text.isdigit() or len(text) > 18 or int(text) > MAX_OFFSET:
        return None
    return int(text)


RULE = onnx_external_data
