"""Which global an expression stands for: through imports, aliases, `getattr`, dictionaries of modules and computed strings.

Names are canonical: `builtins.exec`, `os.system`, `PACKAGE.MODULE.function`; `()` stands for the result of a call, as in
`requests.Session().post`.
"""

from __future__ import annotations

import builtins
import re
from functools import lru_cache
from typing import TYPE_CHECKING

from pratique.code.folding import Folder, Value
from pratique.code.syntax import text_of

if TYPE_CHECKING:
    from tree_sitter import Node

    from pratique.code.syntax import Scope, Syntax

MAX_DEPTH = 24
MAX_CANDIDATES = 8
BUILTINS = frozenset(dir(builtins))
IMPORTERS = frozenset(
    {"builtins.__import__", "importlib.import_module", "importlib.__import__", "importlib._bootstrap._gcd_import"}
)
NAMESPACES = frozenset({"builtins.vars", "builtins.globals", "builtins.locals"})
# Kept by name where they are read from: `x.__init__.__globals__["os"]`.
KNOWN_MODULES = frozenset(
    {"os", "sys", "subprocess", "builtins", "socket", "importlib", "posix", "nt", "pty", "ctypes"}
)
SAME = {"posix": "os", "nt": "os", "_socket": "socket", "__builtin__": "builtins", "__builtins__": "builtins"}
# A module that another module imported is still the same: `shutil.os.system`, `random._os.popen`.
CARRIED = re.compile(r"(?!os\.|sys\.)[A-Za-z_][\w.]*?\.(_?(?:os|subprocess|builtins|socket|sys))\.(?=\w)")
WRAPPERS = frozenset({"functools.partial", "functools.wraps", "staticmethod", "builtins.staticmethod"})


