"""ExecuTorch programs (`.pte`): a FlatBuffer with the identifier `ET12`, then segments of data.

Source: https://github.com/pytorch/executorch/blob/main/schema/program.fbs and schema/extended_header.h. Running a
program calls
kernels that the runtime links, and hands delegates' blobs to backends.
"""

from __future__ import annotations

from collections.abc import Iterator

from pratique.domain.artifact import ArtifactKind
from pratique.domain.part import Member, Metadata, Native, Operator
from pratique.formats.contract import CERTAIN, LIKELY, Format, Head, Scope, Yield
from pratique.formats.flatbuffer import SMALL_HOLE_BYTES, Flat, FlatError, Table, plausible_root
from pratique.formats.window import Window

IDENTIFIER = b"ET12"
HEADER_MAGIC = b"eh00"
HEADER_AT = 8
HEADER_BYTES = 32
VALUE_TYPES = 12  # KernelTypes, with NONE
# Backends whose blobs are graphs or weights that the backend interprets, not code: XNNPACK, Vulkan, Core ML, MPS.
INTERPRETED = frozenset({"XnnpackBackend", "VulkanBackend", "CoreMLBackend", "MPSBackend", "MLXBackend"})


def probe(head: Head) -> int:
    if head.data[4:8] != IDENTIFIER:
        return 0
    return CERTAIN if plausible_root(head.window) else LIKELY


def read(window: Window, scope: Scope) -> Iterator[Yield]:
    head = window.read_at(HEADER_AT, HEADER_BYTES)
    extended = head[:4] == HEADER_MAGIC and len(head) == HEADER_BYTES
    program_bytes = int.from_bytes(head[8:16], "little") if extended else window.size
    base = int.from_bytes(head[16:24], "little") if extended else 0
    flat = Flat(window)
    if extended:
        yield Member(scope.at(HEADER_AT, HEADER_BYTES), "executorch-header", HEADER_BYTES)
        flat.visit(HEADER_AT, HEADER_BYTES)
    try:
        program = flat.root()
        yield from _segments(program, base, window, scope)
        for table in (*program.tables(2), *program.tables(3)):
            table.vector(0, 1)
        for field in (6,):
            for table in program.tables(field):
                table.vector(1, 8)
        for table in program.tables(7):
            table.string(0)
        constants = program.table(5)
        if constants is not None:
            constants.vector(1, 8)
        for position, plan in enumerate(program.tables(1)):
            yield from _plan(plan, scope, f"/execution_plan/{position}")
    except FlatError as error:
        yield scope.broken("executorch-bounds", f"reading the program stopped: {error}", error.offset, lost=True)
        return
    end = min(flat.extent(), program_bytes, window.size)
    at = 0
    for hole, length in flat.holes(end):
        if length > SMALL_HOLE_BYTES:
            yield Member(scope.at(at, hole - at), "flatbuffer", hole - at)
            at = hole + length
    yield Member(scope.at(at, end - at), "flatbuffer", end - at)


def _segments(program: Table, base: int, window: Window, scope: Scope) -> Iterator[Yield]:
    for position, segment in enumerate(program.tables(4)):
        offset, size = base + segment.number(0, 8), segment.number(1, 8)
        if offset + size > window.size:
            raise FlatError(f"segment {position} of {size} bytes lies outside", min(offset, window.size))
        yield Member(scope.at(offset, size), "executorch-segment", size)


def _plan(plan: Table, scope: Scope, pointer: str) -> Iterator[Yield]:
    plan.string(0)
    container = plan.table(1)
    if container is not None:
        container.string(0)
        container.string(1)
    for value in plan.tables(2):
        _value(value)
    for field, width in ((3, 4), (4, 4), (8, 8)):
        plan.vector(field, width)
    for chain in plan.tables(5):
        chain.vector(0, 4)
        chain.vector(1, 4)
        for instruction in chain.tables(2):
            arguments = instruction.table(1)
            if arguments is not None and instruction.number(0, 1) in (1, 2):
                arguments.vector(1, 4)
    for position, operator in enumerate(plan.tables(6)):
        where = scope.at(operator.at, 4, pointer=f"{pointer}/operators/{position}")
        namespace, _, name = operator.string(0, 256).rpartition("::")
        yield Operator(where, "executorch", namespace, name, (("overload", operator.string(1, 128)),))
    for position, delegate in enumerate(plan.tables(7)):
        backend = delegate.string(0, 256)
        for specification in delegate.tables(2):
            specification.string(0)
            specification.vector(1, 1)
        delegate.table(1)
        where = scope.at(delegate.at, 4, pointer=f"{pointer}/delegates/{position}")
        yield Metadata(where, "executorch-delegate", {"backend": backend})
        if backend not in INTERPRETED:
            yield Native(where, "engine-delegate", (backend,))


def _value(value: Table) -> None:
    """Visits what a value points at; its meaning is the runtime's."""
    kind = value.number(0, 1)
    inner = value.table(1) if 0 < kind < VALUE_TYPES else None
    if inner is None:
        return
    if kind == 5:  # Tensor
        inner.vector(2, 4)
        inner.vector(3, 1)
        inner.table(6)
        extra = inner.table(9)
        if extra is not None:
            extra.string(1)
    elif kind == 6:  # String
        inner.string(0)
    elif kind in (7, 8):  # IntList, DoubleList
        inner.vector(0, 8)
    elif kind in (9, 10, 11):  # BoolList, TensorList, OptionalTensorList
        inner.vector(0, 1 if kind == 9 else 4)


FORMAT = Format(
    id="executorch",
    title="ExecuTorch program",
    kind=ArtifactKind.MODEL,
    read=read,
    probe=probe,
    magics=((4, IDENTIFIER),),
    extensions=(".pte",),
    opens_with="kernels of the runtime, and backends that take delegates' blobs",
)
