"""Folds constant expressions of Python source: what string building, decoding and arithmetic on constants come to.

It computes with values of its own (`str`, `bytes`, `int`, tuples of them); no code of the source is run. Every step and every
result is bounded.
"""

from __future__ import annotations

import ast
import warnings
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeAlias

from pratique.code import decoding
from pratique.code.syntax import text_of

if TYPE_CHECKING:
    from tree_sitter import Node

    from pratique.code.syntax import Scope

Value: TypeAlias = "str | bytes | int | tuple[Value, ...]"
MAX_VALUE = 1 << 20  # characters, bytes or items
MAX_DEPTH = 40
MAX_STEPS = 20_000


class Folder:
    """Folding within one module. `lookup` gives the expressions that a name is bound to, `resolve` a callee's name."""

    def __init__(
        self,
        lookup: Callable[[str, Scope], list[Node]],
        resolve: Callable[[Node | None, Scope, int], str | None],
    ) -> None:
        self._lookup = lookup
        self._resolve = resolve
        self._variables: dict[str, Value] = {}
        self._steps = 0

    def fold(self, node: Node | None, scope: Scope) -> Value | None:
        """The value of an expression, or None when it is not constant."""
        self._steps = 0
        return self._value(node, scope, 0)

    def _value(self, node: Node | None, scope: Scope, depth: int) -> Value | None:
        self._steps += 1
        if node is None or depth > MAX_DEPTH or self._steps > MAX_STEPS:
            return None
        method = _METHODS.get(node.type)
        found = method(self, node, scope, depth + 1) if method is not None else None
        return found if not isinstance(found, str | bytes | tuple) or len(found) <= MAX_VALUE else None

    def _string(self, node: Node, scope: Scope, depth: int) -> Value | None:
        pieces: list[Value] = []
        if any(child.type == "interpolation" for child in node.named_children):
            for child in node.named_children:
                if child.type == "interpolation":
                    inner = self._value(child.named_children[0], scope, depth)
                    pieces.append("" if inner is None else str(inner))
                    if inner is None:
                        return None
                elif child.type == "string_content":
                    pieces.append(text_of(child))
            return "".join(str(piece) for piece in pieces)
        return literal(node)

    def _joined(self, node: Node, scope: Scope, depth: int) -> Value | None:
        parts = [self._value(child, scope, depth) for child in node.named_children if child.type != "comment"]
        if parts and all(isinstance(part, str) for part in parts):
            return "".join(part for part in parts if isinstance(part, str))
        if parts and all(isinstance(part, bytes) for part in parts):
            return b"".join(part for part in parts if isinstance(part, bytes))
        return None

    def _integer(self, node: Node, scope: Scope, depth: int) -> Value | None:
        try:
            return int(text_of(node)[:64], 0)
        except ValueError:
            return None

    def _inner(self, node: Node, scope: Scope, depth: int) -> Value | None:
        return self._value(node.named_children[0], scope, depth) if node.named_children else None

    def _sequence(self, node: Node, scope: Scope, depth: int) -> Value | None:
        values = [self._value(child, scope, depth) for child in node.named_children if child.type != "comment"]
        found = tuple(value for value in values if value is not None)
        return found if len(found) == len(values) else None

    def _identifier(self, node: Node, scope: Scope, depth: int) -> Value | None:
        name = text_of(node)
        if name in self._variables:
            return self._variables[name]
        bound = self._lookup(name, scope)
        return self._value(bound[0], scope, depth + 2) if len(bound) == 1 else None

    def _negative(self, node: Node, scope: Scope, depth: int) -> Value | None:
        value = self._value(node.child_by_field_name("argument"), scope, depth)
        return -value if isinstance(value, int) and text_of(node).startswith("-") else None

    def _binary(self, node: Node, scope: Scope, depth: int) -> Value | None:
        left = self._value(node.child_by_field_name("left"), scope, depth)
        right = self._value(node.child_by_field_name("right"), scope, depth) if left is not None else None
        if left is None or right is None:
            return None
        return combined(text_of(node.child_by_field_name("operator")), left, right)

    def _subscript(self, node: Node, scope: Scope, depth: int) -> Value | None:
        holder, index = node.child_by_field_name("value"), node.child_by_field_name("subscript")
        if index is None:
            return None
        if holder is not None and holder.type == "dictionary":
            return None
        value = self._value(holder, scope, depth)
        if not isinstance(value, str | bytes | tuple):
            return None
        if index.type == "slice":
            return self._sliced(value, index, scope, depth)
        at = self._value(index, scope, depth)
        return value[at] if isinstance(at, int) and -len(value) <= at < len(value) else None

    def _sliced(self, value: str | bytes | tuple[Value, ...], index: Node, scope: Scope, depth: int) -> Value | None:
        bounds: list[int | None] = [None, None, None]
        at = 0
        for child in index.children:
            if child.type == ":":
                at += 1
            elif at < 3:
                number = self._value(child, scope, depth)
                if not isinstance(number, int):
                    return None
                bounds[at] = number
        return value[slice(*bounds)] if bounds[2] != 0 else None

    def _call(self, node: Node, scope: Scope, depth: int) -> Value | None:
        function, listed = node.child_by_field_name("function"), node.child_by_field_name("arguments")
        if function is None or listed is None:
            return None
        if listed.type == "generator_expression":
            arguments: list[Node] = [listed]
        else:
            arguments = [child for child in listed.named_children if child.type not in ("comment", "keyword_argument")]
        if function.type == "attribute":
            holder = self._value(function.child_by_field_name("object"), scope, depth)
            if holder is not None:
                values = [self._value(argument, scope, depth) for argument in arguments]
                return of_method(text_of(function.child_by_field_name("attribute")), holder, values)
        name = self._resolve(function, scope, depth)
        if name is None or name not in FUNCTIONS:
            return None
        if name == "builtins.map" and len(arguments) == 2:
            items = self._value(arguments[1], scope, depth)
            inner = self._resolve(arguments[0], scope, depth)
            return _mapped(inner, items)
        return of_function(name, [self._value(argument, scope, depth) for argument in arguments])

    def _comprehension(self, node: Node, scope: Scope, depth: int) -> Value | None:
        loops = [child for child in node.named_children if child.type == "for_in_clause"]
        body = node.child_by_field_name("body")
        if len(loops) != 1 or len(node.named_children) != 2:
            return None
        left = loops[0].child_by_field_name("left")
        items = self._value(loops[0].child_by_field_name("right"), scope, depth)
        if left is None or left.type != "identifier" or not isinstance(items, str | bytes | tuple):
            return None
        name, before, made = text_of(left), self._variables.get(text_of(left)), []
        try:
            for item in items:
                self._variables[name] = item
                value = self._value(body, scope, depth)
                if value is None:
                    return None
                made.append(value)
        finally:
            self._variables.pop(name, None)
            if before is not None:
                self._variables[name] = before
        return tuple(made)


