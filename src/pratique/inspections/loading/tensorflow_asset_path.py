from collections.abc import Iterator

from pratique.domain.finding import Finding, Severity
from pratique.domain.part import Metadata
from pratique.inspections.rule import Context, rule


@rule(
    severity=Severity.HIGH,
    topics=("tensorflow-asset",),
    remedy="Do not load it. Re-export the model: `tf.saved_model.save` copies its assets into `assets/`.",
    references=("CWE-22",),
)
def tensorflow_asset_path(part: Metadata, context: Context) -> Iterator[Finding]:
    """A SavedModel asset outside of the model's folder.

    ## What it finds
    Asset file names that are absolute, climb with `..`, or are addresses.

    ## Why it matters
    Loading joins the name to the model's folder and reads what it finds there, for example into a lookup table.

    ## Limits
    Constants that still hold the exporting machine's path are normal (the loader replaces them) and silent.

    ## References
    - CWE-22: Path Traversal
    """
    value = part.value if isinstance(part.value, dict) else {}
    name = value.get("filename")
    if not isinstance(name, str):
        return
    plain = name.replace("\\", "/")
    outside = plain.startswith(("/", "~")) or plain[1:3] == ":/" or ".." in plain.split("/")
    if outside or "://" in plain or "\0" in plain:
        yield context.finding(part.where, f"the asset {name!r} lies outside the model's folder", excerpt=name)


RULE = tensorflow_asset_path
