"""Jinja templates as their syntax tree, parsed once and never rendered."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import TYPE_CHECKING

from pratique.domain.part import Template

if TYPE_CHECKING:
    from jinja2 import nodes

    from pratique.inspections.rule import Context

MAX_TEMPLATE_CHARACTERS = 1 << 20


def tree_of(part: Template, context: Context) -> nodes.Template | None:
    """The tree of a template, or None where it does not parse (`template-unparsed` reports that)."""
    found: nodes.Template | None = context.once(("jinja", part.source), lambda: parse(part.source))
    return found


def parse(source: str) -> nodes.Template | None:
    """The tree of a template's source, or None where it does not parse or is too long."""
    from jinja2 import Environment, TemplateSyntaxError
    from jinja2 import nodes as n
    from jinja2.ext import Extension, loopcontrols
    from jinja2.parser import Parser

    class Generation(Extension):
        """transformers marks the assistant's turns with `{% generation %}` (chat_template_utils.py)."""

        tags = {"generation"}  # noqa: RUF012 - the extension protocol wants a plain set

        def parse(self, parser: Parser) -> n.Node:
            line = next(parser.stream).lineno
            body = parser.parse_statements(("name:endgeneration",), drop_needle=True)
            return n.Scope(body, lineno=line)

    if len(source) > MAX_TEMPLATE_CHARACTERS:
        return None
    environment = Environment(extensions=[Generation, loopcontrols], trim_blocks=True, lstrip_blocks=True)  # noqa: S701
    try:
        return environment.parse(source)
    except (TemplateSyntaxError, RecursionError, ValueError, OverflowError):
        return None


def statements(tree: nodes.Template) -> Iterator[tuple[str, nodes.Node]]:
    """What a template consists of: each text, output, condition, loop and assignment, with a digest that ignores white space.

    The digest is the first 8 bytes of SHA-256, in hexadecimal, of the node's kind and content. Bodies are no part of it, so a
    statement keeps its digest when it is moved or when something is put into it.
    """
    from jinja2 import nodes as n

    for node in walk(tree):
        content: object
        if isinstance(node, n.Output):
            for item in node.nodes:
                content = " ".join(item.data.split()) if isinstance(item, n.TemplateData) else item
                if content:
                    yield _digest("output", content), item
        elif isinstance(node, n.If | n.CondExpr):
            yield _digest("if", node.test), node.test
        elif isinstance(node, n.For):
            yield _digest("for", (node.target, node.iter, node.test)), node
        elif isinstance(node, n.Assign):
            yield _digest("set", (node.target, node.node)), node
        elif isinstance(node, n.Macro | n.CallBlock | n.FilterBlock | n.AssignBlock):
            yield _digest("block", (type(node).__name__, getattr(node, "name", None))), node


def _digest(kind: str, content: object) -> str:
    return hashlib.sha256(f"{kind} {content!r}".encode("utf-8", "surrogatepass")).hexdigest()[:16]


def walk(root: nodes.Node) -> Iterator[nodes.Node]:
    """Every node, without recursion."""
    pending = [root]
    while pending:
        node = pending.pop()
        yield node
        pending.extend(node.iter_child_nodes())


def constant(node: nodes.Node | None) -> str | None:
    """The text that an expression always has, as far as concatenation, `join`, `format`, slices and filters can be folded."""
    from jinja2 import nodes as n

    if isinstance(node, n.Const):
        return node.value if isinstance(node.value, str) else None
    if isinstance(node, n.TemplateData):
        return node.data
    if isinstance(node, n.Concat):
        return _joined([constant(item) for item in node.nodes], "")
    if isinstance(node, n.Add):
        return _joined([constant(node.left), constant(node.right)], "")
    if isinstance(node, n.Filter) and node.node is not None:
        return _filtered(node)
    return None


def _filtered(node: nodes.Filter) -> str | None:
    from jinja2 import nodes as n

    if node.name == "join" and isinstance(node.node, n.List | n.Tuple):
        separator = constant(node.args[0]) if node.args else ""
        return _joined([constant(item) for item in node.node.items], separator or "")
    text = constant(node.node)
    if text is None:
        return None
    if node.name == "reverse":
        return text[::-1]
    if node.name == "replace" and len(node.args) >= 2:
        old, new = constant(node.args[0]), constant(node.args[1])
        return text.replace(old, new) if old and new is not None else None
    if node.name in ("lower", "upper", "trim", "string"):
        return {"lower": text.lower(), "upper": text.upper(), "trim": text.strip(), "string": text}[node.name]
    return None


def _joined(parts: list[str | None], separator: str) -> str | None:
    known = [part for part in parts if part is not None]
    return separator.join(known)[:4096] if len(known) == len(parts) else None
