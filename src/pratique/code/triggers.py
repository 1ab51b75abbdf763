"""Conditions that wait for a date which stands in the source."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pratique.code.package import Module
from pratique.code.syntax import text_of

if TYPE_CHECKING:
    from tree_sitter import Node

    from pratique.code.flow import Flow
    from pratique.code.syntax import Scope

# They end the program at once, which no library does to its user; deletions are judged with them.
ENDS = frozenset(
    {"os._exit", "os.abort", "os.kill", "os.killpg", "signal.raise_signal", "shutil.rmtree", "os.remove", "os.unlink"}
)
CLOCKS = re.compile(
    r"(?:datetime\.)?datetime\.(?:now|utcnow|today)|datetime\.date\.today|time\.(?:time|time_ns|localtime|gmtime|strftime)"
)
DATES = re.compile(
    r"datetime\.(?:datetime|date)(?:\.(?:fromisoformat|strptime|fromtimestamp))?|time\.(?:mktime|strptime)"
)
WRITTEN_DATE = re.compile(r"20[2-9]\d-\d\d-\d\d(?:[T ].*)?|20[2-9]\d\d{4}")
YEARS, SECONDS = range(2020, 2100), range(1_577_836_800, 4_102_444_800)  # of this century, in seconds since 1970
MAX_CLIMB, MAX_LOOKED, MAX_DEPTH = 60, 200, 3


def waits_for_date(call: Node, module: Module, flow: Flow) -> bool:
    """Whether a call stands below a condition that compares the clock with a date of the source."""
    inner, at = call, call.parent
    for _ in range(MAX_CLIMB):
        if at is None or at.type in ("function_definition", "class_definition", "module"):
            return False
        if at.type in ("if_statement", "elif_clause", "while_statement", "conditional_expression"):
            condition = at.child_by_field_name("condition") or (
                at.named_children[1] if at.named_child_count > 2 else None
            )
            if condition is not None and condition != inner and _compares(condition, module, flow):
                return True
        inner, at = at, at.parent
    return False


def _compares(condition: Node, module: Module, flow: Flow) -> bool:
    asks, names = False, False
    pending = [(condition, module, module.syntax.running_scope(condition), 0)]
    for _ in range(MAX_LOOKED):
        if not pending or (asks and names):
            break
        node, of, scope, depth = pending.pop()
        asks = asks or _asks_clock(node, of, scope)
        names = names or _is_date(node, of, scope)
        pending += [(child, of, scope, depth) for child in node.named_children]
        if depth < MAX_DEPTH:
            pending += _behind(node, of, scope, depth + 1, flow)
    return asks and names


def _behind(node: Node, module: Module, scope: Scope, depth: int, flow: Flow) -> list[tuple[Node, Module, Scope, int]]:
    """What a name is bound to, and what a function of the package returns."""
    if node.type == "identifier":
        bound = module.names.lookup(text_of(node), scope)[:4]
        return [(value, module, module.syntax.scope_at(value.start_byte), depth) for value in bound]
    if node.type != "call":
        return []
    found: list[tuple[Node, Module, Scope, int]] = []
    for name in module.names.candidates(node.child_by_field_name("function"), scope)[:2]:
        target = flow.package.find(name)
        if target is not None and target[1].kind == "function":
            results = target[1].results[:4]
            found += [(value, target[0], target[0].syntax.scope_at(value.start_byte), depth) for value in results]
    return found


def _asks_clock(node: Node, module: Module, scope: Scope) -> bool:
    if node.type != "call":
        return False
    names = module.names.candidates(node.child_by_field_name("function"), scope)
    return any(CLOCKS.fullmatch(name.replace("()", "")) for name in names)


def _is_date(node: Node, module: Module, scope: Scope) -> bool:
    if node.type == "integer":
        value = module.names.fold(node, scope)
        year = value in YEARS and node.parent is not None and ".year" in text_of(node.parent)
        return isinstance(value, int) and (year or value in SECONDS)
    if node.type == "string":
        text = module.names.fold(node, scope)
        return isinstance(text, str) and WRITTEN_DATE.fullmatch(text) is not None
    if node.type != "call":
        return False
    names = module.names.candidates(node.child_by_field_name("function"), scope)
    return (
        bool(node.named_children)
        and any(DATES.fullmatch(name) for name in names)
        and any(c.isdigit() for c in text_of(node))
    )
