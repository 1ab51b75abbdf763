import re
from collections.abc import Iterator
from posixpath import dirname, join, normpath

from pratique.domain.finding import Finding, Severity
from pratique.domain.part import Metadata
from pratique.inspections.rule import Context, rule

MEMORY_ADDRESS = "_ORT_MEM_ADDR_"  # onnxruntime: kTensorProtoMemoryAddressTag
# huggingface_hub's cache: every file of a snapshot is a link to its content-addressed blob.
HUB_BLOB = re.compile(r"(\.\./)+blobs/[0-9a-f]{40,64}")


@rule(
    severity=Severity.HIGH,
    topics=("onnx-external-data",),
    remedy="Do not load it. Re-export the model with its tensors inside: `onnx.save(model, path)`.",
    references=("CWE-22", "CWE-59", "CWE-125"),
)
def onnx_external_path(part: Metadata, context: Context) -> Iterator[Finding]:
    """ONNX external data that reads a file from outside the model's folder.

    ## What it finds
    `location` entries that are absolute, climb with `..` (with either slash), name a drive or a share, hold a NUL, lead
    through a link out of the artifact, or name an address in the runtime's memory.

    ## Why it matters
    Loading the model reads that file into a tensor: a secret becomes a weight that later queries give away.

    ## Limits
    Whether the named file exists on the loading machine is not known.

    ## References
    - CVE-2022-25882, CVE-2024-27318, CVE-2024-5187 (onnx); CWE-22: Path Traversal; CWE-59: Link Following;
      CWE-125: Out-of-bounds Read
    """
    value = part.value if isinstance(part.value, dict) else {}
    location = value.get("location")
    if not isinstance(location, str):
        return
    why = _outside(location) or _through_link(part, location, context)
    if why:
        message = f"tensor {value.get('tensor')!r} is read from {location!r}, {why}"
        yield context.finding(part.where, message, excerpt=location, facts={"location": location[:200]})


def _outside(location: str) -> str:
    path = location.replace("\\", "/")
    if MEMORY_ADDRESS in path:
        return "an address in the runtime's memory"
    if "\0" in path:
        return "a name that ends early in C"
    if path.startswith(("/", "~")) or re.match(r"[A-Za-z]:", path):
        return "an absolute path"
    if re.match(r"[a-z][a-z0-9+.-]+://", path, re.IGNORECASE):
        return "an address"
    return "outside the model's folder" if normpath(path).split("/")[0] == ".." else ""


def _through_link(part: Metadata, location: str, context: Context) -> str:
    path = normpath(join(dirname(part.where.path), location))
    member = context.members.get(path)
    if part.where.members or member is None or member.type != "link" or member.target is None:
        return ""
    target = member.target
    if HUB_BLOB.fullmatch(target):
        return ""
    escapes = target.startswith("/") or normpath(join(dirname(path), target)).split("/")[0] == ".."
    return f"a link to {target!r}" if escapes else ""


RULE = onnx_external_path
