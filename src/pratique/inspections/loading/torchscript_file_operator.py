from collections.abc import Iterator

from pratique.code import torchscript
from pratique.domain.finding import Confidence, Finding, Severity
from pratique.domain.locator import Locator
from pratique.domain.part import Code, Operator
from pratique.inspections.rule import Context, rule

# The operators with a file name among their arguments: aten's are all that torch 2.13 registers (torch._C._jit_get_all_schemas);
# torchvision's image:: (csrc/io/image/image.cpp) and torchaudio's (sox/io.cpp) come with these libraries.
FILES = {
    "save": "writes a file",
    "from_file": "maps a file, and can write to it",
    "read_file": "reads a file",
    "write_file": "writes a file",
    "load_audio_file": "reads a file",
    "save_audio_file": "writes a file",
    "sox_io_load_audio_file": "reads a file",
    "sox_io_save_audio_file": "writes a file",
}


@rule(
    severity=Severity.HIGH,
    topics=("torchscript",),
    remedy="Do not load it. Ask for the weights in safetensors, and the model's code as source.",
    references=("CWE-73", "AML.T0011.000"),
)
def torchscript_file_operator(part: Code | Operator, context: Context) -> Iterator[Finding]:
    """TorchScript that reads or writes files of the host.

    ## What it finds
    References to `aten::save` and `aten::from_file` in an archive's code, by whatever name they are reached (`ops.aten.save`,
    `t = torch`, `getattr(torch, "save")`), and in the bytecode of the lite interpreter; torchvision's and torchaudio's file
    operators.

    ## Why it matters
    `torch.jit.load` runs the `__setstate__` methods of the archive's own classes, with `weights_only` or without. `torch.save`
    then writes a pickle wherever its user may, and `torch.from_file` with `shared` set any bytes: a start-up file, a key, a module.

    ## Limits
    A method of the model's own that is named `save` and called is reported too.

    ## References
    - CWE-73: External Control of File Name or Path
    - MITRE ATLAS AML.T0011.000: User Execution: Unsafe AI Artifacts
    """
    if isinstance(part, Operator):
        if part.type in FILES:
            message = f"running it calls {part.domain}::{part.type}, which {FILES[part.type]}"
            yield context.finding(part.where, message, facts={"operator": part.type})
        return
    if not any(name in part.source for name in FILES):
        return
    for reference in context.once(("torchscript", part.source), lambda: list(torchscript.references(part.source))):
        chain: tuple[str, ...] = reference.chain
        name = next((word for word in chain[1:] if word in FILES), None)
        if name is None or chain[0] == "__torch__" or not context.first((part.where, chain)):
            continue
        where = Locator(part.where.path, part.where.members, line=reference.line)
        certain = chain[0] in ("torch", "ops")
        yield context.finding(
            where,
            f"its code refers to {'.'.join(chain)}, which {FILES[name]}",
            confidence=Confidence.HIGH if certain else Confidence.MEDIUM,
            excerpt=part.source[reference.offset : reference.offset + 80],
            facts={"operator": name},
        )


RULE = torchscript_file_operator
