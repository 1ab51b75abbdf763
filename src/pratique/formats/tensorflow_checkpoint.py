"""TensorFlow checkpoint index (`variables.index`): a sorted string table of tensor names, shapes and places.

Source: tensorflow/core/lib/io/table_format.txt (LevelDB's table format) and core/protobuf/tensor_bundle.proto. The
tensors'
bytes stand in `PREFIX.data-NNNNN-of-MMMMM` beside it, which this index claims. Nothing executes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pratique.domain.artifact import ArtifactKind
from pratique.domain.part import Member, Metadata, Tensor
from pratique.formats.contract import CERTAIN, Format, Head, Scope, Yield
from pratique.formats.protobuf_wire import Span, Wire, WireError, schema
from pratique.formats.tensorflow_graph import DIM, DTYPES, SHAPE
from pratique.formats.window import Window

MAGIC = bytes.fromhex("57fb808b247547db")  # table_options: kTableMagicNumber, little-endian
FOOTER_BYTES = 48
TRAILER_BYTES = 5  # of a block: compression, masked CRC-32C
MAX_BLOCK_BYTES = 16 << 20
MAX_SHARDS = 100_000
HEADER = schema("BundleHeaderProto", INT="1:num_shards 2:endianness", BYTES="3:version")
ENTRY = schema(
    "BundleEntryProto",
    INT="1:dtype 3:shard_id 4:offset 5:size",
    BYTES="2:shape 7:slices",
    FLOAT="6:crc32c",
)


@dataclass(frozen=True, slots=True)
class _Handle:
    offset: int
    size: int


def probe(head: Head) -> int:
    size = head.window.size
    return CERTAIN if size >= FOOTER_BYTES and head.window.read_at(size - 8, 8) == MAGIC else 0


def read(window: Window, scope: Scope) -> Iterator[Yield]:
    footer = window.size - FOOTER_BYTES
    wire = Wire(window)
    try:
        if footer < 0:
            raise WireError("shorter than its footer", 0)
        meta, index = _handles(wire, Span(footer, 40), 2)
        yield Member(scope.at(footer, FOOTER_BYTES), "tensorflow-checkpoint-footer", FOOTER_BYTES)
        for block in (meta, index):
            yield Member(scope.at(block.offset, block.size + TRAILER_BYTES), "tensorflow-checkpoint-block", block.size)
        for _, value in _entries(window, wire, index):
            (block,) = _handles(wire, value, 1)
            yield from _tensors(window, wire, block, scope)
    except WireError as error:
        yield scope.broken("tensorflow-checkpoint", f"reading the table stopped: {error}", error.offset, lost=True)


def _tensors(window: Window, wire: Wire, block: _Handle, scope: Scope) -> Iterator[Yield]:
    for key, value in _entries(window, wire, block):
        if not key:
            shards = wire.decode(value, HEADER).number("num_shards", 1)
            yield from _claims(min(shards, MAX_SHARDS), scope)
            continue
        entry = wire.decode(value, ENTRY)
        shape_span = entry.last("shape")
        dims = wire.decode(shape_span, SHAPE).all("dim")[:64] if shape_span is not None else []
        shape = tuple(wire.decode(dim, DIM).number("size") for dim in dims)
        code = entry.number("dtype")
        name = key.decode("utf-8", "replace")[:1024]
        where = scope.at(value.offset, value.length, tensor=name)
        yield Tensor(where, name, DTYPES[code] if code < len(DTYPES) else f"type-{code}", shape)
    yield Member(scope.at(block.offset, block.size + TRAILER_BYTES), "tensorflow-checkpoint-block", block.size)


def _claims(shards: int, scope: Scope) -> Iterator[Yield]:
    prefix = scope.name.removesuffix(".index")
    for shard in range(shards):
        location = f"{prefix}.data-{shard:05d}-of-{shards:05d}"
        yield Metadata(scope.at(), "companion", {"location": location})


def _handles(wire: Wire, span: Span, count: int) -> list[_Handle]:
    numbers = []
    for value in wire.packed(span):
        numbers.append(value)
        if len(numbers) == 2 * count:
            break
    if len(numbers) < 2 * count:
        raise WireError("a block's place is cut", span.offset)
    return [_Handle(numbers[2 * i], numbers[2 * i + 1]) for i in range(count)]


def _entries(window: Window, wire: Wire, block: _Handle) -> Iterator[tuple[bytes, Span]]:
    """Key and place of the value of each entry of an uncompressed block (shared prefixes restored)."""
    end = block.offset + block.size
    if block.size > MAX_BLOCK_BYTES or end + TRAILER_BYTES > window.size or block.size < 4:
        raise WireError(f"a block of {block.size} bytes lies outside the file", block.offset)
    if window.read_at(end, 1) != b"\0":
        raise WireError("a compressed block is not read", end)
    restarts = int.from_bytes(window.read_at(end - 4, 4), "little")
    data_end = end - 4 - 4 * restarts
    at = block.offset
    key = b""
    while at < data_end:
        shared, key_length, value_length, at = _entry_header(wire, at, data_end)
        if shared > len(key) or key_length > 65_536 or at + key_length + value_length > data_end:
            raise WireError("an entry runs out of its block", at)
        key = key[:shared] + window.read_at(at, key_length)
        at += key_length
        yield key, Span(at, value_length)
        at += value_length


def _entry_header(wire: Wire, at: int, end: int) -> tuple[int, int, int, int]:
    numbers = []
    for _ in range(3):
        value, at = wire.varint(at, end)
        numbers.append(value)
    return numbers[0], numbers[1], numbers[2], at


FORMAT = Format(
    id="tensorflow-checkpoint",
    title="TensorFlow checkpoint index",
    kind=ArtifactKind.MODEL,
    read=read,
    probe=probe,
    extensions=(".index", ".ckpt"),
    opens_with="nothing: names and places of tensors",
    tail_magics=(MAGIC,),
)
