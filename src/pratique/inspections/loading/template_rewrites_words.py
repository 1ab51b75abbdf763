import re
from collections.abc import Iterator

from jinja2 import nodes

from pratique.domain.finding import Finding, Severity
from pratique.domain.part import Template
from pratique.inspections.rule import Context, rule
from pratique.inspections.templates import constant, tree_of, walk

WORD = re.compile(r"[A-Za-z]{3,}|\d{4,}")
MARKUP = re.compile(r"[<>\[\]{}|#/]")
ADDRESS = re.compile(r"\w\.\w{2,}|://|@\w")


@rule(
    severity=Severity.HIGH,
    topics=("jinja2",),
    remedy="Do not render it. Take the template of the declared base model instead, or write one without these expressions.",
    references=("LLM01:2025", "AML.T0051"),
)
def template_rewrites_words(part: Template, context: Context) -> Iterator[Finding]:
    """A template that puts other words, or another address, into what was said.

    ## What it finds
    A `replace`, as filter or method, of ordinary words or an address by other words or another address.

    ## Why it matters
    What the model reads is not what the user or the tool wrote: a bank's host, an account number or a name can be exchanged in
    every conversation, and nobody sees it outside of the rendered prompt.

    ## Limits
    Removing text, and exchanging markup such as `<think>` or quotation marks, is usual and ignored, and so are arguments that
    are not constant.

    ## References
    - OWASP LLM01:2025: Prompt Injection
    - MITRE ATLAS AML.T0051: LLM Prompt Injection
    """
    tree = tree_of(part, context)
    if tree is None or part.role != "chat":
        return
    for node in walk(tree):
        old, new = _replaced(node)
        if old and new and _says(old) and _says(new) and old.strip().lower() != new.strip().lower():
            yield context.finding(
                part.where,
                f"the {part.role} template puts {new[:60]!r} where {old[:60]!r} stood (template line {node.lineno})",
                excerpt=f"{old} -> {new}",
                facts={"template_line": node.lineno},
            )


def _replaced(node: nodes.Node) -> tuple[str | None, str | None]:
    """What is replaced by what, where both are constant."""
    is_filter = isinstance(node, nodes.Filter) and node.name == "replace"
    is_method = isinstance(node, nodes.Call) and isinstance(node.node, nodes.Getattr) and node.node.attr == "replace"
    arguments = node.args if isinstance(node, nodes.Filter | nodes.Call) and (is_filter or is_method) else []
    return (constant(arguments[0]), constant(arguments[1])) if len(arguments) >= 2 else (None, None)


def _says(text: str) -> bool:
    """Words or an address, and not markup."""
    return bool(ADDRESS.search(text)) or (bool(WORD.search(text)) and not MARKUP.search(text))


RULE = template_rewrites_words