_METHODS: dict[str, Callable[[Folder, Node, Scope, int], Value | None]] = {
    "string": Folder._string, "concatenated_string": Folder._joined, "integer": Folder._integer,
    "parenthesized_expression": Folder._inner, "list": Folder._sequence, "tuple": Folder._sequence,
    "identifier": Folder._identifier, "unary_operator": Folder._negative, "binary_operator": Folder._binary,
    "subscript": Folder._subscript, "call": Folder._call, "list_comprehension": Folder._comprehension,
    "generator_expression": Folder._comprehension,
}  # fmt: skip
FUNCTIONS = decoding.NAMES | {
    "builtins.chr", "builtins.bytes", "builtins.bytearray", "builtins.str", "builtins.reversed", "builtins.list", "builtins.tuple",
    "builtins.map", "builtins.ord", "builtins.int",
}  # fmt: skip


def literal(node: Node) -> str | bytes | None:
    """The value of a string or bytes literal without interpolation."""
    text = text_of(node)
    if "\\" not in text:
        content = "".join(text_of(child) for child in node.named_children if child.type == "string_content")
        head = text[: len(text) - len(text.lstrip("rRbBuUfFtT"))].lower()
        return content.encode("utf-8", "replace") if "b" in head else content
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            value = ast.literal_eval(text)
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return None
    return value if isinstance(value, str | bytes) else None


