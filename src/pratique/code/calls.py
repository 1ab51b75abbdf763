"""Call sites of Python source: what is called, where, and whether it runs when the module is imported.

A flat view of `code.syntax` and `code.names` for rules that look at one file; `code.flow` follows values from file to file.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pratique.code.names import Names
from pratique.code.syntax import Syntax, text_of

if TYPE_CHECKING:
    from tree_sitter import Node

    from pratique.code.syntax import Scope

MAX_CALLS = 50_000
MAX_INNER = 5_000
MAX_ALL_INNER = 500_000  # nodes inside of what is executed, in one source
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


TAILS = frozenset(name.rpartition(".")[2] for name in EXECUTORS) | {"__call__", "__func__", "__wrapped__"}


@dataclass(frozen=True, slots=True)
class Site:
    """One call. `inner` are the names called anywhere inside its arguments, for `EXECUTORS`."""

    name: str
    line: int  # from 1
    offset: int  # in characters of UTF-8
    text: str
    at_import: bool  # at module or class level, or in a decorator or default value
    inner: frozenset[str]
    by_publisher: bool = False  # only when a script is given a word that installers do not give it


@dataclass(slots=True)
class Module:
    """What was read of a source file."""

    sites: list[Site] = field(default_factory=list)
    complete: bool = True


def read(source: str) -> Module:
    """The call sites of `source`, in order. Never raises on content."""
    return _Reader(Syntax(source)).read()


def executions(source: str) -> Module:
    """The call sites of `EXECUTORS` alone, for less."""
    return _Reader(Syntax(source)).executions()


class _Reader:
    def __init__(self, syntax: Syntax) -> None:
        self.syntax = syntax
        self.names = Names(syntax)
        self.inner = 0  # nodes that were looked at inside of what is executed

    def read(self) -> Module:
        module = Module(complete=self.syntax.complete and len(self.syntax.calls) <= MAX_CALLS)
        named = ((call, self._name(call)) for call in self.syntax.calls[:MAX_CALLS])
        module.sites = [self._site(call, name) for call, name in named if name is not None]
        return module

    def executions(self) -> Module:
        may = (call for call in self.syntax.calls[:MAX_CALLS] if _may_execute(call.child_by_field_name("function")))
        named = ((call, self._name(call)) for call in may)
        sites = [self._site(call, name) for call, name in named if name is not None and name in EXECUTORS]
        complete = self.syntax.complete and len(self.syntax.calls) <= MAX_CALLS and self.inner <= MAX_ALL_INNER
        return Module(sites, complete)

    def _site(self, call: Node, name: str) -> Site:
        scope = self.syntax.running_scope(call)
        arguments = call.child_by_field_name("arguments")
        asked = arguments is not None and name in EXECUTORS  # of others nobody asks
        inner = frozenset(self._inside(arguments, scope)) if asked and arguments is not None else frozenset()
        at_import = not self._in_function(scope)
        text = text_of(call)[:240]
        publisher = at_import and self.syntax.is_for_publishers(call.start_byte)
        return Site(name, call.start_point[0] + 1, call.start_byte, text, at_import, inner, publisher)

    def _in_function(self, scope: Scope | None) -> bool:
        while scope is not None and scope.kind != "function":
            scope = scope.parent
        return scope is not None

    def _name(self, call: Node) -> str | None:
        return self.names.resolve(call.child_by_field_name("function"), self.syntax.running_scope(call))

    def _inside(self, root: Node, scope: Scope) -> set[str]:
        """The names called in an expression, and those that made the variables in it."""
        found: set[str] = set()
        pending: list[tuple[Node, int]] = [(root, 0)]
        seen: set[str] = set()
        count = 0
        while pending and count < MAX_INNER and self.inner <= MAX_ALL_INNER:
            node, depth = pending.pop()
            count += 1
            self.inner += 1
            if node.type == "call":
                name = self._name(node)
                found |= {name} if name is not None else set()
            elif node.type == "identifier" and depth < 3 and text_of(node) not in seen:
                seen.add(text_of(node))
                pending += [(value, depth + 1) for value in self.names.lookup(text_of(node), scope)[:8]]
            pending += [(child, depth) for child in node.named_children]
        return found


def _may_execute(function: Node | None) -> bool:
    """Whether a callee may stand for one of `EXECUTORS`: an attribute of anything but `self` keeps its own name."""
    if function is None or function.type != "attribute":
        return True
    if text_of(function.child_by_field_name("attribute")) in TAILS:
        return True
    holder = function.child_by_field_name("object")
    return holder is not None and holder.type == "identifier" and text_of(holder) in ("self", "cls")
