"""Patterns of `match`: whether they match what is known of a subject, and what they bind (PEP 634)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pratique.code.machine.expressions import compared, evaluate, truth
from pratique.code.machine.values import (
    Choice,
    External,
    Frame,
    Function,
    Instance,
    Klass,
    Known,
    Listing,
    Mapping,
    Unknown,
    Value,
    deep_taint,
    options,
    plain,
)
from pratique.code.syntax import text_of

if TYPE_CHECKING:
    from tree_sitter import Node

    from pratique.code.machine.semantics import Semantics

CONSTANTS = ("string", "integer", "float", "true", "false", "none", "concatenated_string")
# Of these, one positional pattern is matched with the whole subject.
WHOLE = frozenset(
    f"builtins.{name}"
    for name in ("bool", "bytearray", "bytes", "dict", "float", "frozenset", "int", "list", "set", "str", "tuple")
)
MAX_BOUND = 32


def matches(machine: Semantics, clause: Node, subject: Value, frame: Frame) -> bool | None:
    """Whether a `case` is taken; None where that is not known."""
    patterns = [c for c in clause.named_children if c.type == "case_pattern"]
    if len(patterns) == 1 and not any(c.type == "," for c in clause.children):
        answer = _pattern(machine, patterns[0], subject, frame)
    else:
        answer = _items(machine, patterns, subject, frame)
    guard = clause.child_by_field_name("guard")
    if answer is False or guard is None or not guard.named_children:
        return answer
    held = truth(evaluate(machine, guard.named_children[0], frame))
    return False if held is False else answer if held else None


def _pattern(machine: Semantics, pattern: Node, subject: Value, frame: Frame) -> bool | None:
    """A pattern that the grammar wraps; the wildcard has nothing inside."""
    if not pattern.named_children:
        return True
    negative = any(child.type == "-" for child in pattern.children)
    return _inner(machine, pattern.named_children[0], subject, frame, negative)


def _inner(machine: Semantics, inner: Node, subject: Value, frame: Frame, negative: bool = False) -> bool | None:
    machine.step()
    if isinstance(subject, Choice):
        return _together([_inner(machine, inner, option, frame, negative) for option in options(subject)])
    if inner.type == "case_pattern":
        return _pattern(machine, inner, subject, frame)
    if inner.type == "keyword_pattern" and len(inner.named_children) == 2:
        negative = any(child.type == "-" for child in inner.children)
        return _inner(machine, inner.named_children[1], subject, frame, negative)
    if inner.type in CONSTANTS:
        value = evaluate(machine, inner, frame)
        if negative and isinstance(value, Known) and isinstance(value.data, int | float):
            value = Known({}, -value.data)
        return False if _is_plain(subject) and not isinstance(subject, Known) else compared("==", subject, value)
    if inner.type == "dotted_name":
        return _name(machine, inner, subject, frame)
    if inner.type == "class_pattern":
        return _class(machine, inner, subject, frame)
    if inner.type == "dict_pattern":
        return _mapping(machine, inner, subject, frame)
    if inner.type == "as_pattern" and len(inner.named_children) == 2:
        frame.bind(text_of(inner.named_children[1]), subject)
        return _inner(machine, inner.named_children[0], subject, frame)
    if inner.type == "union_pattern":
        answers = [_inner(machine, child, subject, frame) for child in inner.named_children]
        return True if True in answers else None if None in answers else False
    if inner.type == "tuple_pattern" and len(inner.named_children) == 1 and "," not in [c.type for c in inner.children]:
        return _inner(machine, inner.named_children[0], subject, frame)  # in parentheses
    if inner.type in ("tuple_pattern", "list_pattern"):
        return _items(machine, inner.named_children, subject, frame)
    return _unknown(inner, subject, frame)


def _is_plain(subject: Value) -> bool:
    """Whether it is a constant, function, class or ordinary object: no container, and equal to no constant."""
    if isinstance(subject, Instance):
        special = ("__eq__", "__getitem__")
        return subject.klass.outside() is None and not any(subject.klass.find(name) for name in special)
    return isinstance(subject, Known | Function | Klass)


def _together(answers: list[bool | None]) -> bool | None:
    """One answer for subjects of which it is one."""
    return answers[0] if all(answer is answers[0] for answer in answers) else None


def _all(answers: list[bool | None]) -> bool | None:
    return False if False in answers else None if None in answers else True


def _name(machine: Semantics, inner: Node, subject: Value, frame: Frame) -> bool | None:
    """A name that is bound, or a dotted one whose value is compared."""
    if len(inner.named_children) < 2:
        frame.bind(text_of(inner), subject)
        return True
    return compared("==", subject, _dotted(machine, inner, frame))


def _dotted(machine: Semantics, name: Node, frame: Frame) -> Value:
    pieces = text_of(name).split(".")
    found = machine.name(pieces[0], frame)
    for piece in pieces[1:]:
        found = machine.attribute(found, piece, name, frame)
    return found


def _class(machine: Semantics, inner: Node, subject: Value, frame: Frame) -> bool | None:
    """`Node("leaf", op=value)`: positional patterns stand for `__match_args__`, or the fields of a data class."""
    klass = _dotted(machine, inner.named_children[0], frame)
    answer = machine.is_instance(subject, klass, inner, frame)
    if answer is False:
        return False
    answers: list[bool | None] = [answer]
    names = machine.match_arguments(klass, inner, frame)
    at = 0
    for child in inner.named_children[1:]:
        keyword = _keyword(child)
        if keyword:
            answers.append(_pattern(machine, child, _held(machine, subject, keyword, inner, frame), frame))
            continue
        if isinstance(klass, External) and klass.name in WHOLE:
            answers.append(_pattern(machine, child, subject, frame))
        elif at < len(names):
            answers.append(_pattern(machine, child, _held(machine, subject, names[at], inner, frame), frame))
        else:
            answers.append(_unknown(child, subject, frame))
        at += 1
    return _all(answers)


def _keyword(pattern: Node) -> str:
    """The attribute that a pattern stands for: in `op=A() | B() as name` the grammar puts it innermost."""
    at = pattern
    while at.type in ("case_pattern", "as_pattern", "union_pattern") and at.named_children:
        at = at.named_children[0]
    return text_of(at.named_children[0]) if at.type == "keyword_pattern" and len(at.named_children) == 2 else ""


def _held(machine: Semantics, subject: Value, name: str, node: Node, frame: Frame) -> Value:
    return machine.attribute(subject, name, node, frame) if isinstance(subject, Instance) else Unknown(subject.taint)


def _mapping(machine: Semantics, inner: Node, subject: Value, frame: Frame) -> bool | None:
    """`{"key": pattern, **rest}`."""
    if not isinstance(subject, Mapping):
        return False if _is_plain(subject) or isinstance(subject, Listing) else _unknown(inner, subject, frame)
    answers: list[bool | None] = []
    taken: list[object] = []
    keys, values = inner.children_by_field_name("key"), inner.children_by_field_name("value")
    for key, pattern in zip(keys, values, strict=False):
        known, data = plain(
            _dotted(machine, key, frame) if key.type == "dotted_name" else evaluate(machine, key, frame)
        )
        if known and isinstance(data, str | bytes | int | float | None) and data in subject.entries:
            taken.append(data)
            answers.append(_pattern(machine, pattern, subject.entries[data], frame))
        elif known and not subject.others:
            return False
        else:
            answers.append(_unknown(pattern, subject, frame))
    for rest in (c for c in inner.named_children if c.type == "splat_pattern" and c.named_children):
        left = {key: value for key, value in subject.entries.items() if key not in taken}
        frame.bind(text_of(rest.named_children[0]), Mapping(subject.taint, left, list(subject.others)))
    return _all(answers) if answers else True


def _items(machine: Semantics, patterns: list[Node], subject: Value, frame: Frame) -> bool | None:
    """`(first, *rest)`."""
    if not isinstance(subject, Listing):
        if _is_plain(subject) or isinstance(subject, Mapping):
            return False
        return _together([_unknown(p, subject, frame) for p in patterns])
    stars = (at for at, p in enumerate(patterns) if p.named_children and p.named_children[0].type == "splat_pattern")
    star = next(stars, None)
    if len(subject.items) < len(patterns) - (star is not None) or (star is None and len(subject.items) > len(patterns)):
        return False
    answers: list[bool | None] = [True]
    for at, pattern in enumerate(patterns):
        if at == star:
            rest = subject.items[at : len(subject.items) - (len(patterns) - at - 1)]
            for name in _bound_names(pattern):
                frame.bind(name, Listing({}, rest))
            continue
        item = subject.items[at if star is None or at < star else at - len(patterns)]
        answers.append(_pattern(machine, pattern, item, frame))
    return _all(answers)


def _unknown(pattern: Node, subject: Value, frame: Frame) -> bool | None:
    """Nothing is known of the subject: what is bound carries its labels."""
    for name in _bound_names(pattern):
        frame.bind(name, Unknown(deep_taint(subject)))
    return None


def _bound_names(pattern: Node) -> list[str]:
    found: list[str] = []
    pending = [pattern]
    while pending and len(found) < MAX_BOUND:
        at = pending.pop()
        if at.type == "dotted_name" and "." not in text_of(at):
            found.append(text_of(at))
        elif at.type == "splat_pattern":
            found += [text_of(child) for child in at.named_children]
        pending += at.named_children[1:] if at.type == "class_pattern" else at.named_children
    return found
