import re
from collections.abc import Iterator, Sequence

from jinja2 import nodes

from pratique.domain.finding import Confidence, Finding, Severity
from pratique.domain.part import Template
from pratique.inspections.rule import Context, rule
from pratique.inspections.templates import constant, tree_of, walk

MIN_WORDS = 2
MIN_WORDS_OF_PART = 6
# Keys and values that tell the parts of a message apart, which templates describe in words ("Picture 1:").
PART_KINDS = frozenset(
    {"image", "image_url", "video", "video_url", "audio", "audio_url", "input_audio", "text", "file", "document"}
)
SEARCHES = ("startswith", "endswith", "find", "count", "index", "split", "partition")


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
    said = Conversation(tree)
    for node in walk(tree):
        branches = _branches(node)
        trigger = said.trigger(branches[0]) if branches else None
        if trigger is None or branches is None:
            continue
        injected = _prose(branches[1], MIN_WORDS_OF_PART if trigger in PART_KINDS else MIN_WORDS)
        if injected is not None:
            yield context.finding(
                part.where,
                f"the {part.role} template adds {injected[:80]!r} when the conversation contains {trigger!r}",
                confidence=Confidence.MEDIUM,
                excerpt=injected,
                facts={"template_line": node.lineno, "trigger": trigger[:100]},
            )


def _branches(node: nodes.Node) -> tuple[nodes.Node, list[nodes.Node]] | None:
    """A condition, and what it selects: `{% if %}`, `a if b else c`, `{...}[b]`."""
    if isinstance(node, nodes.If):
        return node.test, node.body
    if isinstance(node, nodes.CondExpr):
        return node.test, [node.expr1]
    if isinstance(node, nodes.Getitem) and isinstance(node.node, nodes.Dict | nodes.List | nodes.Tuple):
        return node.arg, [node.node]
    return None


class Conversation:
    """Which names of a template stand for what was said, and which for constant words."""

    def __init__(self, tree: nodes.Template) -> None:
        self.contents = {"content", "user_message", "last_message", "user_input"}
        self.words: dict[str, list[str]] = {}
        for node in walk(tree):
            if isinstance(node, nodes.Assign) and isinstance(node.target, nodes.Name):
                self._name(node.target.name, [node.node])
            elif isinstance(node, nodes.For) and isinstance(node.target, nodes.Name):
                listed = node.iter.items if isinstance(node.iter, nodes.List | nodes.Tuple) else []
                self._name(node.target.name, listed)

    def _name(self, name: str, values: Sequence[nodes.Node]) -> None:
        folded = [text for text in (constant(value) for value in values) if text]
        if folded:
            self.words.setdefault(name, []).extend(folded)
        elif any(self.is_content(value) for value in values):
            self.contents.add(name)

    def trigger(self, test: nodes.Node) -> str | None:
        """The ordinary words that a condition looks for in what was said."""
        for node in walk(test):
            for needle, place in _searches(node):
                words = next((w for w in self._texts(needle) if _is_prose(w)), None)
                if words and self.is_content(place):
                    return words
        return None

    def _texts(self, node: nodes.Node) -> list[str]:
        folded = constant(node)
        if folded:
            return [folded]
        if isinstance(node, nodes.List | nodes.Tuple):
            return [text for text in map(constant, node.items) if text]
        return self.words.get(node.name, []) if isinstance(node, nodes.Name) else []

    def is_content(self, node: nodes.Node) -> bool:
        """`message.content`, `message["content"]`, a name set to it, also filtered or through methods such as `.lower()`."""
        for inner in walk(node):
            if isinstance(inner, nodes.Getattr) and inner.attr == "content":
                return True
            if isinstance(inner, nodes.Getitem) and constant(inner.arg) == "content":
                return True
            if isinstance(inner, nodes.Name) and inner.name in self.contents:
                return True
        return False


def _searches(node: nodes.Node) -> Iterator[tuple[nodes.Node, nodes.Node]]:
    """Pairs of what is looked for and where: `a in b`, `a == b`, `b.startswith(a)`, `b is search a`-like tests."""
    if isinstance(node, nodes.Compare):
        for operand in node.ops:
            if operand.op == "in":
                yield node.expr, operand.expr
            elif operand.op == "eq":
                yield node.expr, operand.expr
                yield operand.expr, node.expr
    elif isinstance(node, nodes.Call) and isinstance(node.node, nodes.Getattr) and node.node.attr in SEARCHES:
        for argument in node.args:
            yield argument, node.node.node


def _is_prose(text: str) -> bool:
    """Words, not markup such as `<think>`, `[INST]` or `<|im_end|>`, which templates do look for."""
    return bool(re.fullmatch(r"[^<>\[\]{}|]*[A-Za-z]{3,}[^<>\[\]{}|]*", text))


def _prose(body: list[nodes.Node], words: int) -> str | None:
    """Text of at least so many words that the branch writes or sets."""
    for statement in body:
        for node in walk(statement):
            text = node.data if isinstance(node, nodes.TemplateData) else constant(node)
            if text and len(re.findall(r"[A-Za-z]{2,}", re.sub(r"<[^>]*>", " ", text))) >= words:
                return " ".join(text.split())[:250]
    return None


RULE = template_conditional_content
