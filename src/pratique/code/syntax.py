"""One parse of a Python source file: its scopes, calls, assignments and imports, captured by a query in native code.

tree-sitter walks the tree (`docs/adr/0002-tree-sitter.md`); Python only sees the nodes that name, call or bind something, so a
file of a thousand lines costs some milliseconds. Everything else is looked at when an expression is asked for.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tree_sitter import Language, Node, Parser, Query

MAX_SOURCE_BYTES = 3 << 20  # a tree of dense code takes two hundred times its source
MAX_CAPTURES = 100_000  # some 1.5 KB each; the largest sources of libraries have a tenth
MAX_LEVELS = (
    10_000  # of the tree: the query takes time in the square of them, and CPython compiles nothing of that depth
)
MAX_NESTED = 500  # calls in each other: CPython's tokenizer ends at 200 parentheses
MAX_QUALIFIED = 2000  # characters: deeper ones are called by their own name
MAX_ERRORS = 20_000  # children of a tree that is one error: the query takes time in the square of them
QUERY = """
(call) @call
(assignment) @assign
(augmented_assignment) @augment
(named_expression) @walrus
(import_statement) @import
(import_from_statement) @import
(function_definition) @function
(lambda) @function
(class_definition) @class
(for_statement) @loop
(for_in_clause) @loop
(as_pattern) @bound
(return_statement) @result
(yield) @result
(decorator) @decorator
(global_statement) @global
"""
# Any other word, or `!=`, may be what an installer passes (`install`, `egg_info`, `bdist_wheel`, …).
PUBLISHING = re.compile(
    r"(?:len\(sys\.argv\) *(?:>=?|==) *\d and )?(?:sys\.argv\[-?1\] == [\"'](?:publish|upload|release|tag|register|deploy)[\"']"
    r"|[\"'](?:publish|upload|release|tag|register|deploy)[\"'] in sys\.argv(?:\[1:\])?)"
)
PARAMETERS = frozenset(
    {"identifier", "default_parameter", "typed_parameter", "typed_default_parameter", "list_splat_pattern",
     "dictionary_splat_pattern"}
)  # fmt: skip


@dataclass(slots=True)
class Scope:
    """A module, class, function or lambda body and what is bound in it."""

    node: Node | None  # None for the module
    kind: str  # "module", "class", "function"
    name: str  # qualified below the module: "Class.method"; "" for the module
    parent: Scope | None
    start: int
    end: int
    bound: dict[str, list[Node]] = field(default_factory=dict)  # name -> the expressions it was bound to
    imported: dict[str, str] = field(default_factory=dict)
    results: list[Node] = field(default_factory=list)
    calls: list[Node] = field(default_factory=list)
    parameters: dict[str, tuple[int, Node | None]] = field(default_factory=dict)  # name -> position, default

    @property
    def enclosing_class(self) -> Scope | None:
        return self.parent if self.parent is not None and self.parent.kind == "class" else None


class Syntax:
    """The captured tree of one source."""

    def __init__(self, source: str, module: str = "", is_package: bool = False) -> None:
        self.data = source.encode("utf-8", "replace")[:MAX_SOURCE_BYTES]
        self.module = module
        self.is_package = is_package
        self.root = _parser().parse(self.data).root_node
        found, everything = _captures(self.root)
        self.complete = everything and len(self.data) < MAX_SOURCE_BYTES
        self.top = Scope(None, "module", "", None, 0, len(self.data) + 1)
        self.scopes: list[Scope] = [self.top]
        self.named: dict[str, Scope] = {"": self.top}
        self.stars: list[str] = []
        self.attributes: dict[str, list[Node]] = {}  # `self.NAME = …`, wherever it stands
        self._starts: list[int] = [0]
        self._statements: list[Node] | None = None  # `if` at the top
        self._open_scopes(found)
        self.decorators = found.get("decorator", [])
        self._globals: set[tuple[str, str]] = {
            (self.scope_at(node.start_byte).name, text_of(child))
            for node in found.get("global", [])
            for child in node.named_children
        }
        for node in found.get("import", []):
            self._import(node)
        for node in found.get("assign", []) + found.get("augment", []):
            self._bind(node.child_by_field_name("left"), node.child_by_field_name("right"))
        for node in found.get("walrus", []):
            self._bind(node.child_by_field_name("name"), node.child_by_field_name("value"))
        for node in found.get("loop", []):
            self._bind(node.child_by_field_name("left"), node.child_by_field_name("right"))
        for node in found.get("bound", []):
            self._bind(node.child_by_field_name("alias"), node.named_children[0] if node.named_children else None)
        for node in found.get("result", []):
            self.scope_at(node.start_byte).results.extend(node.named_children[:1])
        self.calls = not_deeper(found.get("call", []))
        self.complete = self.complete and len(self.calls) == len(found.get("call", []))
        for node in self.calls:
            self.scope_at(node.start_byte).calls.append(node)

    def _open_scopes(self, found: dict[str, list[Node]]) -> None:
        nodes = sorted(found.get("function", []) + found.get("class", []), key=lambda n: (n.start_byte, -n.end_byte))
        for node in nodes:
            start, end = node.start_byte, node.end_byte
            parent = self.scope_at(start)
            kind = "class" if node.type == "class_definition" else "function"
            name = text_of(node.child_by_field_name("name")) or f"<lambda:{start}>"
            qualified = f"{parent.name}.{name}" if parent.name and len(parent.name) < MAX_QUALIFIED else name
            scope = Scope(node, kind, qualified, parent, start, end)
            if kind == "function":
                scope.parameters = parameters_of(node)
            self.scopes.append(scope)
            self._starts.append(start)
            self.named[qualified] = scope

    def attributes_of(self, name: str, position: int) -> list[Node]:
        """What `self.NAME` is bound to: by the methods of the class that holds the byte, else by any of the module."""
        bound = self.attributes.get(name, [])
        holder = self._class_at(position)
        own = [value for value in bound if self._class_at(value.start_byte) is holder] if holder is not None else []
        return own or bound

    def _class_at(self, position: int) -> Scope | None:
        scope: Scope | None = self.scope_at(position)
        while scope is not None and scope.kind != "class":
            scope = scope.parent
        return scope

    def scope_at(self, position: int) -> Scope:
        """The innermost scope that holds the byte. A default value or decorator counts to the scope around it."""
        scope: Scope | None = self.scopes[bisect_right(self._starts, position) - 1]
        while scope is not None and position >= scope.end:
            scope = scope.parent
        return scope or self.top

    def running_scope(self, node: Node) -> Scope:
        """The scope in which a node's value is computed: default values and annotations run where the `def` stands."""
        scope = self.scope_at(node.start_byte)
        while scope.kind == "function" and scope.node is not None and scope.parent is not None:
            body = scope.node.child_by_field_name("body")
            if body is None or node.start_byte >= body.start_byte:
                break
            scope = scope.parent
        return scope

    def is_for_publishers(self, position: int) -> bool:
        """Whether it stands below `if sys.argv[-1] == "publish":`, with a word that no installer gives to a setup script."""
        if self._statements is None:
            top = self.root.named_children if b"argv" in self.data else []
            self._statements = [node for node in top if node.type == "if_statement"]
        at = bisect_right(self._statements, position, key=lambda node: node.start_byte) - 1
        if at < 0 or position >= self._statements[at].end_byte:
            return False
        body = self._statements[at].child_by_field_name("consequence")
        condition = self._statements[at].child_by_field_name("condition")
        inside = body is not None and body.start_byte <= position < body.end_byte
        return inside and PUBLISHING.fullmatch(text_of(condition).strip("() ")) is not None

    def _import(self, node: Node) -> None:
        scope = self.scope_at(node.start_byte)
        module = node.child_by_field_name("module_name")
        prefix = self._absolute(text_of(module)) if module is not None else ""
        if any(child.type == "wildcard_import" for child in node.named_children):
            self.stars.append(prefix)
        for child in node.children_by_field_name("name"):
            if child.type == "aliased_import":
                name, alias = text_of(child.child_by_field_name("name")), text_of(child.child_by_field_name("alias"))
            else:
                name = text_of(child)
                alias = name if module is not None else name.partition(".")[0]
            target = f"{prefix}.{name}" if module is not None else (name if alias != name.partition(".")[0] else alias)
            scope.imported[alias] = target.strip(".")

    def _absolute(self, name: str) -> str:
        """A relative import's module (PEP 328)."""
        dots = len(name) - len(name.lstrip("."))
        if not dots:
            return name
        parts = self.module.split(".")
        keep = len(parts) - dots + (1 if self.is_package else 0)
        return ".".join([*parts[: max(keep, 0)], *([name[dots:]] if name[dots:] else [])])

    def _bind(self, left: Node | None, right: Node | None, depth: int = 0) -> None:
        if left is None or right is None or depth > 8:
            return
        if right.type == "assignment":  # `a = b = value`
            self._bind(left, right.child_by_field_name("right"), depth + 1)
        elif left.type == "identifier":
            scope, name = self.scope_at(left.start_byte), text_of(left)
            if (scope.name, name) in self._globals:
                scope = self.top
            scope.bound.setdefault(name, []).append(right)
        elif left.type in ("pattern_list", "tuple_pattern", "list_pattern", "as_pattern_target", "list_splat_pattern"):
            values = right.named_children if right.type in ("expression_list", "tuple", "list") else []
            targets = left.named_children
            for at, child in enumerate(targets):
                self._bind(child, values[at] if len(values) == len(targets) else right, depth + 1)
        elif left.type == "attribute":
            self.attributes.setdefault(text_of(left.child_by_field_name("attribute")), []).append(right)
        elif left.type == "subscript":
            self._bind(left.child_by_field_name("value"), right, depth + 1)


