"""The arguments of a call, and which parameters they fill."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pratique.code.syntax import text_of
from pratique.code.taint import Argument

if TYPE_CHECKING:
    from tree_sitter import Node

    from pratique.code.syntax import Scope


def spread(arguments: list[Argument]) -> list[Argument]:
    """`args=(a, b)` of a thread are the arguments of its target."""
    for keyword, value in arguments:
        if keyword == "args" and value.type in ("tuple", "list"):
            return [("", child) for child in value.named_children[:16]]
    return arguments


def arguments_of(call: Node) -> list[Argument]:
    """The arguments of a call, with their keywords."""
    listed = call.child_by_field_name("arguments")
    if listed is None:
        return []
    if listed.type == "generator_expression":
        return [("", listed)]
    found: list[Argument] = []
    for child in listed.named_children[:256]:
        if child.type == "keyword_argument":
            value = child.child_by_field_name("value")
            if value is not None:
                found.append((text_of(child.child_by_field_name("name")), value))
        elif child.type != "comment":
            found.append(
                ("", child.named_children[0] if child.type.endswith("splat") and child.named_children else child)
            )
    return found


def paired(arguments: list[Argument], inner: Scope) -> list[tuple[str, Node]]:
    """Parameter and argument; `self` is not passed."""
    names = list(inner.parameters)
    if names and names[0] in ("self", "cls") and inner.enclosing_class is not None:
        names = names[1:]
    positional = [value for keyword, value in arguments if not keyword]
    found = list(zip(names, positional, strict=False))
    return found + [(keyword, value) for keyword, value in arguments if keyword in inner.parameters]


def passed_on(receiver: Scope, arguments: list[Argument], handed: Node) -> list[Argument] | None:
    """What a function gives to one that it was handed, of what it was given itself; None if it is no function that takes it.

    An argument that it makes itself is not known here: the handed function stands for it, which carries nothing.
    """
    given = dict(paired(arguments, receiver))
    parameter = next((name for name, value in given.items() if value == handed), "")
    if not parameter:
        return None
    for call in receiver.calls[:64]:
        if text_of(call.child_by_field_name("function")) == parameter:
            return [(keyword, given.get(text_of(value), handed)) for keyword, value in arguments_of(call)]
    return []


def words_of(node: Node) -> set[str]:
    """The identifiers in an expression."""
    found: set[str] = set()
    pending, count = [node], 0
    while pending and count < 200:
        at = pending.pop()
        count += 1
        if at.type == "identifier":
            found.add(text_of(at))
        pending.extend(at.named_children)
    return found
