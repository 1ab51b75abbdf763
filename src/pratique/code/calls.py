"""Call sites of Python source: what is called, where, and whether it runs when the module is imported.

tree-sitter's grammar is error tolerant and the same on every interpreter (`docs/adr/0002-tree-sitter.md`). Names are resolved
through imports, aliases and constant strings in `getattr`, `__import__` and `import_module`.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tree_sitter import Node

MAX_NODES = 2_000_000
MAX_CALLS = 50_000
FUNCTIONS = ("function_definition", "lambda")
DECODERS = frozenset(
    {
        "base64.b64decode", "base64.b32decode", "base64.b16decode", "base64.b85decode", "base64.a85decode", "base64.decodebytes",
        "base64.urlsafe_b64decode", "zlib.decompress", "gzip.decompress", "bz2.decompress", "lzma.decompress", "marshal.loads",
        "codecs.decode", "binascii.unhexlify", "binascii.a2b_base64", "bytes.fromhex", "bytearray.fromhex",
        "builtins.bytes.fromhex",
    }
)  # fmt: skip
FETCHERS = frozenset(
    {
        "urllib.request.urlopen", "requests.get", "requests.post", "httpx.get", "httpx.post", "urllib.urlopen", "urllib2.urlopen",
        "requests.request", "urllib3.request",
    }
)  # fmt: skip
EXECUTORS = frozenset(
    {"builtins.exec", "builtins.eval", "builtins.compile", "builtins.__import__", "marshal.loads", "pickle.loads"}
)


@dataclass(frozen=True, slots=True)
class Site:
    """One call. `inner` are the names called anywhere inside its arguments."""

    name: str
    line: int  # from 1
    offset: int  # in characters of UTF-8
    text: str
    at_import: bool  # at module or class level, or in a decorator or default value
    inner: frozenset[str]


@dataclass(slots=True)
class Module:
    """What was read of a source file."""

    sites: list[Site] = field(default_factory=list)
    complete: bool = True


def read(source: str) -> Module:
    """The call sites of `source`, in order. Never raises on content."""
    import tree_sitter_python
    from tree_sitter import Language, Parser

    data = source.encode("utf-8", "replace")
    tree = Parser(Language(tree_sitter_python.language())).parse(data)
    reader = _Reader()
    reader.walk(tree.root_node)
    return reader.module


class _Reader:
    def __init__(self) -> None:
        self.module = Module()
        self.names: dict[str, str] = {}
        self.assigned: dict[str, frozenset[str]] = {}  # variable -> names called to make its value

    def walk(self, root: Node) -> None:
        pending: list[tuple[Node, bool]] = [(root, True)]
        count = 0
        while pending:
            node, at_import = pending.pop()
            count += 1
            if count > MAX_NODES or len(self.module.sites) > MAX_CALLS:
                self.module.complete = False
                return
            self._see(node, at_import)
            inside = at_import and node.type not in FUNCTIONS
            body = node.child_by_field_name("body") if node.type in FUNCTIONS else None
            for child in reversed(node.named_children):
                pending.append((child, inside if body is None or child == body else at_import))

    def _see(self, node: Node, at_import: bool) -> None:
        if node.type in ("import_statement", "import_from_statement"):
            self._import(node)
        elif node.type == "assignment":
            self._assign(node)
        elif node.type == "call":
            self._call(node, at_import)

    def _import(self, node: Node) -> None:
        module = node.child_by_field_name("module_name")
        prefix = _text(module) + "." if module is not None else ""
        for child in node.children_by_field_name("name"):
            if child.type == "aliased_import":
                name, alias = child.child_by_field_name("name"), child.child_by_field_name("alias")
                self.names[_text(alias)] = prefix + _text(name)
            else:
                name_text = _text(child)
                self.names[name_text if prefix else name_text.partition(".")[0]] = (
                    prefix + name_text if prefix else name_text.partition(".")[0]
                )

    def _assign(self, node: Node) -> None:
        left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
        if left is None or right is None or left.type != "identifier":
            return
        self.assigned[_text(left)] = self._called_in(right)
        target = self.resolve(right)
        if target is not None and right.type in ("attribute", "identifier", "call"):
            self.names[_text(left)] = target

    def _call(self, node: Node, at_import: bool) -> None:
        function, arguments = node.child_by_field_name("function"), node.child_by_field_name("arguments")
        name = self.resolve(function)
        if name is None:
            return
        inner = self._called_in(arguments) if arguments is not None else frozenset()
        line, offset = node.start_point[0] + 1, node.start_byte
        self.module.sites.append(Site(name, line, offset, _text(node)[:240], at_import, inner))

    def _called_in(self, root: Node) -> frozenset[str]:
        """The names called in an expression, and those that made the variables in it."""
        found: set[str] = set()
        pending, count = [root], 0
        while pending and count < 5000:
            node = pending.pop()
            count += 1
            if node.type == "call":
                name = self.resolve(node.child_by_field_name("function"))
                if name is not None:
                    found.add(name)
            elif node.type == "identifier":
                found |= self.assigned.get(_text(node), frozenset())
            pending.extend(node.named_children)
        return frozenset(found)

    def resolve(self, node: Node | None, depth: int = 0) -> str | None:
        """The dotted name that an expression stands for, as far as it is constant."""
        if node is None or depth > 32:
            return None
        if node.type == "identifier":
            name = unicodedata.normalize("NFKC", _text(node))  # as the compiler does (PEP 3131)
            return self.names.get(name, f"builtins.{name}" if name in BUILTINS else name)
        if node.type == "attribute":
            base = self.resolve(node.child_by_field_name("object"), depth + 1)
            attribute = node.child_by_field_name("attribute")
            return (
                f"{base}.{unicodedata.normalize('NFKC', _text(attribute))}" if base and attribute is not None else None
            )
        if node.type == "call":
            return self._found_by_call(node, depth)
        if node.type == "parenthesized_expression" and node.named_children:
            return self.resolve(node.named_children[0], depth + 1)
        return None

    def _found_by_call(self, node: Node, depth: int) -> str | None:
        """`getattr(os, "system")`, `__import__("os")`, `importlib.import_module("os")`."""
        function = self.resolve(node.child_by_field_name("function"), depth + 1)
        arguments = node.child_by_field_name("arguments")
        values = arguments.named_children if arguments is not None else []
        if function in ("builtins.__import__", "importlib.import_module") and values:
            return constant(values[0])
        if function == "builtins.getattr" and len(values) >= 2:
            base, name = self.resolve(values[0], depth + 1), constant(values[1])
            return f"{base}.{name}" if base and name else None
        return None


BUILTINS = frozenset(
    {"exec", "eval", "compile", "__import__", "getattr", "open", "bytes", "bytearray", "globals", "vars", "map"}
)


def constant(node: Node) -> str | None:
    """A string constant, or a concatenation of them."""
    if node.type == "string":
        parts = [child for child in node.named_children if child.type != "string_start"]
        if any(child.type == "interpolation" for child in parts):
            return None
        return "".join(_text(child) for child in parts if child.type == "string_content")
    added = node.type == "binary_operator" and any(child.type == "+" for child in node.children)
    if added or node.type in ("concatenated_string", "parenthesized_expression"):
        values = [constant(child) for child in node.named_children]
        known = [value for value in values if value is not None]
        return "".join(known) if len(known) == len(values) else None
    return None


def _text(node: Node | None) -> str:
    return node.text.decode("utf-8", "replace") if node is not None and node.text is not None else ""