def not_deeper(nodes: list[Node]) -> list[Node]:
    """The nodes, in the order of the source, without those that lie in more than `MAX_NESTED` others."""
    kept: list[Node] = []
    around: list[int] = []  # where the nodes end that hold the next one
    for node in nodes:
        start, end = node.start_byte, node.end_byte
        while around and around[-1] <= start:
            around.pop()
        if len(around) < MAX_NESTED:
            around.append(end)
            kept.append(node)
    return kept


def parameters_of(node: Node) -> dict[str, tuple[int, Node | None]]:
    """The parameters of a `def` or lambda, in order, with their default values."""
    found: dict[str, tuple[int, Node | None]] = {}
    listed = node.child_by_field_name("parameters")
    for child in listed.named_children[:256] if listed is not None else []:
        if child.type not in PARAMETERS:
            continue
        named = child if child.type == "identifier" else child.child_by_field_name("name") or child.named_children[0]
        found[text_of(named).lstrip("*")] = (len(found), child.child_by_field_name("value"))
    return found


def text_of(node: Node | None) -> str:
    """The source of a node, with identifiers as the compiler reads them (NFKC, PEP 3131)."""
    if node is None or node.text is None:
        return ""
    text = node.text.decode("utf-8", "replace")
    return text if text.isascii() else unicodedata.normalize("NFKC", text)


@cache
def _language() -> Language:
    import tree_sitter_python
    from tree_sitter import Language

    return Language(tree_sitter_python.language())


@cache
def _parser() -> Parser:
    from tree_sitter import Parser

    return Parser(_language())


@cache
def _query() -> Query:
    from tree_sitter import Query

    return Query(_language(), QUERY)


def _captures(root: Node) -> tuple[dict[str, list[Node]], bool]:
    """What the query captures, in the order of the source, and whether that is all."""
    from tree_sitter import QueryCursor

    if root.type == "ERROR" and root.child_count > MAX_ERRORS:
        return {}, False
    cursor = QueryCursor(_query())
    cursor.set_max_start_depth(MAX_LEVELS)
    found = cursor.captures(root)  # in no order that could be relied on
    complete = sum(map(len, found.values())) <= MAX_CAPTURES
    if not complete:
        end = sorted(node.start_byte for nodes in found.values() for node in nodes)[MAX_CAPTURES]
        found = {name: [node for node in nodes if node.start_byte < end] for name, nodes in found.items()}
    return {name: sorted(nodes, key=lambda n: (n.start_byte, -n.end_byte)) for name, nodes in found.items()}, complete
