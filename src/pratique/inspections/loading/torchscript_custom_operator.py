from collections.abc import Iterator

from pratique.code import torchscript
from pratique.domain.finding import Finding, Severity
from pratique.domain.locator import Locator
from pratique.domain.part import Code, Import, Operator
from pratique.inspections.rule import Context, rule

# Operators that torch registers itself and that compute (torch._C._jit_get_all_schemas of 2.13, without distributed ones),
# and those of its sister libraries.
KNOWN = frozenset(
    {
        "aten", "prim", "prims", "quantized", "_quantized", "quantization", "onednn", "mkldnn", "mkldnn_prepacked",
        "mkl", "prepacked", "sparse", "profiler", "static_runtime", "onnx", "export", "rngprims", "inductor",
        "inductor_prims", "vulkan_prepack", "metal_prepack", "xnnpack", "nnapi", "cuda", "torchvision", "torchaudio",
        "torchtext", "image",
    }
)  # fmt: skip
CLASSES = frozenset(
    {
        "quantized", "xnnpack", "mkldnn", "mkldnn_prepacked", "sparse", "rnn", "profiler", "vulkan", "metal",
        "torchtext", "torchaudio",
    }
)  # fmt: skip
REMOTE = frozenset({"rpc_async", "rpc_sync", "rpc_remote"})
OF_CLASSES = ("__torch__", "torch", "classes")


@rule(
    severity=Severity.MEDIUM,
    topics=("torchscript", "pickle"),
    remedy="Find out which library provides the operator, and admit that library first; or ask for a model without it.",
    references=("CWE-829", "AML.T0010"),
)
def torchscript_custom_operator(part: Code | Operator | Import, context: Context) -> Iterator[Finding]:
    """TorchScript that needs a foreign native library, or another process.

    ## What it finds
    Operators of namespaces that neither torch nor its sister libraries register, calls over RPC or between processes, and native
    classes (`torch.classes`) other than torch's own, in an archive's code, bytecode and pickles.

    ## Why it matters
    To run such a model one has to load a shared library from somewhere: the model decides which, and the library runs as you.

    ## Limits
    One finding for each of them; it does not know what the library would do.

    ## References
    - CWE-829: Inclusion of Functionality from Untrusted Control Sphere
    - MITRE ATLAS AML.T0010: AI Supply Chain Compromise
    """
    for where, name in _foreign(part, context):
        if context.first((part.where.path, name)):
            yield context.finding(
                where, f"it refers to {name}, which torch does not define itself", facts={"name": name}
            )


def _foreign(part: Code | Operator | Import, context: Context) -> Iterator[tuple[Locator, str]]:
    if isinstance(part, Operator):
        if part.domain not in KNOWN or part.type in REMOTE:
            yield part.where, f"{part.domain}::{part.type}"
    elif isinstance(part, Import):
        module = tuple((part.target.module or "").split("."))
        if module[:3] == OF_CLASSES and module[3:4] and module[3] not in CLASSES:
            yield part.where, str(part.target)
    else:
        for reference in context.once(("torchscript", part.source), lambda: list(torchscript.references(part.source))):
            name = _of_chain(reference.chain)
            if name:
                yield Locator(part.where.path, part.where.members, line=reference.line), name


def _of_chain(chain: tuple[str, ...]) -> str:
    """The foreign name that a chain reaches, or nothing."""
    if chain[:3] == OF_CLASSES:
        return ".".join(chain) if len(chain) > 3 and chain[3] not in CLASSES else ""
    if chain[0] == "ops" and (len(chain) < 3 or chain[1] not in KNOWN or chain[2] in REMOTE):
        return "::".join(chain[1:3]) or "ops as a value"
    return ""


RULE = torchscript_custom_operator
