from collections.abc import Iterator

from pratique.domain.finding import Finding, Severity
from pratique.domain.part import Json, Metadata
from pratique.inspections.rule import Context, rule

MAX_NAMES = 32


@rule(
    severity=Severity.MEDIUM,
    topics=("hf-config", "tokenizer-config", "adapter-config", "document"),
    remedy="Load it without trust_remote_code, or read the named files (they are inspected too) and waive this finding.",
    references=("CWE-829", "AML.T0010", "AML.T0011.000", "LLM03:2025"),
)
def remote_code(part: Metadata, context: Context) -> Iterator[Finding]:
    """A configuration that makes its loader run code of the repository.

    ## What it finds
    `auto_map` entries, of this repository (`modeling_x.Class`) or of another one (`owner/name--modeling_x.Class`),
    `custom_generate`, and a PEFT adapter's `auto_mapping.parent_library`.

    ## Why it matters
    With `trust_remote_code=True` transformers downloads and imports the named file. One of another repository can change
    after this one was inspected.

    ## Limits
    A file of this repository is inspected as source as well; one of another repository is not there to be inspected.

    ## References
    - CWE-829: Inclusion of Functionality from Untrusted Control Sphere
    - transformers, dynamic_module_utils.py
    """
    value = part.value
    if not isinstance(value, dict):
        return
    for name in _names(value)[:MAX_NAMES]:
        remote = "--" in name
        file = name.rpartition("--")[2].rpartition(".")[0].replace(".", "/") + ".py"
        folder = part.where.path.rpartition("/")[0]
        present = (f"{folder}/{file}" if folder else file) in context.members
        where = "another repository" if remote else "this repository" if present else "a file that is not here"
        message = f"loading it with trust_remote_code imports {name}, from {where}"
        yield context.finding(
            part.where, message, excerpt=name, facts={"name": name, "remote": remote, "present": present}
        )
        return


def _names(value: dict[str, Json]) -> list[str]:
    auto_map = value.get("auto_map")
    found: list[str] = []
    for item in auto_map.values() if isinstance(auto_map, dict) else ():
        found += [entry for entry in (item if isinstance(item, list) else [item]) if isinstance(entry, str)]
    if isinstance(value.get("custom_generate"), str):
        found.append(str(value["custom_generate"]))
    mapping = value.get("auto_mapping")
    parent = mapping.get("parent_library") if isinstance(mapping, dict) else None
    if isinstance(parent, str) and parent.partition(".")[0] not in ("transformers", "torch", "peft", "diffusers"):
        found.append(parent)
    return found


RULE = remote_code
