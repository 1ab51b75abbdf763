from collections.abc import Iterator

from pratique.domain.finding import Finding, Severity
from pratique.domain.part import Operator, Scalar
from pratique.inspections.rule import Context, rule

PYTHON = frozenset({"PyFunc", "PyFuncStateless", "EagerPyFunc"})
FILES = {
    "ReadFile": "reads any file",
    "WriteFile": "writes any file",
    "ImmutableConst": "maps a file into memory",
    "SaveDataset": "writes files",
    "SaveDatasetV2": "writes files",
    "DatasetToTFRecord": "writes a file",
    "ExperimentalDatasetToTFRecord": "writes a file",
    "FileSystemSetConfiguration": "changes how files are reached",
}
SAVING = frozenset({"Save", "SaveV2", "SaveSlices", "MergeV2Checkpoints"})
WATCHING = ("DebugIdentity", "DebugNanCount", "DebugNumericSummary")


@rule(
    severity=Severity.HIGH,
    topics=("tensorflow",),
    remedy="Do not load or call the model. Ask for its weights (safetensors) with the code that builds it.",
    references=("CWE-829", "CWE-73", "AML.T0011.000"),
)
def tensorflow_host_operator(part: Operator, context: Context) -> Iterator[Finding]:
    """A TensorFlow operator that runs Python or reads and writes files of the host.

    ## What it finds
    `ReadFile`, `WriteFile`, `ImmutableConst`, dataset writers and the `PyFunc` family, in the main graph or in any
    function;
    `PrintV2` and debug operators that write to a file or a server; saving to a path that is fixed and absolute.

    ## Why it matters
    A graph is a program. Whoever calls the model, in Python or in TensorFlow Serving, runs these operators with
    their own
    rights: they read secrets into outputs and plant files that something else executes.

    ## Limits
    Whether a signature reaches the operator is not computed; it should not be there at all. Saver functions are
    normal and
    silent unless their path is fixed.

    ## References
    - tensorflow.org: "Using TensorFlow Securely"; CWE-829: Inclusion of Functionality from Untrusted Control Sphere;
      CWE-73: External Control of File Name or Path; MITRE ATLAS AML.T0011.000: Unsafe AI Artifacts
    """
    facts = dict(part.attributes)
    why = _why(part.type, facts)
    if why:
        literal = next((str(facts[key]) for key in ("input.0", "input.1") if facts.get(key)), "")
        reached = f": {literal!r}" if literal else ""
        excerpt = " ".join(str(v) for k, v in part.attributes if k.startswith("input."))
        message = f"the operator {part.type} ({facts.get('name')}) {why}{reached}"
        yield context.finding(part.where, message, excerpt=excerpt, facts={"operator": part.type})


def _why(op: str, facts: dict[str, Scalar]) -> str:
    if op in PYTHON:
        return f"calls a Python function of the process (token {facts.get('attribute.token')!r})"
    if op in FILES:
        region = facts.get("attribute.memory_region_name")
        return FILES[op] + (f" ({region!r})" if region else "")
    if op == "PrintV2" and str(facts.get("attribute.output_stream", "")).startswith("file:"):
        return f"writes to {facts['attribute.output_stream']!r}"
    if op.startswith(WATCHING):
        address = str(facts.get("attribute.debug_urls") or "")
        return f"sends tensors to {address!r}" if "://" in address else ""
    if op in SAVING:
        fixed = [v for k, v in facts.items() if k.startswith("input.") and isinstance(v, str) and _leaves(v)]
        return f"writes to the fixed path {fixed[0]!r}" if fixed else ""
    return ""


def _leaves(path: str) -> bool:
    plain = path.replace("\\", "/")
    return plain.startswith(("/", "~")) or "://" in plain or ".." in plain.split("/") or plain[1:3] == ":/"


RULE = tensorflow_host_operator