def combined(operator: str, left: Value, right: Value) -> Value | None:
    """`+`, `*`, `%`, `^`, `-` of constants."""
    if isinstance(left, int) and isinstance(right, int):
        if abs(left) > 1 << 64 or abs(right) > 1 << 64:
            return None
        results = {"+": left + right, "-": left - right, "*": left * right, "^": left ^ right, "&": left & right}
        if operator == "%" and right:
            return left % right
        return results.get(operator)
    if operator == "+":
        if isinstance(left, str) and isinstance(right, str):
            return left + right
        if isinstance(left, bytes) and isinstance(right, bytes):
            return left + right
        if isinstance(left, tuple) and isinstance(right, tuple):
            return left + right
    if operator == "*" and isinstance(right, int) and isinstance(left, str | bytes) and len(left) * right <= MAX_VALUE:
        return left * right
    if operator == "%" and isinstance(left, str) and "%" in left and "*" not in left and len(left) < 4096:
        try:
            return left % right if not any(c.isdigit() for c in left.replace("%%", "")) else None
        except (TypeError, ValueError, KeyError):
            return None
    return None


def of_method(name: str, holder: Value, values: list[Value | None]) -> Value | None:
    """`holder.name(values)` for methods that build strings."""
    if any(value is None for value in values):
        return None
    first = values[0] if values else None
    try:
        if name == "join" and isinstance(holder, str | bytes) and isinstance(first, tuple | str):
            return _join(holder, first)
        if name == "decode" and isinstance(holder, bytes):
            return decoding.by_codec(first, holder) if isinstance(first, str) else holder.decode("utf-8", "replace")
        if name == "encode" and isinstance(holder, str):
            return holder.encode("utf-8", "replace")
        if name == "replace" and isinstance(holder, str) and len(values) >= 2:
            old, new = values[0], values[1]
            small = isinstance(new, str) and len(new) <= 64 and len(holder) <= MAX_VALUE // 64
            return holder.replace(old, new) if isinstance(old, str) and isinstance(new, str) and small else None
        if name in ("lower", "upper", "strip", "swapcase", "title") and isinstance(holder, str):
            return str(getattr(holder, name)())
        if name == "format" and isinstance(holder, str) and ":" not in holder and "." not in holder:
            return holder.format(*values)
        if name == "fromhex" and isinstance(first, str):
            return bytes.fromhex(first)
    except (ValueError, TypeError, IndexError, KeyError):
        return None
    return None


def _join(holder: str | bytes, items: tuple[Value, ...] | str) -> Value | None:
    if isinstance(holder, str):
        texts = [item for item in items if isinstance(item, str)]
        return holder.join(texts) if len(texts) == len(items) else None
    datas = [item for item in items if isinstance(item, bytes)]
    return holder.join(datas) if len(datas) == len(items) else None


def of_function(name: str, values: list[Value | None]) -> Value | None:
    """A call of one of `FUNCTIONS` with constant arguments."""
    first = values[0] if values else None
    if first is None:
        return None
    if name == "codecs.decode":
        codec = values[1] if len(values) > 1 else "utf-8"
        return decoding.by_codec(codec, first) if isinstance(codec, str) and isinstance(first, str | bytes) else None
    if name in decoding.NAMES:
        return decoding.decoded(name, first) if isinstance(first, str | bytes) else None
    return _of_builtin(name.removeprefix("builtins."), first)


def _of_builtin(name: str, first: Value) -> Value | None:
    if name == "chr" and isinstance(first, int):
        return chr(first) if 0 <= first < 0x110000 else None
    if name == "ord" and isinstance(first, str) and len(first) == 1:
        return ord(first)
    if name in ("bytes", "bytearray"):
        if isinstance(first, bytes):
            return first
        if isinstance(first, tuple):
            numbers = [item for item in first if isinstance(item, int) and 0 <= item < 256]
            return bytes(numbers) if len(numbers) == len(first) else None
        return first.encode("utf-8", "replace") if isinstance(first, str) else None
    if name == "str":
        return first if isinstance(first, str) else (str(first) if isinstance(first, int) else None)
    if name in ("reversed", "list", "tuple") and isinstance(first, str | bytes | tuple):
        return tuple(first[::-1] if name == "reversed" else first)
    if name == "int" and isinstance(first, int):
        return first
    return None


def _mapped(name: str | None, items: Value | None) -> Value | None:
    if name is None or not isinstance(items, str | bytes | tuple):
        return None
    values = [of_function(name, [item]) for item in items]
    made = tuple(value for value in values if value is not None)
    return made if len(made) == len(values) else None