class Names:
    """Resolution within one module."""

    def __init__(self, syntax: Syntax) -> None:
        self.syntax = syntax
        self.folder = Folder(self.lookup, self.resolve)
        self._known: dict[int, tuple[str, ...]] = {}  # by the node

    def fold(self, node: Node | None, scope: Scope) -> Value | None:
        return self.folder.fold(node, scope)

    def lookup(self, name: str, scope: Scope | None) -> list[Node]:
        """The expressions that a name is bound to in the nearest scope that binds it. A parameter hides what is outside."""
        at = scope
        while at is not None:
            if at.kind != "class" or at is scope:
                if name in at.bound:
                    return at.bound[name]
                if name in at.parameters:
                    default = at.parameters[name][1]
                    return [default] if default is not None else []
            at = at.parent
        return []

    def resolve(self, node: Node | None, scope: Scope, depth: int = 0) -> str | None:
        """The first name an expression may stand for."""
        found = self.candidates(node, scope, depth)
        return found[0] if found else None

    def candidates(self, node: Node | None, scope: Scope, depth: int = 0) -> tuple[str, ...]:
        """The names that an expression may stand for (`a if x else b`, `{…}[key]`), at most `MAX_CANDIDATES`."""
        if node is None or depth > MAX_DEPTH:
            return ()
        key = node.id
        found = self._known.get(key)
        if found is None:
            self._known[key] = ()  # a name that is defined by itself has none
            found = self._known[key] = tuple(map(canonical, self._find(node, scope, depth + 1)))[:MAX_CANDIDATES]
            if depth > MAX_DEPTH // 2:  # what was cut off by the depth is not kept
                del self._known[key]
        return found

    def _find(self, node: Node, scope: Scope, depth: int) -> tuple[str, ...]:
        kind = node.type
        if kind == "identifier":
            return self._identifier(text_of(node), scope, depth)
        if kind == "attribute":
            return self._attribute_of(node, scope, depth)
        if kind == "call":
            return self._called(node, scope, depth)
        if kind == "subscript":
            return self._subscript(node, scope, depth)
        if kind in ("parenthesized_expression", "await", "expression_list") and node.named_children:
            return self.candidates(node.named_children[0], scope, depth)
        if kind == "named_expression":
            return self.candidates(node.child_by_field_name("value"), scope, depth)
        if kind in ("conditional_expression", "boolean_operator"):
            return tuple(n for child in node.named_children for n in self.candidates(child, scope, depth))
        if kind == "lambda":
            return (self._own(f"{scope.name}." if scope.name else "", f"<lambda:{node.start_byte}>"),)
        return ()

    def _attribute_of(self, node: Node, scope: Scope, depth: int) -> tuple[str, ...]:
        """`X.name`; of `self`, also what some method of the module binds the attribute to."""
        holder, name = node.child_by_field_name("object"), text_of(node.child_by_field_name("attribute"))
        found = tuple(_member(base, name) for base in self.candidates(holder, scope, depth))
        if holder is None or holder.type != "identifier" or text_of(holder) not in ("self", "cls"):
            return found
        values = self.syntax.attributes_of(name, node.start_byte)[:4]
        bound = (n for v in values for n in self.candidates(v, self.syntax.scope_at(v.start_byte), depth))
        return (*bound, *found)

    def _identifier(self, name: str, scope: Scope, depth: int) -> tuple[str, ...]:
        at: Scope | None = scope
        while at is not None:
            if at.kind != "class" or at is scope:
                if name in at.imported:
                    return (at.imported[name],)
                own = f"{at.name}.{name}" if at.name else name
                if own in self.syntax.named:
                    return (self._own("", own),)
                holder = at.enclosing_class
                if holder is not None and name in at.parameters and at.parameters[name][0] == 0:
                    return (self._own("", holder.name) + "()",)
                if name in at.bound or name in at.parameters:
                    found = [n for value in self.lookup(name, at)[:4] for n in self.candidates(value, at, depth)]
                    return tuple(found)
            at = at.parent
        return (f"builtins.{name}",) if name in BUILTINS or name == "__builtins__" else (name,)

    def _own(self, prefix: str, name: str) -> str:
        return f"{self.syntax.module}.{prefix}{name}" if self.syntax.module else f"{prefix}{name}"

    def _called(self, node: Node, scope: Scope, depth: int) -> tuple[str, ...]:
        names = self.candidates(node.child_by_field_name("function"), scope, depth)
        listed = node.child_by_field_name("arguments")
        arguments = [c for c in listed.named_children if c.type != "comment"] if listed is not None else []
        found: list[str] = []
        for name in names:
            if name in IMPORTERS and arguments:
                module = self.fold(arguments[0], scope)
                whole = [module.lstrip(".")] if isinstance(module, str) and module else []
                found += (
                    [whole[0].partition(".")[0], *whole]
                    if name == "builtins.__import__" and whole and len(arguments) == 1 and "." in whole[0]
                    else whole
                )
            elif name == "builtins.getattr" and len(arguments) >= 2:
                found += self._attribute(arguments[0], arguments[1], scope, depth)
            elif name.startswith("operator.attrgetter()") and arguments:
                found += self._getter(node.child_by_field_name("function"), arguments[0], scope, depth)
            elif name == "builtins.vars" and arguments:
                found += [f"{base}.__dict__" for base in self.candidates(arguments[0], scope, depth)]
            elif name in NAMESPACES:
                found.append(f"{self.syntax.module}.__dict__")
            elif name in WRAPPERS and arguments:
                found += self.candidates(arguments[0], scope, depth)
            else:
                found.append(f"{name}()")
        return tuple(found)

    def _attribute(self, holder: Node, name: Node, scope: Scope, depth: int) -> list[str]:
        value = self.fold(name, scope)
        if not isinstance(value, str):
            return []
        return [_member(base, value) for base in self.candidates(holder, scope, depth)]

    def _getter(self, getter: Node | None, holder: Node, scope: Scope, depth: int) -> list[str]:
        listed = getter.child_by_field_name("arguments") if getter is not None else None
        names = listed.named_children if listed is not None else []
        return self._attribute(holder, names[0], scope, depth) if names else []

    def _subscript(self, node: Node, scope: Scope, depth: int) -> tuple[str, ...]:
        holder, index = node.child_by_field_name("value"), node.child_by_field_name("subscript")
        if holder is None or index is None:
            return ()
        values = self._entries(holder, scope, depth)
        if values:
            return tuple(n for value in values[:16] for n in self.candidates(value, scope, depth))
        key = self.fold(index, scope)
        if not isinstance(key, str) or not key.isidentifier():
            return ()
        bases = self.candidates(holder, scope, depth)
        if not bases and text_of(holder).endswith("__globals__"):
            bases = ("?.__globals__",)
        return tuple(found for base in bases for found in self._entry(base, key, scope, depth))

    def _entry(self, base: str, key: str, scope: Scope, depth: int) -> tuple[str, ...]:
        """`KEY` of a namespace: of `sys.modules`, of a module's `__dict__`, of a function's `__globals__`."""
        if base == "sys.modules":
            return (key,)
        if base.endswith("__globals__"):
            return (key if key in KNOWN_MODULES else canonical(key) if key == "__builtins__" else f"builtins.{key}",)
        if base.endswith(".__dict__"):
            owner = base.removesuffix(".__dict__")
            if owner == self.syntax.module:
                return self._identifier(key, self.syntax.top, depth)
            return (_member(owner, key),)
        return (_member(base, key),) if canonical(base) == "builtins" else ()

    def _entries(self, holder: Node, scope: Scope, depth: int) -> list[Node]:
        """The values of a dictionary or list display, given itself or by name."""
        if holder.type == "identifier":
            for value in self.lookup(text_of(holder), scope)[:2]:
                if value.type in ("dictionary", "list", "tuple") and depth < MAX_DEPTH:
                    return self._entries(value, scope, depth + 1)
            return []
        if holder.type == "dictionary":
            return [v for p in holder.named_children[:64] if (v := p.child_by_field_name("value")) is not None]
        return list(holder.named_children[:64]) if holder.type in ("list", "tuple") else []


def _member(base: str, name: str) -> str:
    if name in ("__call__", "__func__", "__wrapped__"):
        return base
    if name == "modules" and base == "sys":
        return "sys.modules"
    return f"{base}.{name}"


@lru_cache(maxsize=4096)
def canonical(name: str) -> str:
    """One name for what has several."""
    name = name.removeprefix("builtins.") if name.startswith("builtins.__builtins__") else name
    if name.startswith(("__builtins__.__dict__", "builtins.__dict__.")):
        name = "builtins" + name.partition("__dict__")[2]
    carried = CARRIED.match(name)
    name = name[carried.start(1) :].lstrip("_") if carried is not None else name
    head, dot, rest = name.partition(".")
    return SAME.get(head, head) + dot + rest
