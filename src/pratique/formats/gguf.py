"""GGUF: header, typed key-value pairs, tensor table, aligned tensor data.

Source: ggml, docs/gguf.md (versions 1 to 3, both byte orders) and `gguf.cpp`, whose bounds checks are repeated here (integer
overflows in readers without them: CVE-2024-23496, CVE-2024-21836, CVE-2025-53630). Nothing executes when a file is opened, but the
chat template in it is rendered by Jinja.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from pratique.domain.artifact import ArtifactKind
from pratique.domain.part import Json, Metadata, Template, Tensor
from pratique.formats.contract import CERTAIN, Format, Head, Scope, Yield
from pratique.formats.gguf_types import ARRAY, BLOCKS, MAX_DIMENSIONS, SCALARS, STRING, TYPE_NAMES
from pratique.formats.window import Window

MAGIC = b"GGUF"
MAX_STRING_BYTES = 16 << 20
MAX_KEYS = 100_000
MAX_TENSORS = 1_000_000
KEPT_TEXT = 4096
KEPT_ITEMS = 16
DEFAULT_ALIGNMENT = 32
ALIGNMENT_KEY = "general.alignment"
TEMPLATE_KEY = "tokenizer.chat_template"


class _Bad(Exception):
    """The bytes contradict the format; the message says how."""


@dataclass(slots=True)
class _Reader:
    """A cursor with the file's byte order and width of lengths."""

    window: Window
    order: str
    wide: bool  # versions 2 and 3 count in 64 bits
    at: int = 4
    buffer: bytes = b""
    base: int = 0

    def take(self, size: int) -> bytes:
        offset = self.at - self.base
        if offset < 0 or offset + size > len(self.buffer):
            self.base = self.at
            self.buffer = self.window.read_at(self.at, max(size, 1 << 16))
            offset = 0
        data = self.buffer[offset : offset + size]
        if len(data) < size:
            raise _Bad("the file ends inside its header")
        self.at += size
        return data

    def number(self, code: str) -> int:
        value: int = struct.unpack(self.order + code, self.take(struct.calcsize(code)))[0]
        return value

    def length(self) -> int:
        return self.number("Q" if self.wide else "I")

    def string(self, limit: int = MAX_STRING_BYTES) -> tuple[str, int]:
        """The text (clipped to `limit`) and where it begins."""
        size = self.length()
        start = self.at
        if size > self.window.size - self.at:
            raise _Bad(f"a string of {size} bytes does not fit into the file")
        text = self.take(min(size, limit)) if size else b""
        self.at = start + size
        return text.decode("utf-8", "replace"), start


def probe(head: Head) -> int:
    if head.data[:4] != MAGIC or len(head.data) < 8:
        return 0
    return CERTAIN if _order(head.data) is not None else 0


def _order(head: bytes) -> str | None:
    for order in "<>":
        if struct.unpack(order + "I", head[4:8])[0] in (1, 2, 3):
            return order
    return None


def read(window: Window, scope: Scope) -> Iterator[Yield]:
    order = _order(window.read_at(0, 8)) or "<"
    reader = _Reader(window, order, True)
    keys: dict[str, Json] = {}
    try:
        version = reader.number("I")
        reader.wide = version > 1
        tensors, pairs = reader.length(), reader.length()
        if pairs > MAX_KEYS or tensors > MAX_TENSORS:
            raise _Bad(f"it claims {pairs} keys and {tensors} tensors")
        for _ in range(pairs):
            window.budget.tick()
            yield from _pair(reader, keys, scope)
        table_at = reader.at
        infos = [_tensor_info(reader) for _ in range(tensors)]
    except (_Bad, struct.error) as error:
        yield Metadata(scope.at(0, reader.at), "gguf", keys)
        yield scope.broken("gguf-malformed", str(error), reader.at, 0, lost=True)
        return
    yield Metadata(scope.at(0, reader.at), "gguf", {"version": version, "tensors": tensors, **keys})
    yield from _tensors(infos, keys, reader.at, table_at, window, scope)


def _pair(reader: _Reader, keys: dict[str, Json], scope: Scope) -> Iterator[Yield]:
    start = reader.at
    key, _ = reader.string(1 << 16)
    value_type = reader.number("I")
    value_at = reader.at
    if key in keys:
        yield scope.broken("gguf-duplicate-key", f"the key {key!r} stands twice", start, 0, key=key)
    if key.startswith(TEMPLATE_KEY) and value_type == STRING:
        text, text_at = reader.string()
        keys[key] = text[:KEPT_TEXT]
        yield Template(scope.at(text_at, reader.at - text_at), "jinja2", text)
        return
    keys[key] = _value(reader, value_type, 0)
    if key.startswith(TEMPLATE_KEY) and value_type == ARRAY:
        for text in _strings_of(keys[key]):
            if "{" in text:
                yield Template(scope.at(value_at, reader.at - value_at), "jinja2", text)


def _strings_of(value: Json) -> Iterator[str]:
    for item in value if isinstance(value, list) else ():
        if isinstance(item, str):
            yield item


