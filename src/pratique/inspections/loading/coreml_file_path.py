from collections.abc import Iterator

from pratique.domain.finding import Finding, Severity
from pratique.domain.part import Metadata
from pratique.inspections.rule import Context, rule


@rule(
    severity=Severity.HIGH,
    topics=("coreml-file",),
    remedy="Do not load it. Re-save the model with coremltools (`model.save('model.mlpackage')`).",
    references=("CWE-22",),
)
def coreml_file_path(part: Metadata, context: Context) -> Iterator[Finding]:
    """A Core ML model that reads a file from outside its package.

    ## What it finds
    Weight files and linked models whose names are absolute, climb with `..`, or are addresses.

    ## Why it matters
    Loading the model maps that file as weights, or loads it as a model.

    ## Limits
    The search path of a linked model is compared as text.

    ## References
    - CWE-22: Path Traversal
    """
    value = part.value if isinstance(part.value, dict) else {}
    name = value.get("name")
    if not isinstance(name, str):
        return
    plain = name.replace("\\", "/").removeprefix("@model_path/")
    if plain.startswith(("/", "~")) or ".." in plain.split("/") or "://" in plain or "\0" in plain:
        yield context.finding(part.where, f"{value.get('kind')} are read from {name!r}", excerpt=name)


RULE = coreml_file_path
