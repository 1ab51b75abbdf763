"""skops: `schema.json` of a `.skops` archive, a tree of nodes each of which names the class or function that it revives.

Source: skops/io/_audit.py, _general.py (protocol 2). Loading imports and revives what the caller trusts, by default the classes of
scikit-learn, numpy and scipy; inconsistent nodes got past that check (CVE-2025-54412, CVE-2025-54413, CVE-2025-54886).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from pratique.domain.artifact import ArtifactKind
from pratique.domain.part import Call, Import, Json, Member, Metadata, Name
from pratique.formats.contract import CERTAIN, Format, Head, Scope, Yield
from pratique.formats.documents import escape
from pratique.formats.json import SPACE
from pratique.formats.window import Window

MAX_BYTES = 64 << 20
MAX_NODES = 1_000_000
NODE_KEYS = ("__class__", "__module__", "__loader__")
NAMING = ("FunctionNode", "TypeNode")  # they resolve a name, and call nothing


def probe(head: Head) -> int:
    if head.data.lstrip(SPACE)[:1] != b"{" or head.window.size > MAX_BYTES:
        return 0
    # A key may be spelled with escapes, hence the second search.
    if head.window.find(b"__loader__") < 0 and head.window.find(b"\\u00") < 0:
        return 0
    return CERTAIN if _is_node(_parsed(head.window)) else 0


def _parsed(window: Window) -> Any:
    try:
        return json.loads(window.read_at(0, MAX_BYTES).decode("utf-8"))
    except (ValueError, RecursionError):
        return None


def _is_node(value: Any) -> bool:
    return isinstance(value, dict) and all(isinstance(value.get(key), str) for key in NODE_KEYS)


def read(window: Window, scope: Scope) -> Iterator[Yield]:
    root = _parsed(window)
    if not _is_node(root):
        yield scope.broken("skops-malformed", "not a tree of skops nodes", 0, window.size, lost=True)
        return
    yield Member(scope.at(0, window.size), "skops-schema", window.size)
    kept: dict[str, Json] = {key: value for key, value in root.items() if isinstance(value, str | int)}
    yield Metadata(scope.at(pointer=""), "skops", kept)
    pending: list[tuple[Any, str]] = [(root, "")]
    count = 0
    while pending:
        node, at = pending.pop()
        count += 1
        window.budget.tick()
        if count > MAX_NODES:
            yield scope.broken("skops-malformed", f"more than {MAX_NODES} nodes", lost=True)
            return
        if isinstance(node, dict):
            if "__loader__" in node or "__module__" in node:
                yield from _node(node, at, scope)
            pending += [(v, f"{at}/{escape(k)}") for k, v in node.items() if isinstance(v, dict | list)]
        else:
            pending += [(v, f"{at}/{i}") for i, v in enumerate(node) if isinstance(v, dict | list)]


def _node(node: dict[str, Any], at: str, scope: Scope) -> Iterator[Yield]:
    where = scope.at(pointer=at)
    if not _is_node(node):
        yield scope.broken("skops-malformed", f"the node {at or '/'} names no class", 0, 0, pointer=at)
        return
    class_name, module, loader = (node[key] for key in NODE_KEYS)
    target = Name(module, class_name)
    yield Import(where, target, "skops")
    content = node.get("content")
    if loader == "MethodNode" and isinstance(content, dict):
        yield Import(where, Name(module, f"{class_name}.{content.get('func')}"), "skops")
    elif loader == "OperatorFuncNode":
        yield Call(where, Name("operator", class_name), "skops", loader, (), f"operator.{class_name}(…)")
    elif loader not in NAMING:
        # A node without arguments of its own makes an instance by `__new__` and sets its state.
        how = "REDUCE" if loader in ("ConstructorFromReduceNode", "PartialNode") else loader
        yield Call(where, target, "skops", how, (), f"{loader}: {target}")


FORMAT = Format(
    id="skops",
    title="skops schema (scikit-learn)",
    kind=ArtifactKind.MODEL,
    read=read,
    probe=probe,
    first_bytes=b" \t\r\n{",
    opens_with="the classes and functions that the caller trusts are imported and revived",
    families=("json", "text"),
)
