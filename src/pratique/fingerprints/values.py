"""One encoding for a row's values, whichever file format they came from (`docs/spec/fingerprint.md`, "Rows").

Injective on values: each has a tag and, where it varies, a length. Numbers keep their kind (1 is not 1.0); members of an
object are sorted by name, and those that are null are left out, as tables cannot tell null from absent.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from math import isnan

MAX_DEPTH = 64


class TooDeepError(ValueError):
    """A value nests deeper than `MAX_DEPTH`."""


class Pairs(list[tuple[str, object]]):
    """A JSON object as it stands, duplicate names included."""


def encode(value: object) -> bytes:
    """The encoding of a value. Raises `TooDeepError`, and `TypeError` for a type that no reader here produces."""
    out: list[bytes] = []
    _encode(value, out.append, 0)
    return b"".join(out)


def text(value: str) -> bytes:
    data = value.encode("utf-8", "surrogatepass")
    return b"s%d:" % len(data) + data


def _encode(value: object, put: Callable[[bytes], object], depth: int) -> None:
    if depth > MAX_DEPTH:
        raise TooDeepError(f"deeper than {MAX_DEPTH}")
    if isinstance(value, str):
        put(text(value))
    elif value is None or isinstance(value, bool):
        put({None: b"z", True: b"t", False: b"f"}[value])
    elif isinstance(value, int):
        put(b"i%x;" % value)
    elif isinstance(value, float):
        put(b"d" + (b"\x7f\xf8\0\0\0\0\0\0" if isnan(value) else struct.pack(">d", value)))
    elif isinstance(value, bytes | bytearray | memoryview):
        put(b"b%d:" % len(value) + bytes(value))
    elif isinstance(value, Pairs | dict):
        _members(value, put, depth)
    elif isinstance(value, list | tuple):
        put(b"l%d:" % len(value))
        for item in value:
            _encode(item, put, depth + 1)
    elif isinstance(value, Decimal | date | datetime | time | timedelta):
        put(f"x{type(value).__name__} ".encode() + text(str(value)))
    else:
        raise TypeError(type(value).__name__)


def _members(value: Pairs | dict[str, object], put: Callable[[bytes], object], depth: int) -> None:
    pairs = value if isinstance(value, Pairs) else value.items()
    kept = sorted(((text(str(name)), item) for name, item in pairs if item is not None), key=lambda pair: pair[0])
    put(b"o%d:" % len(kept))
    for name, item in kept:
        put(name)
        _encode(item, put, depth + 1)
