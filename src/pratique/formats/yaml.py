"""YAML 1.1, composed to nodes and never constructed: tags that name Python objects are reported, not followed.

Read by PyYAML's own scanner and parser (the same everywhere; libyaml may be missing). An unsafe loader executes what the tags
`!!python/object/apply:`, `!!python/object/new:`, `!!python/name:` and `!!python/module:` name (PyYAML, constructor.py).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from pratique.domain.artifact import ArtifactKind
from pratique.domain.part import Call, Import, Json, Member, Part, Text
from pratique.formats.contract import POSSIBLE, Format, Head, Scope, Yield
from pratique.formats.documents import dotted, escape, parts_of_document
from pratique.formats.window import Window

if TYPE_CHECKING:
    from yaml.nodes import Node

MAX_BYTES = 1 << 20
MAX_NODES = 200_000
PYTHON = "tag:yaml.org,2002:python/"
MARKDOWN = (".md", ".mdx", ".markdown")
NAMES = (".yaml", ".yml", "mlmodel", ".cff")
CALLS = ("object/apply:", "object/new:", "object:")
IMPORTS = ("name:", "module:")
# HyperPyYAML, core.py, `load_hyperpyyaml`: what SpeechBrain's configurations construct, call and name.
HYPER_CALLS = ("!new:", "!apply:")
HYPER_IMPORTS = ("!name:", "!module:")


def probe(head: Head) -> int:
    """YAML has no signature, and nearly any text is YAML: content decides that it is text, the name that it is read as this."""
    from pratique.formats.text import encoding_of

    if not encoding_of(head.data, head.window.size <= len(head.data)):
        return 0
    named = head.name.lower().endswith(NAMES)
    return POSSIBLE if named or b"!!python/" in head.data or head.data.startswith((b"%YAML", b"---\n")) else 0


def read(window: Window, scope: Scope) -> Iterator[Yield]:
    import yaml

    if window.size > MAX_BYTES:
        yield scope.broken("yaml-too-large", f"YAML of more than {MAX_BYTES} bytes is not parsed", lost=True)
        return
    data = window.read_at(0, MAX_BYTES)
    if scope.name.lower().endswith(MARKDOWN):
        yield Text(scope.at(0, window.size), data.decode("utf-8", "replace"))
        data = _front_matter(data)
    loader = None
    try:
        loader = yaml.SafeLoader(data)
        while loader.check_node():
            window.budget.tick(64)
            node = loader.get_node()
            if node is not None:
                yield from _parts(node, scope)
    except (yaml.YAMLError, ValueError, RecursionError, UnicodeError) as error:
        message = " ".join(str(error).split())[:200]
        yield scope.broken("yaml-malformed", f"not YAML: {message}", 0, 0)
    finally:
        if loader is not None:
            loader.dispose()
    yield Member(scope.at(0, window.size), "yaml-document", window.size)


def _front_matter(data: bytes) -> bytes:
    """The document between the two fences at the top of a Markdown file (a model card's metadata); what follows is prose."""
    end = data.find(b"\n---", 3)
    return data[: end + 1] if end >= 0 else b""


def _parts(node: Node, scope: Scope) -> Iterator[Part]:
    yield from _tags(node, scope)
    counter = [0]
    value = _value(node, counter, 0)
    if counter[0] > MAX_NODES:
        yield scope.broken("yaml-expansion", f"aliases expand to more than {MAX_NODES} nodes", 0, 0, lost=True)
        return
    yield from parts_of_document(value, scope)


def _tags(root: Node, scope: Scope) -> Iterator[Part]:
    """Each node once, whatever aliases lead to it."""
    from yaml.nodes import MappingNode, SequenceNode

    pending, seen = [(root, "")], set()
    while pending:
        node, pointer = pending.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        if isinstance(node.tag, str) and node.tag.startswith(PYTHON):
            yield from _tag(node, node.tag.removeprefix(PYTHON), ("yaml", "!!python/", CALLS, IMPORTS), pointer, scope)
        elif isinstance(node.tag, str) and node.tag.startswith("!"):
            yield from _tag(node, node.tag, ("hyperpyyaml", "", HYPER_CALLS, HYPER_IMPORTS), pointer, scope)
        if isinstance(node, MappingNode):
            for key, item in node.value:
                pending += [(key, pointer), (item, f"{pointer}/{escape(str(key.value)[:100])}")]
        elif isinstance(node, SequenceNode):
            pending += [(item, f"{pointer}/{number}") for number, item in enumerate(node.value)]


Dialect = tuple[
    str, str, tuple[str, ...], tuple[str, ...]
]  # carrier, how its tags begin, and which call or name something


def _tag(node: Node, tag: str, dialect: Dialect, pointer: str, scope: Scope) -> Iterator[Part]:
    carrier, begins, calls, imports = dialect
    where = scope.at(pointer=pointer, line=node.start_mark.line + 1)
    for prefix in calls:
        if tag.startswith(prefix):
            arguments = tuple(str(getattr(item, "value", ""))[:120] for item in _items(node))
            target = dotted(tag.removeprefix(prefix))
            yield Call(where, target, carrier, prefix.strip("!:"), arguments, f"{begins}{tag}")
            return
    for prefix in imports:
        if tag.startswith(prefix):
            yield Import(where, dotted(tag.removeprefix(prefix)), carrier)


def _items(node: Node) -> list[Node]:
    value = node.value
    return [v for v in value if hasattr(v, "value")][:8] if isinstance(value, list) else []


def _value(node: Node, counter: list[int], depth: int) -> Json:
    """The node as JSON; scalars stay strings, because what configuration names matters and not its types."""
    from yaml.nodes import MappingNode, ScalarNode, SequenceNode

    counter[0] += 1
    if counter[0] > MAX_NODES or depth > 64:
        counter[0] = MAX_NODES + 1 if depth <= 64 else counter[0]
        return None
    if isinstance(node, MappingNode):
        pairs = ((key, item) for key, item in node.value if isinstance(key, ScalarNode))
        return {str(key.value): _value(item, counter, depth + 1) for key, item in pairs}
    if isinstance(node, SequenceNode):
        return [_value(item, counter, depth + 1) for item in node.value]
    return str(node.value)


FORMAT = Format(
    id="yaml",
    title="YAML",
    kind=ArtifactKind.DATASET,
    read=read,
    probe=probe,
    extensions=(".yaml", ".yml"),
    opens_with="with an unsafe loader, what `!!python/` tags name",
    families=("text", "json"),
)
