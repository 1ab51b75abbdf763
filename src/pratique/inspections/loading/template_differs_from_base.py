import json
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from fnmatch import fnmatchcase

from pratique.domain.finding import Confidence, Evidence, Finding, Severity
from pratique.domain.part import Metadata, Template
from pratique.inspections.rule import Context, clip, rule
from pratique.inspections.templates import statements, tree_of

BASE_KEYS = ("base_model", "base_model_name_or_path", "_name_or_path", "general.base_model.0.repo_url")
MAX_BASES = 16
SHOWN = 3


@dataclass(slots=True)
class Seen:
    """What has streamed by so far: the base may be declared before its templates are read, or after."""

    bases: dict[str, frozenset[str]] = field(default_factory=dict)
    templates: list[Template] = field(default_factory=list)


@rule(
    severity=Severity.LOW,
    topics=("jinja2", "document", "adapter-config", "hf-config", "gguf"),
    remedy="Compare the statements with the template of the base model; keep the base's own where nothing explains the change.",
    references=("LLM01:2025", "AML.T0051"),
)
def template_differs_from_base(part: Template | Metadata, context: Context) -> Iterator[Finding]:
    """A chat template with statements that the template of the declared base model does not have.

    ## What it finds
    A template whose artifact declares a base model (`base_model`, `base_model_name_or_path`, `_name_or_path`, GGUF's
    `general.base_model.0.repo_url`) for which the known template is in Pratique's table, and that has texts, outputs, conditions,
    loops or assignments that the known one lacks. The first three are shown with their lines.

    ## Why it matters
    Whoever re-uploads a model can change what is put into its prompts and leave its weights alone, and every hash of the weights
    still agrees. Most fine-tunes keep the template of their base.

    ## Limits
    Honest fine-tunes change templates too, so this alone holds nothing: the other template rules judge what was added. What was
    left out is not reported. The table is made by `tools/known_templates.py` from two source releases; a base that is not in it,
    or not declared, is not compared.

    ## References
    - OWASP LLM01:2025: Prompt Injection
    - MITRE ATLAS AML.T0051: LLM Prompt Injection
    """
    seen: Seen = context.once("templates and bases", Seen)
    if isinstance(part, Template):
        if part.role != "chat":
            return
        seen.templates.append(part)
        for name, known in seen.bases.items():
            yield from _compare(part, name, known, context)
        return
    for name in _declared(part):
        known = _known(name, context)
        if known and name not in seen.bases and len(seen.bases) < MAX_BASES:
            seen.bases[name] = known
            for template in seen.templates:
                yield from _compare(template, name, known, context)


def _declared(part: Metadata) -> Iterator[str]:
    values = [part.value.get(key) for key in BASE_KEYS] if isinstance(part.value, dict) else []
    for value in values:
        for name in value[:MAX_BASES] if isinstance(value, list) else [value]:
            if isinstance(name, str) and name:
                yield name.rstrip("/").rsplit("/", 1)[-1].lower()[:200]


def _known(name: str, context: Context) -> frozenset[str]:
    """The statements of every known template of the base: the name without its publisher, as mirrors keep it."""
    table = context.once("known templates", _table)
    found = [digests.split() for pattern, digests in table["bases"].items() if fnmatchcase(name, pattern)]
    return frozenset(digest for digests in found for digest in digests)


def _table() -> dict[str, dict[str, str]]:
    with open(os.path.join(os.path.dirname(__file__), "known_templates.json"), encoding="utf-8") as file:
        found: dict[str, dict[str, str]] = json.load(file)
    return found


def _compare(part: Template, name: str, known: frozenset[str], context: Context) -> Iterator[Finding]:
    tree = tree_of(part, context)
    if tree is None or not context.first((part.where, part.source)):
        return
    added = sorted({node.lineno for digest, node in statements(tree) if digest not in known})
    if not added:
        return
    lines = part.source.splitlines()
    shown = [(line, lines[line - 1].strip()) for line in added[:SHOWN] if line <= len(lines)]
    message = f"the template has statements that the known template of {name} lacks, on line {added[0]}"
    if len(added) > 1:
        message += f" and {len(added) - 1} more"
    also = tuple(Evidence(part.where, clip(text), (("template_line", line),)) for line, text in shown[1:])
    excerpt = shown[0][1] if shown else ""
    yield context.finding(
        part.where,
        message,
        confidence=Confidence.MEDIUM,
        excerpt=excerpt,
        facts={"template_line": added[0], "base": name},
        also=also,
    )


RULE = template_differs_from_base
