"""Writes FlatBuffers for drills, front to back: every object stands after the one that points at it."""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from typing import TypeAlias

Value: TypeAlias = "int | float | str | bytes | Fields | list[Fields] | list[int] | list[str]"


@dataclass(frozen=True, slots=True)
class Fields:
    """A table: field number to value. Integers take 4 bytes, lists of integers are vectors of 4-byte elements."""

    values: dict[int, Value] = field(default_factory=dict)


def buffer(root: Fields, identifier: bytes) -> bytes:
    """A whole FlatBuffer with a 4-byte file identifier."""
    data = bytearray(struct.pack("<I4s", 0, identifier))
    struct.pack_into("<I", data, 0, _table(data, root))
    return bytes(data)


def _align(data: bytearray) -> None:
    data.extend(bytes(-len(data) % 4))


def _table(data: bytearray, table: Fields) -> int:
    """Appends the vtable and the table, then what it points at; returns the table's offset."""
    _align(data)
    count = max(table.values, default=-1) + 1
    vtable_bytes = 4 + 2 * count
    vtable_at = len(data)
    slots = {number: 4 + 4 * i for i, number in enumerate(sorted(table.values))}
    offsets = [slots.get(number, 0) for number in range(count)]
    data.extend(struct.pack(f"<HH{count}H", vtable_bytes, 4 + 4 * len(slots), *offsets))
    _align(data)
    at = len(data)
    data.extend(struct.pack("<i", at - vtable_at))
    data.extend(bytes(4 * len(slots)))
    for number, slot in slots.items():
        value = table.values[number]
        place = at + slot
        if isinstance(value, int):
            struct.pack_into("<i", data, place, value)
        elif isinstance(value, float):
            struct.pack_into("<f", data, place, value)
        else:
            target = _object(data, value)
            struct.pack_into("<I", data, place, target - place)
    return at


def _object(data: bytearray, value: str | bytes | Fields | list[Fields] | list[int] | list[str]) -> int:
    if isinstance(value, Fields):
        return _table(data, value)
    _align(data)
    at = len(data)
    if isinstance(value, str | bytes):
        raw = value.encode() if isinstance(value, str) else value
        data.extend(struct.pack("<I", len(raw)) + raw + b"\0")
        return at
    data.extend(struct.pack("<I", len(value)) + bytes(4 * len(value)))
    items: list[int | str | Fields] = [*value]
    for i, item in enumerate(items):
        place = at + 4 + 4 * i
        if isinstance(item, int):
            struct.pack_into("<i", data, place, item)
        else:
            target = _table(data, item) if isinstance(item, Fields) else _object(data, item)
            struct.pack_into("<I", data, place, target - place)
    return at