def _value(reader: _Reader, value_type: int, depth: int) -> Json:
    if value_type == STRING:
        return reader.string(KEPT_TEXT)[0]
    if value_type == ARRAY:
        return _array(reader, depth)
    if value_type not in SCALARS:
        raise _Bad(f"no value type {value_type} exists")
    code = SCALARS[value_type]
    value = struct.unpack(reader.order + code, reader.take(struct.calcsize(code)))[0]
    return value if isinstance(value, bool | int | float) else None


def _array(reader: _Reader, depth: int) -> Json:
    """The first items; the rest is stepped over and checked against the file's size."""
    item_type, count = reader.number("I"), reader.length()
    if item_type in SCALARS:
        size = struct.calcsize(SCALARS[item_type]) * count
        if size > reader.window.size - reader.at:
            raise _Bad(f"an array of {count} items does not fit into the file")
        kept = [_value(reader, item_type, depth) for _ in range(min(count, KEPT_ITEMS))]
        reader.at += size - struct.calcsize(SCALARS[item_type]) * len(kept)
        return list(kept)
    if item_type not in (STRING, ARRAY) or depth >= 4:
        raise _Bad(f"an array of type {item_type}, {depth} deep")
    if count * 4 > reader.window.size - reader.at:
        raise _Bad(f"an array of {count} items does not fit into the file")
    kept = []
    for number in range(count):
        reader.window.budget.tick()
        item = _value(reader, item_type, depth + 1)
        if number < KEPT_ITEMS:
            kept.append(item)
    return kept


@dataclass(frozen=True, slots=True)
class _Info:
    name: str
    shape: tuple[int, ...]
    type: int
    offset: int
    at: int


def _tensor_info(reader: _Reader) -> _Info:
    reader.window.budget.tick()
    at = reader.at
    name, _ = reader.string(1 << 16)
    dimensions = reader.number("I")
    if dimensions > MAX_DIMENSIONS:
        raise _Bad(f"the tensor {name!r} has {dimensions} dimensions; at most {MAX_DIMENSIONS} exist")
    shape = tuple(reader.length() for _ in range(dimensions))
    return _Info(name, shape, reader.number("I"), reader.number("Q"), at)


def _tensors(
    infos: list[_Info], keys: dict[str, Json], header_end: int, table_at: int, window: Window, scope: Scope
) -> Iterator[Yield]:
    alignment = keys.get(ALIGNMENT_KEY, DEFAULT_ALIGNMENT)
    if not isinstance(alignment, int) or alignment < 1 or alignment & (alignment - 1) or alignment > 1 << 20:
        yield scope.broken("gguf-alignment", f"general.alignment is {alignment!r}, not a power of two", 0, 0)
        alignment = DEFAULT_ALIGNMENT
    data_start = (header_end + alignment - 1) // alignment * alignment
    spans: list[tuple[int, int, str]] = []
    seen: set[str] = set()
    for info in infos:
        if info.name in seen:
            yield scope.broken(
                "gguf-duplicate-tensor", f"two tensors are named {info.name!r}", info.at, 0, name=info.name
            )
        seen.add(info.name)
        size = _size(info)
        if size is None:
            message = f"{info.name!r}: type {info.type} and shape {list(info.shape)} have no valid size"
            yield scope.broken("gguf-tensor-size", message, info.at, 0, name=info.name)
            continue
        start = data_start + info.offset
        if info.offset % alignment:
            yield scope.broken(
                "gguf-misaligned", f"{info.name!r} is not aligned to {alignment}", info.at, 0, name=info.name
            )
        if start + size > window.size:
            message = f"{info.name!r} needs {size} bytes at {start}, outside of the file"
            yield scope.broken("gguf-bounds", message, info.at, 0, name=info.name)
            continue
        padded = min((size + alignment - 1) // alignment * alignment, window.size - start)
        where = scope.at(start, padded, tensor=info.name)
        yield Tensor(where, info.name, TYPE_NAMES.get(info.type, str(info.type)), info.shape)
        spans.append((start, start + size, info.name))
    spans.sort()
    for (_, end, name), (start, _, following) in pairwise(spans):
        if start < end:
            yield scope.broken(
                "gguf-overlap", f"{name!r} and {following!r} share {end - start} bytes", start, 0, name=name
            )


def _size(info: _Info) -> int | None:
    """Bytes of a tensor: rows of whole blocks; None where the arithmetic of a reader would overflow or not come out even."""
    block = BLOCKS.get(info.type)
    if block is None:
        return None
    per_block, block_bytes = block
    count = 1
    for n in info.shape:
        count *= n
        if n < 1 or count >= 1 << 63:
            return None
    row = info.shape[0] if info.shape else 1
    return None if row % per_block else count // per_block * block_bytes


FORMAT = Format(
    id="gguf",
    title="GGUF model (llama.cpp)",
    kind=ArtifactKind.MODEL,
    read=read,
    probe=probe,
    magics=((0, MAGIC),),
    extensions=(".gguf",),
    opens_with="nothing; its chat template is rendered when it is used",
)
