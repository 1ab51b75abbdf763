"""Writes pickles by opcode, so that an attack says exactly what it plants. Opcodes: CPython, Lib/pickletools.py."""

from __future__ import annotations

import struct

ECHO = "echo pratique-drill"
STOP = b"."


def protocol(number: int) -> bytes:
    return b"\x80" + bytes([number])


def glob(module: str, name: str) -> bytes:
    """GLOBAL."""
    return b"c" + module.encode() + b"\n" + name.encode() + b"\n"


def text(value: str) -> bytes:
    """BINUNICODE."""
    data = value.encode()
    return b"X" + struct.pack("<I", len(data)) + data


def stack_global(module: str, name: str) -> bytes:
    """STACK_GLOBAL; protocol 4."""
    return text(module) + text(name) + b"\x93"


def blob(value: bytes) -> bytes:
    """BINBYTES; protocol 3."""
    return b"B" + struct.pack("<I", len(value)) + value


def tuple_of(*items: bytes) -> bytes:
    return b"(" + b"".join(items) + b"t"


def call(function: bytes, *arguments: bytes) -> bytes:
    """REDUCE."""
    return function + tuple_of(*arguments) + b"R"


def dictionary(**items: bytes) -> bytes:
    return b"}(" + b"".join(text(key) + value for key, value in items.items()) + b"u"


def pickle(body: bytes, number: int = 4) -> bytes:
    return protocol(number) + body + STOP


def benign() -> bytes:
    """What a checkpoint holds: an ordered dictionary of plain values."""
    weights = call(stack_global("collections", "OrderedDict")) + b"(" + text("bias") + b"K\x00u"
    return pickle(dictionary(epoch=b"K\x03", weights=weights))
