"""What expressions come to."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from pratique.code import sensitive
from pratique.code.folding import literal
from pratique.code.machine.constants import NotConstantError, operation
from pratique.code.machine.values import (
    Choice,
    External,
    FilePath,
    Frame,
    Function,
    Instance,
    Klass,
    Known,
    Listing,
    Mapping,
    Namespace,
    Unknown,
    Value,
    deep_taint,
    either,
    lifted,
    options,
    plain,
    text_hint,
    union,
    with_labels,
)
from pratique.code.names import BUILTINS
from pratique.code.syntax import text_of
from pratique.code.taint import transformed

if TYPE_CHECKING:
    from tree_sitter import Node

    from pratique.code.machine.semantics import Semantics

MAX_ITEMS = 100_000
BINARY = {
    "+": "__add__", "-": "__sub__", "*": "__mul__", "/": "__truediv__", "%": "__mod__", "^": "__xor__", "|": "__or__",
    "&": "__and__", "@": "__matmul__", "<<": "__lshift__", ">>": "__rshift__", "//": "__floordiv__", "**": "__pow__",
}  # fmt: skip


def evaluate(machine: Semantics, node: Node | None, frame: Frame) -> Value:
    """The value of an expression; `Unknown` where it is not known. Raises `ExhaustedError` when the budget is spent."""
    if node is None:
        return Known()
    machine.step()
    method = _KINDS.get(node.type)
    if method is None:
        return _any(machine, node, frame)
    return method(machine, node, frame)


def _any(machine: Semantics, node: Node, frame: Frame) -> Value:
    values = [evaluate(machine, child, frame) for child in node.named_children[:64]]
    return values[0] if len(values) == 1 else Unknown(union(*(v.taint for v in values)))


def _identifier(machine: Semantics, node: Node, frame: Frame) -> Value:
    return machine.name(text_of(node), frame)


def _string(machine: Semantics, node: Node, frame: Frame) -> Value:
    if any(child.type == "interpolation" for child in node.named_children):
        return _formatted(machine, node, frame)
    value = literal(node)
    return Known({}, value) if value is not None else Unknown()


def _formatted(machine: Semantics, node: Node, frame: Frame) -> Value:
    pieces: list[Value] = []
    for child in node.named_children:
        if child.type == "string_content":
            pieces.append(Known({}, text_of(child).replace("\\n", "\n").replace("{{", "{").replace("}}", "}")))
        elif child.type == "interpolation" and child.named_children:
            value = machine.as_text(evaluate(machine, child.named_children[0], frame), child)
            conversion = any(c.type == "type_conversion" and text_of(c) in ("!r", "!a") for c in child.named_children)
            pieces.append(Known(value.taint, repr(value.data)) if conversion and isinstance(value, Known) else value)
    return joined(pieces)


def joined(pieces: list[Value]) -> Value:
    """Texts put together."""
    taint = union(*(deep_taint(piece) for piece in pieces))
    if all(isinstance(piece, Known) for piece in pieces):
        if pieces and all(isinstance(p, Known) and isinstance(p.data, bytes) for p in pieces):
            return Known(taint, b"".join(p.data for p in pieces if isinstance(p, Known) and isinstance(p.data, bytes)))
        return Known(taint, "".join(text_hint(piece) for piece in pieces))
    return Unknown(taint, "".join(text_hint(piece) for piece in pieces)[:16384])


def _concatenated(machine: Semantics, node: Node, frame: Frame) -> Value:
    return joined([evaluate(machine, child, frame) for child in node.named_children if child.type == "string"])


def _number(machine: Semantics, node: Node, frame: Frame) -> Value:
    text = text_of(node)[:4096].replace("_", "")
    try:
        return Known({}, float(text) if node.type == "float" else int(text, 0))
    except ValueError:
        return Unknown()


def _attribute(machine: Semantics, node: Node, frame: Frame) -> Value:
    holder = evaluate(machine, node.child_by_field_name("object"), frame)
    return machine.attribute(holder, text_of(node.child_by_field_name("attribute")), node, frame)


def _call(machine: Semantics, node: Node, frame: Frame) -> Value:
    function = evaluate(machine, node.child_by_field_name("function"), frame)
    given, keywords = arguments(machine, node.child_by_field_name("arguments"), frame)
    return machine.call(function, given, keywords, node, frame)


def arguments(machine: Semantics, listed: Node | None, frame: Frame) -> tuple[list[Value], dict[str, Value]]:
    """Positional and keyword arguments."""
    given: list[Value] = []
    keywords: dict[str, Value] = {}
    if listed is None:
        return given, keywords
    if listed.type == "generator_expression":
        return [evaluate(machine, listed, frame)], keywords
    for child in listed.named_children[:256]:
        if child.type == "keyword_argument":
            value = evaluate(machine, child.child_by_field_name("value"), frame)
            keywords[text_of(child.child_by_field_name("name"))] = value
        elif child.type == "list_splat":
            value = evaluate(machine, child.named_children[0], frame)
            given += machine.iterate(value, child)[:64]
        elif child.type == "dictionary_splat":
            value = evaluate(machine, child.named_children[0], frame)
            if isinstance(value, Mapping):
                keywords |= {key: item for key, item in value.entries.items() if isinstance(key, str)}
        elif child.type != "comment":
            given.append(evaluate(machine, child, frame))
    return given, keywords


def _subscript(machine: Semantics, node: Node, frame: Frame) -> Value:
    holder = evaluate(machine, node.child_by_field_name("value"), frame)
    listed = node.children_by_field_name("subscript")
    if len(listed) == 1 and listed[0].type == "slice":
        return _sliced(machine, holder, listed[0], frame)
    keys = [evaluate(machine, child, frame) for child in listed]
    key = keys[0] if len(keys) == 1 else Listing(union(*(k.taint for k in keys)), keys, "tuple")
    return machine.item(holder, key, node, frame)


def _sliced(machine: Semantics, holder: Value, node: Node, frame: Frame) -> Value:
    bounds: list[int | None] = [None, None, None]
    at, known = 0, True
    for child in node.children:
        if child.type == ":":
            at += 1
            continue
        value = evaluate(machine, child, frame)
        if isinstance(value, Known) and (value.data is None or isinstance(value.data, int)) and at < 3:
            bounds[at] = value.data
        else:
            known = False
    if not known or bounds[2] == 0:
        return Unknown(deep_taint(holder))
    cut = slice(*bounds)
    backwards = bounds[2] is not None and bounds[2] < 0
    if isinstance(holder, Listing):
        return Listing(holder.taint, holder.items[cut], holder.kind)
    if isinstance(holder, Known) and isinstance(holder.data, str | bytes):
        taint = (
            with_labels(holder.taint, machine.origin(node, frame), "reversed")
            if backwards and len(holder.data) > 1
            else holder.taint
        )
        return Known(taint, holder.data[cut])
    taint = deep_taint(holder)
    if backwards and taint:
        taint = with_labels(taint, machine.origin(node, frame), "reversed")
    return Unknown(taint, text_hint(holder)[cut] if isinstance(holder, Unknown) and holder.hint else "")


def _sequence(machine: Semantics, node: Node, frame: Frame) -> Value:
    kind = {"set": "set", "tuple": "tuple", "expression_list": "tuple", "pattern_list": "tuple"}.get(node.type, "list")
    items: list[Value] = []
    for child in node.named_children[:MAX_ITEMS]:
        if child.type == "list_splat":
            items += machine.iterate(evaluate(machine, child.named_children[0], frame), child)[:MAX_ITEMS]
        elif child.type != "comment":
            items.append(evaluate(machine, child, frame))
    return Listing({}, items, kind)


def _dictionary(machine: Semantics, node: Node, frame: Frame) -> Value:
    made = Mapping()
    for child in node.named_children[:MAX_ITEMS]:
        if child.type == "pair":
            key = evaluate(machine, child.child_by_field_name("key"), frame)
            store(made, key, evaluate(machine, child.child_by_field_name("value"), frame))
        elif child.type == "dictionary_splat":
            value = evaluate(machine, child.named_children[0], frame)
            if isinstance(value, Mapping):
                made.entries |= value.entries
                made.others += value.others
            else:
                made.others.append(value)
    return made


def store(mapping: Mapping, key: Value, value: Value) -> None:
    """Put an entry into a mapping."""
    known, data = plain(key)
    try:
        if known and (not isinstance(data, list | dict)):
            mapping.entries[data] = value
            return
    except TypeError:
        pass
    mapping.others.append(value)


def _binary(machine: Semantics, node: Node, frame: Frame) -> Value:
    left = evaluate(machine, node.child_by_field_name("left"), frame)
    right = evaluate(machine, node.child_by_field_name("right"), frame)
    return operate(machine, text_of(node.child_by_field_name("operator")), left, right, node, frame)


def operate(machine: Semantics, operator: str, left: Value, right: Value, node: Node, frame: Frame) -> Value:
    """`left operator right`."""
    if isinstance(left, Choice) or isinstance(right, Choice):
        pairs = [(a, b) for a in options(left) for b in options(right)][:4]
        return either([operate(machine, operator, a, b, node, frame) for a, b in pairs])
    if isinstance(left, Instance):
        special = machine.member(left, BINARY.get(operator, ""), node, frame)
        if special is not None:
            return machine.call(special, [right], {}, node, frame)
    if isinstance(left, FilePath) or (isinstance(right, FilePath) and operator == "/"):
        return FilePath(union(left.taint, right.taint), f"{text_hint(left).rstrip('/')}/{text_hint(right)}")
    if isinstance(left, Listing) and isinstance(right, Listing) and operator == "+":
        return Listing(union(left.taint, right.taint), left.items + right.items, left.kind)
    if isinstance(left, Mapping) and isinstance(right, Mapping) and operator == "|":
        return Mapping(union(left.taint, right.taint), left.entries | right.entries, left.others + right.others)
    return _computed(machine, operator, left, right, node, frame)


def _computed(machine: Semantics, operator: str, left: Value, right: Value, node: Node, frame: Frame) -> Value:
    taint = union(deep_taint(left), deep_taint(right))
    origin = machine.origin(node, frame)
    if operator == "^":
        constant = isinstance(left, Known) or isinstance(right, Known)
        taint = with_labels(taint, origin, *(("decoded", "literal") if constant else ("decoded",)))
    (left_known, one), (right_known, other) = plain(left), plain(right)
    if left_known and right_known:
        try:
            return lifted(operation(operator, one, other), taint)
        except NotConstantError:
            return Unknown(taint)
    if operator == "+" and (isinstance(left, Known | Unknown) and isinstance(right, Known | Unknown)):
        return Unknown(taint, (text_hint(left) + text_hint(right))[:16384])
    if operator == "%" and left_known and isinstance(one, str):
        return Unknown(taint, machine.filled(one, right))
    return Unknown(taint)


def _comparison(machine: Semantics, node: Node, frame: Frame) -> Value:
    values = [evaluate(machine, child, frame) for child in node.named_children]
    operators = [text_of(child) for child in node.children_by_field_name("operators")]
    results: list[bool] = []
    for at, operator in enumerate(operators[: len(values) - 1]):
        found = compared(operator, values[at], values[at + 1])
        if found is None:
            return Unknown()
        results.append(found)
    return Known({}, all(results)) if results else Unknown()


def compared(operator: str, left: Value, right: Value) -> bool | None:
    """Whether a comparison holds; None where that is not known."""
    (left_known, one), (right_known, other) = plain(left), plain(right)
    if left_known and right_known:
        try:
            return bool(operation(operator, one, other))
        except NotConstantError:
            return None
    if operator in ("in", "not in") and left_known and isinstance(right, Mapping) and not right.others:
        try:
            return (one in right.entries) is (operator == "in")
        except TypeError:
            return None
    builtins = isinstance(right, Namespace) and isinstance(right.of, External) and right.of.name == "builtins"
    if operator in ("in", "not in") and left_known and builtins:
        return (one in BUILTINS) is (operator == "in")
    if operator in ("is", "is not", "==", "!="):
        if isinstance(left, External) and isinstance(right, External) and "()" not in left.name + right.name:
            return (left.name == right.name) is (operator in ("is", "=="))
        if left is right and not isinstance(left, Unknown | External):
            return operator in ("is", "==")
        made = (Listing, Mapping, Function, Klass, Instance)
        if (isinstance(left, made) and right_known and other is None) or (
            isinstance(right, made) and left_known and one is None
        ):
            return operator in ("is not", "!=")
    return None


def truth(value: Value) -> bool | None:
    """Whether a value counts as true; None when that is not known."""
    if isinstance(value, Known):
        return bool(value.data)
    if isinstance(value, Listing):
        return bool(value.items)
    if isinstance(value, Mapping):
        return True if value.entries or value.others else False if not value.taint else None
    if isinstance(value, Function | Klass | Instance):
        return True
    return None


def _boolean(machine: Semantics, node: Node, frame: Frame) -> Value:
    left = evaluate(machine, node.child_by_field_name("left"), frame)
    decided = truth(left)
    wants = text_of(node.child_by_field_name("operator")) == "and"
    if decided is not None and decided is not wants:
        return left
    right = evaluate(machine, node.child_by_field_name("right"), frame)
    return right if decided is not None else either([left, right])


def _not(machine: Semantics, node: Node, frame: Frame) -> Value:
    decided = truth(evaluate(machine, node.child_by_field_name("argument"), frame))
    return Known({}, not decided) if decided is not None else Unknown()


def _unary(machine: Semantics, node: Node, frame: Frame) -> Value:
    value = evaluate(machine, node.child_by_field_name("argument"), frame)
    sign = text_of(node)[:1]
    if isinstance(value, Known) and isinstance(value.data, int | float):
        if sign == "~" and isinstance(value.data, int):
            return Known(value.taint, ~value.data)
        return Known(value.taint, -value.data if sign == "-" else value.data)
    return Unknown(value.taint)


def _conditional(machine: Semantics, node: Node, frame: Frame) -> Value:
    yes, condition, no = (*node.named_children[:3], None, None, None)[:3]
    decided = truth(evaluate(machine, condition, frame))
    if decided is not None:
        return evaluate(machine, yes if decided else no, frame)
    return either([evaluate(machine, yes, frame), evaluate(machine, no, frame)])


def _lambda(machine: Semantics, node: Node, frame: Frame) -> Value:
    return machine.function(node, frame, "<lambda>")


def _walrus(machine: Semantics, node: Node, frame: Frame) -> Value:
    value = evaluate(machine, node.child_by_field_name("value"), frame)
    frame.bind(text_of(node.child_by_field_name("name")), value)
    return value


def _comprehension(machine: Semantics, node: Node, frame: Frame) -> Value:
    inner = Frame(
        frame.module, {}, frame, frame.module_frame, owner=frame.owner, holder=frame.holder, depth=frame.depth
    )
    inner.elsewhere = dict(frame.elsewhere)
    clauses = [c for c in node.named_children if c.type in ("for_in_clause", "if_clause")]
    body = node.child_by_field_name("body")
    selects = sensitive.selects(node)
    if node.type == "dictionary_comprehension":
        made = Mapping()
        for _ in _turns(machine, clauses, inner):
            key = evaluate(machine, body.child_by_field_name("key") if body is not None else None, inner)
            value = evaluate(machine, body.child_by_field_name("value") if body is not None else None, inner)
            store(made, key, _selected(value) if selects else value)
        return made
    items: list[Value] = []
    for _ in _turns(machine, clauses, inner):
        value = evaluate(machine, body, inner)
        items.append(_selected(value) if selects else value)
        if len(items) > MAX_ITEMS:
            break
    kind = {"set_comprehension": "set", "generator_expression": "generator"}.get(node.type, "list")
    return Listing({}, items, kind)


def _selected(value: Value) -> Value:
    """An entry that was chosen by a name of its own: not the whole environment."""
    return Unknown(transformed(value.taint), value.hint) if isinstance(value, Unknown) else value


def _turns(machine: Semantics, clauses: list[Node], frame: Frame) -> Iterator[None]:
    if not clauses:
        yield
        return
    first, rest = clauses[0], clauses[1:]
    if first.type == "if_clause":
        condition = first.named_children[0] if first.named_children else None
        if truth(evaluate(machine, condition, frame)) is not False:
            yield from _turns(machine, rest, frame)
        return
    source = evaluate(machine, first.child_by_field_name("right"), frame)
    for item in machine.iterate(source, first):
        machine.assign(first.child_by_field_name("left"), item, frame)
        yield from _turns(machine, rest, frame)


def _await(machine: Semantics, node: Node, frame: Frame) -> Value:
    return evaluate(machine, node.named_children[0] if node.named_children else None, frame)


def _yield(machine: Semantics, node: Node, frame: Frame) -> Value:
    value = evaluate(machine, node.named_children[0] if node.named_children else None, frame)
    if frame.yields is not None:
        if any(child.type == "from" for child in node.children):
            frame.yields += machine.iterate(value, node)[:4096]
        elif len(frame.yields) < 8192:
            frame.yields.append(value)
    return Unknown()


def _true(machine: Semantics, node: Node, frame: Frame) -> Value:
    return Known({}, node.type == "true")


def _none(machine: Semantics, node: Node, frame: Frame) -> Value:
    return Known()


_KINDS: dict[str, Callable[[Semantics, Node, Frame], Value]] = {
    "identifier": _identifier, "string": _string, "concatenated_string": _concatenated, "integer": _number, "float": _number,
    "attribute": _attribute, "call": _call, "subscript": _subscript, "list": _sequence, "tuple": _sequence, "set": _sequence,
    "expression_list": _sequence, "dictionary": _dictionary, "binary_operator": _binary, "comparison_operator": _comparison,
    "boolean_operator": _boolean, "not_operator": _not, "unary_operator": _unary, "conditional_expression": _conditional,
    "lambda": _lambda, "named_expression": _walrus, "list_comprehension": _comprehension, "set_comprehension": _comprehension,
    "generator_expression": _comprehension, "dictionary_comprehension": _comprehension, "await": _await, "yield": _yield,
    "true": _true, "false": _true, "none": _none, "parenthesized_expression": _await, "keyword_identifier": _identifier,
}  # fmt: skip
