from collections.abc import Iterator
from posixpath import dirname, join, normpath

from pratique.domain.finding import Finding, Severity
from pratique.domain.locator import Locator
from pratique.domain.part import Member, Metadata
from pratique.inspections.rule import Context, rule

EXTERNAL = ".data/extern_modules"


@rule(
    severity=Severity.MEDIUM,
    topics=("runs", "artifact"),
    remedy="Read the named file (it is inspected as source too) and waive this finding, or ask for the weights in safetensors.",
    references=("CWE-829", "AML.T0011.000", "LLM03:2025"),
)
def layout_code(part: Metadata | Member, context: Context) -> Iterator[Finding]:
    """A model that brings the code which its framework runs to load it.

    ## What it finds
    MLflow's `loader_module` and `model_code_path`, a TorchServe archive's handler, a BentoML service, the sources of a
    `torch.package` archive or folder, MLflow's `code`. Handlers and loaders that the framework itself provides are silent.

    ## Why it matters
    Loading the model imports that file and calls what is in it: it can do whatever its user may. A `torch.package` archive
    also replaces modules of libraries, so that a pickle's harmless names mean its own code.

    ## Limits
    It does not judge the code; other rules read it, and report calls at module level.

    ## References
    - CWE-829: Inclusion of Functionality from Untrusted Control Sphere
    - MITRE ATLAS AML.T0011.000: User Execution: Unsafe AI Artifacts
    """
    if isinstance(part, Member):
        yield from _unpacked(context)
        return
    value = part.value
    if not isinstance(value, dict):
        return
    layout, location, why = (str(value.get(key, "")) for key in ("layout", "location", "why"))
    where = part.where
    beside = where.members[-1] if where.members else where.path
    file = normpath(join(dirname(beside), location))
    sources = location.endswith("/")
    below = "" if file == "." else f"{file}/"
    present = bool(where.members) or file in context.members or any(p.startswith(below) for p in context.members)
    if sources and not present and not file.startswith(("/", "..")):
        return
    message = f"{layout} runs {'its own sources' if sources else file} to load it ({why})"
    message += "" if present else ", which is not here"
    yield context.finding(where, message, facts={"layout": layout, "file": file})


def _unpacked(context: Context) -> Iterator[Finding]:
    """A torch.package in a folder, which its importer reads as it does the archive."""
    for path in context.members:
        root = path.removesuffix(EXTERNAL)
        if root != path and any(p.startswith(root) and p.endswith(".py") for p in context.members):
            message = f"torch.package runs its own sources below {root or '.'} to load it"
            yield context.finding(Locator(path), message, facts={"layout": "torch.package", "file": root})


RULE = layout_code
