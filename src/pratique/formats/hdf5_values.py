"""HDF5 values: dataspaces, datatypes, attributes, variable-length text in global heaps.

Source: HDF5 File Format Specification 3.0, sections III.E (global heap), IV.A.2.b, IV.A.2.d and IV.A.2.m.
"""

from __future__ import annotations

from dataclasses import dataclass

from pratique.formats.hdf5_bytes import MAX_BLOCK_BYTES, File, Hdf5Error

MAX_ELEMENTS = 100_000
STRING, OPAQUE, VARIABLE = 3, 5, 9
CLASS_NAMES = {
    0: "integer", 1: "float", 2: "time", 3: "string", 4: "bits", 5: "opaque", 6: "compound", 7: "reference", 8: "enum",
    9: "variable", 10: "array", 11: "complex",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Datatype:
    """A datatype's class, its size in bytes, and for class 9 whether it is text."""

    kind: int
    size: int
    text: bool = False

    @property
    def name(self) -> str:
        known = CLASS_NAMES.get(self.kind, str(self.kind))
        return f"{known}{self.size * 8}" if self.kind < 2 else known


@dataclass(frozen=True, slots=True)
class Attribute:
    """An attribute; `values` are its elements' bytes where it is text, opaque or variable, else empty."""

    name: str
    type: Datatype
    values: tuple[bytes, ...]


def datatype(file: File, data: bytes) -> Datatype:
    head, bits, size = file.number(data, 0, 1), file.number(data, 1, 3), file.number(data, 4, 4)
    return Datatype(head & 15, size, head & 15 == VARIABLE and bits & 15 == 1)


def dataspace(file: File, data: bytes) -> tuple[int, ...]:
    """The current dimensions; `(0,)` for a null dataspace."""
    version, rank = file.number(data, 0, 1), file.number(data, 1, 1)
    if version == 2 and file.number(data, 3, 1) == 2:
        return (0,)
    start = 8 if version == 1 else 4
    return tuple(file.length(data, start + number * file.length_size) for number in range(rank))


def attribute(file: File, data: bytes, offset: int) -> Attribute:
    """An attribute message of version 1 to 3."""
    version, flags = file.number(data, 0, 1), file.number(data, 1, 1)
    sizes = [file.number(data, 2 + 2 * number, 2) for number in range(3)]
    if version not in (1, 2, 3):
        raise Hdf5Error(f"an attribute of version {version}", offset)
    cursor = 9 if version == 3 else 8
    pieces = []
    for size in sizes:
        pieces.append(data[cursor : cursor + size])
        cursor += (size + 7) // 8 * 8 if version == 1 else size
    name = pieces[0].partition(b"\0")[0].decode("utf-8", "replace")
    if version > 1 and flags & 3:
        raise Hdf5Error(f"the attribute {name!r} has a shared datatype", offset)
    kind = datatype(file, pieces[1])
    count = 1
    for n in dataspace(file, pieces[2]):
        count *= n
    if kind.kind not in (STRING, OPAQUE, VARIABLE):
        return Attribute(name, kind, ())
    if count > MAX_ELEMENTS or kind.size == 0 or count * kind.size > len(data) - cursor:
        raise Hdf5Error(f"the attribute {name!r} is larger than its message", offset)
    elements = [data[cursor + i * kind.size : cursor + (i + 1) * kind.size] for i in range(count)]
    if kind.kind != VARIABLE:
        return Attribute(name, kind, tuple(elements))
    return Attribute(name, kind, tuple(variable(file, element) for element in elements))


def variable(file: File, element: bytes) -> bytes:
    """What a variable-length element points to: its number of items, a global heap, and an index in it."""
    address, index = file.address(element, 4), file.number(element, 4 + file.offset_size, 4)
    if not address:
        return b""
    return heap_objects(file, address).get(index, b"")


def heap_objects(file: File, address: int) -> dict[int, bytes]:
    """The objects of a global heap collection, by index."""
    found = file.heaps.get(address)
    if found is None:
        found = file.heaps[address] = _collection(file, address)
    return found


def _collection(file: File, address: int) -> dict[int, bytes]:
    head = file.block(address, 8 + file.length_size)
    size = file.length(head, 8)
    if head[:4] != b"GCOL" or size > MAX_BLOCK_BYTES:
        raise Hdf5Error("no global heap that is read", file.base + address)
    data = file.block(address, size)
    file.note(address, size)
    found: dict[int, bytes] = {}
    cursor, step = len(head), 8 + file.length_size
    while cursor + step <= size:
        file.window.budget.tick()
        index, length = file.number(data, cursor, 2), file.length(data, cursor + 8)
        if index == 0:  # free space, to the end
            break
        found[index] = data[cursor + step : cursor + step + length]
        cursor += step + (length + 7) // 8 * 8
    return found
