"""Networks in Protocol Buffers' text form: `saved_model.pbtxt`, `graph.pbtxt`, Caffe's `deploy.prototxt`.

Source: https://protobuf.dev/reference/protobuf/textformat-spec/; TensorFlow loads `saved_model.pbtxt` where there is no
`saved_model.pb` (tensorflow/python/saved_model/loader_impl.py), Caffe builds its network from prototxt.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from pratique.domain.artifact import ArtifactKind
from pratique.domain.part import Member, Metadata, Operator, Scalar
from pratique.formats.contract import LIKELY, Format, Head, Scope, Yield
from pratique.formats.window import Window

MAX_TEXT_BYTES = 32 << 20
MAX_DEPTH = 256
MAX_VALUES = 256
MAX_VALUE_CHARACTERS = 512
TOKEN = re.compile(r"""#[^\n]*|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|[{}<>\[\]:;,]|[^\s{}<>\[\]:;,"'#]+""")
TENSORFLOW_NODES = frozenset({"node", "node_def"})
CAFFE_LAYERS = frozenset({"layer", "layers"})
START = re.compile(
    r"""(?:\s|\#[^\n]*\n)*
    (?: saved_model_schema_version\s*:\s*1\b | (?:meta_graphs|meta_info_def|graph_def)\s*\{
      | node\s*\{\s*(?:name|op)\s*:\s*["'] | library\s*\{\s*function\s*\{
      | (?:name\s*:\s*("[^"\n]*"|'[^'\n]*')\s*(?:\#[^\n]*\s*)*)?
        (?:layers?\s*\{|input\s*:\s*["']|input_shape\s*\{) )""",
    re.VERBOSE,
)


def probe(head: Head) -> int:
    text = head.data.decode("utf-8", "replace")
    return LIKELY + 5 if START.match(text) and "{" in text and "\0" not in text else 0


@dataclass(slots=True)
class _Block:
    """An open message: the texts of its fields, and of what stands directly below it (`child.field`)."""

    name: str
    offset: int
    values: dict[str, str] = field(default_factory=dict)

    def keep(self, name: str, value: str) -> None:
        if len(self.values) < MAX_VALUES:
            self.values.setdefault(name, value[:MAX_VALUE_CHARACTERS])


def read(window: Window, scope: Scope) -> Iterator[Yield]:
    if window.size > MAX_TEXT_BYTES:
        yield scope.broken("protobuf-text", f"{window.size} bytes of text are not read", lost=True)
        return
    # Latin-1 keeps offsets in characters the offsets in bytes; what is compared is ASCII.
    text = window.read_at(0, window.size).decode("latin-1")
    stack = [_Block("", 0)]
    name = pending = ""
    for token in TOKEN.finditer(text):
        window.budget.tick()
        word = token.group()
        if word[0] == "#" or word in (";", ",", "[", "]"):
            continue
        if word in ("{", "<"):
            if len(stack) >= MAX_DEPTH:
                yield scope.broken("protobuf-text", f"nested deeper than {MAX_DEPTH}", token.start(), lost=True)
                return
            stack.append(_Block(pending or name, token.start()))
            name = pending = ""
        elif word in ("}", ">"):
            if len(stack) == 1:
                yield scope.broken("protobuf-text", "a block closes that was not opened", token.start(), lost=True)
                return
            yield from _closed(stack.pop(), stack[-1], token.end(), scope)
        elif word == ":":
            name = pending
        elif name:
            stack[-1].keep(name, _plain(word))
            name = pending = ""
        else:
            pending = word
    if len(stack) > 1:
        yield scope.broken("protobuf-text", f"{len(stack) - 1} blocks are never closed", stack[-1].offset, lost=True)
        return
    yield Member(scope.at(0, window.size), "protobuf-text-network", window.size)


def _closed(block: _Block, parent: _Block, end: int, scope: Scope) -> Iterator[Yield]:
    values = block.values
    where = scope.at(block.offset, end - block.offset)
    if block.name in TENSORFLOW_NODES and "op" in values:
        facts: tuple[tuple[str, Scalar], ...] = tuple(
            (key.replace("attr.", "attribute.", 1), value) for key, value in values.items() if key != "op"
        )
        yield Operator(where, "tensorflow", "", values["op"], facts)
    elif block.name in CAFFE_LAYERS and "type" in values:
        layer: tuple[tuple[str, Scalar], ...] = tuple(
            (key, values.get(f"python_param.{key}", "")) for key in ("module", "layer", "param_str")
        )
        type_ = "Python" if values["type"] == "PYTHON" else values["type"]
        yield Operator(where, "caffe", "text", type_, (("name", values.get("name", "")), *layer))
    elif block.name == "asset_file_def" and "filename" in values:
        yield Metadata(where, "tensorflow-asset", {"filename": values["filename"]})
    _hand_up(block, parent)


def _hand_up(block: _Block, parent: _Block) -> None:
    """Map entries (`attr { key: "T" value { s: "x" } }`) and parameters become values of the block around them."""
    values = block.values
    if "key" in values:
        found = next((v for k, v in values.items() if k.startswith("value.")), "")
        parent.keep(f"{block.name}.{values['key']}", found)
        return
    for key, value in values.items():
        if key.count(".") < 2:
            parent.keep(f"{block.name}.{key}", value)


def _plain(word: str) -> str:
    if word[0] not in "\"'":
        return word
    return word[1:-1].encode("latin-1").decode("utf-8", "replace")


FORMAT = Format(
    id="protobuf-text",
    title="network in Protocol Buffers text form",
    kind=ArtifactKind.MODEL,
    read=read,
    probe=probe,
    extensions=(".pbtxt", ".prototxt"),
    first_bytes=b"#nsmgl i\n\r\t",
    opens_with="the network's operators: some read and write files, Python layers import modules",
    families=("tensorflow-saved-model", "tensorflow-graph", "caffe", "text"),
)
