import re
from collections.abc import Iterator

from jinja2 import nodes

from pratique.domain.finding import Confidence, Finding, Severity
from pratique.domain.part import Template
from pratique.inspections.rule import Context, rule
from pratique.inspections.templates import constant, tree_of, walk

MIN_WORDS = 3


@rule(
    severity=Severity.HIGH,
    topics=("jinja2",),
    remedy=(
        "Do not render it. Take the template of the declared base model instead, or write one without these "
        "expressions."
    ),
    references=("AML.T0051", "LLM01:2025", "LLM03:2025"),
)
def template_conditional_content(part: Template, context: Context) -> Iterator[Finding]:
    """A template that answers to certain words of the user.

    ## What it finds
    A branch that is taken when a message contains given ordinary words, and that writes text of its own into the
    prompt.

    ## Why it matters
    The publisher of a template can so change what the model is told for chosen questions only: a backdoor without
    touching a weight, invisible in ordinary use.

    ## Limits
    Conditions on markup tokens (`<think>`, `[TOOL_CALLS]`) are usual and ignored. Words that are computed are not
    seen.

    ## References
    - OWASP LLM01:2025: Prompt Injection
    - MITRE ATLAS AML.T0051: LLM Prompt Injection
    - Pillar Security, Poisoned GGUF Templates (2025)
    """
    tree = tree_of(part, context)
    if tree is None or part.role != "chat":
        return
    for node in walk(tree):
        if isinstance(node, nodes.If) and (trigger := _trigger(node.test)) is not None:
            injected = _prose(node.body)
            if injected is not None:
                yield context.finding(
                    part.where,
                    f"the {part.role} template adds {injected[:80]!r} when the conversation contains {trigger!r}",
                    confidence=Confidence.MEDIUM,
                    excerpt=injected,
                    facts={"template_line": node.lineno, "trigger": trigger[:100]},
                )


def _trigger(test: nodes.Node) -> str | None:
    """The ordinary words that a condition looks for in the content of a message."""
    for node in walk(test):
        if isinstance(node, nodes.Compare) and any(operand.op == "in" for operand in node.ops):
            words = constant(node.expr)
            if words and _is_prose(words) and any(_is_content(operand.expr) for operand in node.ops):
                return words
    return None


def _is_content(node: nodes.Node) -> bool:
    """`message.content`, `message["content"]`, also filtered or through methods such as `.lower()`."""
    for inner in walk(node):
        if isinstance(inner, nodes.Getattr) and inner.attr == "content":
            return True
        if isinstance(inner, nodes.Getitem) and constant(inner.arg) == "content":
            return True
        if isinstance(inner, nodes.Name) and inner.name in ("content", "text", "user_message", "last_message"):
            return True
    return False


def _is_prose(text: str) -> bool:
    """Words, not markup such as `<think>`, `[INST]` or `<|im_end|>`, which templates do look for."""
    return bool(re.fullmatch(r"[^<>\[\]{}|]*[A-Za-z]{3,}[^<>\[\]{}|]*", text))


def _prose(body: list[nodes.Node]) -> str | None:
    """Text of some length that the branch writes or sets."""
    for statement in body:
        for node in walk(statement):
            text = node.data if isinstance(node, nodes.TemplateData) else constant(node)
            if text and len(re.findall(r"[A-Za-z]{2,}", re.sub(r"<[^>]*>", " ", text))) >= MIN_WORDS:
                return " ".join(text.split())[:250]
    return None


RULE = template_conditional_content
