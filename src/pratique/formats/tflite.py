"""TensorFlow Lite: a FlatBuffer with the identifier `TFL3`, possibly followed by a zip of metadata files.

Source: tensorflow/compiler/mlir/lite/schema/schema.fbs. Running a model executes its operators: built-in ones,
custom ones
that the application registers, and `Flex` ones, which are TensorFlow's own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pratique.domain.artifact import ArtifactKind
from pratique.domain.part import Facts, Json, Member, Metadata, Operator, Tensor
from pratique.formats.contract import CERTAIN, LIKELY, Format, Head, Nested, Scope, Yield
from pratique.formats.flatbuffer import SMALL_HOLE_BYTES, Flat, FlatError, Table, plausible_root
from pratique.formats.window import Window

IDENTIFIER = b"TFL3"
MAX_ELEMENTS = 1 << 40
CUSTOM = 32  # BuiltinOperator.CUSTOM
INDEX_BYTES = {1: 4, 2: 2, 3: 1}  # SparseIndexVector: Int32Vector, Uint16Vector, Uint8Vector
EMPTY_ZIP = re.compile(rb"\0*PK\x05\x06\0{12}.{4}\0\0", re.DOTALL)  # an end record without entries and comment
ZIP_ENTRY = b"PK\x03\x04"
# TensorType
TYPES = (
    "float32", "float16", "int32", "uint8", "int64", "string", "bool", "int16", "complex64", "int8", "float64",
    "complex128", "uint64", "resource", "variant", "uint32", "uint16", "int4", "bfloat16", "int2", "uint4",
)  # fmt: skip


def probe(head: Head) -> int:
    if head.data[4:8] != IDENTIFIER:
        return 0
    return CERTAIN if plausible_root(head.window) else LIKELY


def read(window: Window, scope: Scope) -> Iterator[Yield]:
    flat = Flat(window)
    try:
        yield from _model(flat, scope)
    except FlatError as error:
        yield scope.broken("tflite-bounds", f"reading the model stopped: {error}", error.offset, lost=True)
        return
    yield from _rest(flat, window, scope)


def _model(flat: Flat, scope: Scope) -> Iterator[Yield]:
    model = flat.root()
    codes = [_code(table) for table in model.tables(1)]
    buffers = 0
    for buffer in model.tables(4):
        yield from _buffer(buffer, flat, scope, buffers)
        buffers += 1
    names = {table.number(1, 4): table.string(0, 256) for table in model.tables(6)}
    model.numbers(5, 4)
    for signature in model.tables(7):
        for field in (0, 1):
            for entry in signature.tables(field):
                entry.string(0)
        signature.string(2)
    header: dict[str, Json] = {
        "version": model.number(0, 4),
        "description": model.string(3),
        "metadata": [*sorted(set(names.values()))],
    }
    yield Metadata(scope.at(model.at, pointer=""), "tflite", header)
    seen: set[int] = set()
    for position, subgraph in enumerate(model.tables(2)):
        if subgraph.at not in seen:
            seen.add(subgraph.at)
            yield from _subgraph(subgraph, codes, buffers, scope, f"/subgraphs/{position}")


def _code(table: Table) -> tuple[int, str]:
    """The built-in operator (the larger of the two fields, as schema_utils.cc takes it) and the custom name."""
    return max(table.number(0, 1, signed=True), table.number(3, 4, signed=True)), table.string(1, 256)


def _buffer(buffer: Table, flat: Flat, scope: Scope, position: int) -> Iterator[Yield]:
    buffer.vector(0, 1)
    offset, size = buffer.number(1, 8), buffer.number(2, 8)
    if offset > 1:  # 1 marks a buffer whose data a converter left out
        if offset + size > flat.window.size:
            raise FlatError(f"buffer {position} of {size} bytes lies outside", min(offset, flat.window.size))
        flat.visit(offset, size)
        yield Member(scope.at(offset, size), "tflite-buffer", size)


def _subgraph(
    subgraph: Table, codes: list[tuple[int, str]], buffers: int, scope: Scope, pointer: str
) -> Iterator[Yield]:
    for position, tensor in enumerate(subgraph.tables(0)):
        yield from _tensor(tensor, buffers, scope, f"{pointer}/tensors/{position}")
    subgraph.numbers(1, 4)
    subgraph.numbers(2, 4)
    subgraph.string(4)
    for position, operator in enumerate(subgraph.tables(3)):
        yield from _operator(operator, codes, scope, f"{pointer}/operators/{position}")


def _tensor(tensor: Table, buffers: int, scope: Scope, pointer: str) -> Iterator[Yield]:
    shape = tuple(tensor.numbers(0, 4))
    code, buffer, name = tensor.number(1, 1), tensor.number(2, 4), tensor.string(3, 1024)
    tensor.numbers(7, 4)
    quantization = tensor.table(4)
    if quantization is not None:
        for field, width in ((0, 4), (1, 4), (2, 4), (3, 8)):
            quantization.vector(field, width)
    sparsity = tensor.table(6)
    if sparsity is not None:
        _sparsity(sparsity)
    if buffer >= max(buffers, 1):
        message = f"tensor {name!r} has buffer {buffer} of {buffers}"
        yield scope.broken("tflite-index", message, tensor.at, 4, name=name)
    if any(n < 0 for n in shape) or _elements(shape) > MAX_ELEMENTS:
        message = f"tensor {name!r} has the impossible shape {list(shape)}"
        yield scope.broken("tflite-shape", message, tensor.at, 4, name=name)
    where = scope.at(tensor.at, pointer=pointer, tensor=name)
    yield Tensor(where, name, TYPES[code] if code < len(TYPES) else f"type-{code}", shape)


def _sparsity(sparsity: Table) -> None:
    """Visits the indices of a sparse tensor: vectors of 4, 2 or 1 bytes an element."""
    sparsity.vector(0, 4)
    sparsity.vector(1, 4)
    for dimension in sparsity.tables(2):
        for kind, values in ((2, 3), (4, 5)):
            vector = dimension.table(values)
            if vector is not None:
                vector.vector(0, INDEX_BYTES.get(dimension.number(kind, 1), 1))


def _elements(shape: tuple[int, ...]) -> int:
    count = 1
    for n in shape:
        count *= n
    return count


def _operator(operator: Table, codes: list[tuple[int, str]], scope: Scope, pointer: str) -> Iterator[Yield]:
    index = operator.number(0, 4)
    for field in (1, 2, 8):
        operator.vector(field, 4)
    operator.table(4)
    operator.table(12)
    options_at, options_bytes = operator.vector(5, 1)
    operator.vector(7, 1)
    large_offset, large_bytes = operator.number(9, 8), operator.number(10, 8)
    if large_offset > 1:
        if large_offset + large_bytes > operator.flat.window.size:
            raise FlatError(f"custom options of {large_bytes} bytes lie outside", operator.at)
        operator.flat.visit(large_offset, large_bytes)
    if index >= len(codes):
        yield scope.broken("tflite-index", f"an operator has code {index} of {len(codes)}", operator.at, 4)
        return
    code, custom = codes[index]
    where = scope.at(operator.at, 4, pointer=pointer)
    if code != CUSTOM:
        yield Operator(where, "tflite", "builtin", f"builtin-{code}")
        return
    facts: Facts = (("options_bytes", options_bytes or large_bytes),)
    if custom.startswith("Flex"):
        yield Operator(where, "tensorflow", "flex", custom.removeprefix("Flex"), (("name", custom), *facts))
    else:
        yield Operator(where, "tflite", "custom", custom, facts)
    if options_bytes >= 64:
        options = operator.flat.window.slice(options_at, options_bytes)
        yield Nested(f"{custom}-options", options, scope.at(options_at, options_bytes), raw=True)


def _rest(flat: Flat, window: Window, scope: Scope) -> Iterator[Yield]:
    """What the schema explains; larger holes are looked at, and a zip behind the model is left to its reader."""
    end = min(flat.extent(), window.size)
    at = flat.start
    for hole, length in flat.holes(end):
        if length > SMALL_HOLE_BYTES:
            yield Member(scope.at(at, hole - at), "flatbuffer", hole - at)
            at = hole + length
    yield Member(scope.at(at, end - at), "flatbuffer", end - at)
    tail = window.read_at(end, 64)
    zip_at = tail.find(ZIP_ENTRY)
    if zip_at >= 0:
        yield Member(scope.at(end, zip_at), "flatbuffer", zip_at)
    elif EMPTY_ZIP.fullmatch(tail):  # the metadata writer packed no files
        yield Member(scope.at(end, len(tail)), "flatbuffer", len(tail))


FORMAT = Format(
    id="tflite",
    title="TensorFlow Lite model",
    kind=ArtifactKind.MODEL,
    read=read,
    probe=probe,
    magics=((4, IDENTIFIER),),
    extensions=(".tflite", ".lite"),
    opens_with="the graph's operators: custom ones are the application's, Flex ones are TensorFlow's",
    families=("zip",),
)
