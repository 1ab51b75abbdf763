"""Writes Protocol Buffers' wire format for drills: just enough to plant a model without its framework."""

from __future__ import annotations


def varint(value: int) -> bytes:
    """A base-128 number; negative ones as ten bytes, two's complement."""
    value &= 0xFFFF_FFFF_FFFF_FFFF
    data = bytearray()
    while value > 0x7F:
        data.append(value & 0x7F | 0x80)
        value >>= 7
    data.append(value)
    return bytes(data)


def number(field: int, value: int) -> bytes:
    """A varint field."""
    return varint(field << 3) + varint(value)


def text(field: int, value: str | bytes) -> bytes:
    """A field with a length: text, bytes, or an encoded message."""
    data = value.encode() if isinstance(value, str) else value
    return varint(field << 3 | 2) + varint(len(data)) + data


def message(field: int, *fields: bytes) -> bytes:
    """A nested message of encoded fields."""
    return text(field, b"".join(fields))
