"""What statements do. A statement answers how it ended: normally (""), or by `return`, `break`, `continue` or `raise`.

Where a condition is not known, both branches run, one after the other from the same names, and what they bound is joined.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from pratique.code.machine.expressions import evaluate, operate, truth
from pratique.code.machine.patterns import matches
from pratique.code.machine.values import (
    External,
    Frame,
    Imported,
    Known,
    Listing,
    Mapping,
    Unknown,
    Value,
    either,
)
from pratique.code.syntax import text_of

if TYPE_CHECKING:
    from tree_sitter import Node

    from pratique.code.machine.semantics import Semantics

MAX_TURNS = 20_000
MAX_SAME_TURNS = 3  # of a loop that waits for the outside


def execute(machine: Semantics, block: Node | None, frame: Frame) -> str:
    """Run the statements of a block."""
    for node in block.named_children if block is not None else ():
        if node.type == "comment":
            continue
        machine.step()
        method = _KINDS.get(node.type)
        ended = method(machine, node, frame) if method is not None else ""
        if ended:
            return ended
    return ""


def _expression(machine: Semantics, node: Node, frame: Frame) -> str:
    for child in node.named_children:
        if child.type == "assignment":
            _assignment(machine, child, frame)
        elif child.type == "augmented_assignment":
            _augmented(machine, child, frame)
        elif child.type != "string":
            evaluate(machine, child, frame)
    return ""


def _assignment(machine: Semantics, node: Node, frame: Frame) -> Value:
    right, left = node.child_by_field_name("right"), node.child_by_field_name("left")
    annotation = node.child_by_field_name("type")
    if annotation is not None and frame.depth == 0 and "(" in text_of(annotation):
        for child in annotation.named_children:
            evaluate(machine, child, frame)  # annotations of a module or class are evaluated
    if annotation is not None and left is not None and (frame.is_class or frame.top is None):
        frame.hints[text_of(left)] = annotation
    if annotation is not None and frame.is_class and frame.owner is not None and left is not None:
        frame.owner.fields.append(text_of(left))
    if right is None:
        return Known()
    value = _assignment(machine, right, frame) if right.type == "assignment" else evaluate(machine, right, frame)
    machine.assign(left, value, frame)
    return value


def _augmented(machine: Semantics, node: Node, frame: Frame) -> None:
    left = node.child_by_field_name("left")
    operator = text_of(node.child_by_field_name("operator")).removesuffix("=")
    before, more = evaluate(machine, left, frame), evaluate(machine, node.child_by_field_name("right"), frame)
    if isinstance(before, Listing) and operator == "+" and before.kind in ("list", "bytearray"):
        before.items += machine.iterate(more, node)
        return
    machine.assign(left, operate(machine, operator, before, more, node, frame), frame)


def _return(machine: Semantics, node: Node, frame: Frame) -> str:
    frame.results.append(evaluate(machine, node.named_children[0] if node.named_children else None, frame))
    return "return"


def _raise(machine: Semantics, node: Node, frame: Frame) -> str:
    for child in node.named_children:
        evaluate(machine, child, frame)
    return "raise"


def _if(machine: Semantics, node: Node, frame: Frame) -> str:
    branches: list[tuple[Node | None, Node | None]] = [
        (node.child_by_field_name("condition"), node.child_by_field_name("consequence"))
    ]
    for child in node.children_by_field_name("alternative"):
        if child.type == "elif_clause":
            branches.append((child.child_by_field_name("condition"), child.child_by_field_name("consequence")))
        else:
            branches.append((None, child.child_by_field_name("body")))
    open_blocks: list[Node | None] = []
    for condition, block in branches:
        decided = True if condition is None else truth(evaluate(machine, condition, frame))
        if decided is False:
            continue
        open_blocks.append(block)
        if decided is True:
            break
    else:
        open_blocks.append(None)
    return alternatives(machine, [partial(execute, machine, block, frame) for block in open_blocks], frame)


def alternatives(machine: Semantics, branches: list[Callable[[], str]], frame: Frame) -> str:
    """Run every branch from the same names and join what they bound. Those that left do not count for what follows."""
    if len(branches) == 1:
        return branches[0]()
    before = dict(frame.names)
    ended: list[str] = []
    after: list[dict[str, Value]] = []
    for branch in branches:
        frame.names = dict(before)
        ended.append(branch())
        if not ended[-1]:
            after.append(frame.names)
    if not after:
        frame.names = before
        return ended[0] if len(set(ended)) == 1 else "return" if "return" in ended else ended[0]
    frame.names = _merged(after)
    return ""


def _merged(after: list[dict[str, Value]]) -> dict[str, Value]:
    found = dict(after[0])
    for names in after[1:]:
        for name, value in names.items():
            other = found.get(name)
            found[name] = value if other is None or other is value else either([other, value])
    return found


def _for(machine: Semantics, node: Node, frame: Frame) -> str:
    left, body = node.child_by_field_name("left"), node.child_by_field_name("body")
    source = evaluate(machine, node.child_by_field_name("right"), frame)
    if not machine.is_listed(source):
        item = machine.element(source)

        def once() -> str:
            machine.assign(left, item, frame)
            ended = execute(machine, body, frame)
            return "" if ended in ("break", "continue") else ended

        return alternatives(machine, [once, lambda: ""], frame)
    for item in machine.iterate(source, node)[:MAX_TURNS]:
        machine.assign(left, item, frame)
        ended = execute(machine, body, frame)
        if ended == "break":
            return ""
        if ended in ("return", "raise"):
            return ended
    other = next((c for c in node.children_by_field_name("alternative")), None)
    return execute(machine, other.child_by_field_name("body"), frame) if other is not None else ""


def _while(machine: Semantics, node: Node, frame: Frame) -> str:
    condition, body = node.child_by_field_name("condition"), node.child_by_field_name("body")
    for turn in range(MAX_TURNS):
        decided = truth(evaluate(machine, condition, frame))
        if decided is False:
            return ""
        if decided is None:
            ended = alternatives(machine, [lambda: execute(machine, body, frame), lambda: ""], frame)
            return ended if ended in ("return", "raise") else ""
        asked = machine.asked_outside
        ended = execute(machine, body, frame)
        if ended == "break":
            return ""
        if ended in ("return", "raise"):
            return ended
        if machine.asked_outside > asked and turn >= MAX_SAME_TURNS:
            return ""
        if frame.yields is not None and len(frame.yields) > 4096:
            return "return"
    return ""


def _try(machine: Semantics, node: Node, frame: Frame) -> str:
    handlers = [c for c in node.named_children if c.type in ("except_clause", "except_group_clause")]
    other = next((c for c in node.named_children if c.type == "else_clause"), None)
    final = next((c for c in node.named_children if c.type == "finally_clause"), None)

    def body() -> str:
        ended = execute(machine, node.child_by_field_name("body"), frame)
        if ended == "raise" and handlers:
            return alternatives(machine, [partial(_handled, machine, h, frame) for h in handlers], frame)
        return ended or (execute(machine, other.child_by_field_name("body"), frame) if other is not None else "")

    ended = alternatives(machine, [body, *(partial(_handled, machine, h, frame) for h in handlers)], frame)
    if final is not None:
        block = next((c for c in final.named_children if c.type == "block"), None)
        ended = execute(machine, block, frame) or ended
    return ended


def _handled(machine: Semantics, clause: Node, frame: Frame) -> str:
    value = clause.child_by_field_name("value")
    if value is not None and value.type == "as_pattern":
        alias = value.child_by_field_name("alias")
        frame.bind(text_of(alias), Unknown())
    return execute(machine, next((c for c in clause.named_children if c.type == "block"), None), frame)


def _with(machine: Semantics, node: Node, frame: Frame) -> str:
    leaving: list[Value] = []
    clause = next((c for c in node.named_children if c.type == "with_clause"), None)
    for item in clause.named_children if clause is not None else ():
        value = item.child_by_field_name("value") or item
        alias = value.child_by_field_name("alias") if value.type == "as_pattern" else None
        held = evaluate(machine, value.named_children[0] if value.type == "as_pattern" else value, frame)
        entered = machine.enter(held, item, frame)
        leaving.append(held)
        if alias is not None:
            machine.assign(alias.named_children[0] if alias.named_children else alias, entered, frame)
    body = partial(execute, machine, node.child_by_field_name("body"), frame)
    swallows = any(isinstance(held, External) and held.name == "contextlib.suppress()" for held in leaving)
    ended = alternatives(machine, [body, lambda: ""], frame) if swallows else body()
    for held in reversed(leaving):
        machine.leave(held, node, frame)
    return ended


def _function(machine: Semantics, node: Node, frame: Frame) -> str:
    frame.bind(
        text_of(node.child_by_field_name("name")),
        machine.function(node, frame, text_of(node.child_by_field_name("name"))),
    )
    return ""


def _class(machine: Semantics, node: Node, frame: Frame) -> str:
    frame.bind(text_of(node.child_by_field_name("name")), machine.klass(node, frame))
    return ""


def _decorated(machine: Semantics, node: Node, frame: Frame) -> str:
    inner = node.child_by_field_name("definition")
    if inner is None:
        return ""
    decorators = [
        (d, evaluate(machine, d.named_children[0], frame))
        for d in node.named_children
        if d.type == "decorator" and d.named_children
    ]
    name = text_of(inner.child_by_field_name("name"))
    value = machine.klass(inner, frame) if inner.type == "class_definition" else machine.function(inner, frame, name)
    for at, decorator in reversed(decorators):
        value = machine.decorate(decorator, value, at, frame)
    frame.bind(name, value)
    return ""


def _import(machine: Semantics, node: Node, frame: Frame) -> str:
    for child in node.children_by_field_name("name"):
        aliased = child.type == "aliased_import"
        name = text_of(child.child_by_field_name("name")) if aliased else text_of(child)
        value = machine.imported(name, frame)
        if aliased:
            frame.bind(text_of(child.child_by_field_name("alias")), value)
        else:
            head = name.partition(".")[0]
            frame.bind(head, machine.imported(head, frame))
    return ""


def _import_from(machine: Semantics, node: Node, frame: Frame) -> str:
    named = node.child_by_field_name("module_name")
    base = frame.module.syntax._absolute(text_of(named))
    if any(child.type == "wildcard_import" for child in node.named_children):
        held = machine.imported(base, frame)
        if isinstance(held, Imported) and held.module is not None:
            frame.names |= {k: v for k, v in machine.frame_of(held.module).names.items() if not k.startswith("_")}
        return ""
    for child in node.children_by_field_name("name"):
        aliased = child.type == "aliased_import"
        name = text_of(child.child_by_field_name("name")) if aliased else text_of(child)
        alias = text_of(child.child_by_field_name("alias")) if aliased else name
        frame.bind(alias, machine.imported_from(base, name, node, frame))
    return ""


def _global(machine: Semantics, node: Node, frame: Frame) -> str:
    for child in node.named_children:
        name = text_of(child)
        if node.type == "global_statement":
            frame.elsewhere[name] = frame.module_frame
            continue
        at = frame.outer
        while at is not None and name not in at.names:
            at = at.outer
        if at is not None:
            frame.elsewhere[name] = at
    return ""


def _assert(machine: Semantics, node: Node, frame: Frame) -> str:
    for child in node.named_children[:1]:
        evaluate(machine, child, frame)
    return ""


def _match(machine: Semantics, node: Node, frame: Frame) -> str:
    subject = evaluate(machine, node.child_by_field_name("subject"), frame)
    body = node.child_by_field_name("body")
    branches: list[Callable[[], str]] = []
    for clause in body.children_by_field_name("alternative") if body is not None else ():
        taken = matches(machine, clause, subject, frame)
        if taken is False:
            continue
        branches.append(partial(execute, machine, clause.child_by_field_name("consequence"), frame))
        if taken:
            return branches[0]() if len(branches) == 1 else alternatives(machine, branches, frame)
    return alternatives(machine, [*branches, lambda: ""], frame) if branches else ""


def _delete(machine: Semantics, node: Node, frame: Frame) -> str:
    for child in node.named_children:
        if child.type == "identifier":
            machine.deleted(frame.names.pop(text_of(child), Known()), child, frame)
        elif child.type == "subscript":
            holder = evaluate(machine, child.child_by_field_name("value"), frame)
            key = evaluate(machine, child.child_by_field_name("subscript"), frame)
            if isinstance(holder, Mapping) and isinstance(key, Known):
                holder.entries.pop(key.data, None)
    return ""


def _leave(machine: Semantics, node: Node, frame: Frame) -> str:
    return node.type.removesuffix("_statement")


_KINDS: dict[str, Callable[[Semantics, Node, Frame], str]] = {
    "expression_statement": _expression, "return_statement": _return, "raise_statement": _raise, "if_statement": _if,
    "for_statement": _for, "while_statement": _while, "try_statement": _try, "with_statement": _with,
    "function_definition": _function, "class_definition": _class, "decorated_definition": _decorated,
    "import_statement": _import, "import_from_statement": _import_from, "global_statement": _global,
    "nonlocal_statement": _global, "assert_statement": _assert, "match_statement": _match, "delete_statement": _delete,
    "break_statement": _leave, "continue_statement": _leave,
}  # fmt: skip
