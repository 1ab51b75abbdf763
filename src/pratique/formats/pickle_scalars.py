"""Steps that push a constant: numbers, text, bytes. Each is `(machine, at) -> at`, as in `pickle_steps`."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TypeAlias

from pratique.formats.pickle_machine import BrokenStreamError, Machine
from pratique.formats.pickle_values import DATA, LONG_BYTES, Clipped, Data, Value

Step: TypeAlias = Callable[[Machine, int], int]
KEPT_BYTES = 256  # of a string or bytes
_INTEGER = re.compile(rb"-?(0|[1-9][0-9]*)")
_FLOAT = re.compile(rb"[+-]?([0-9]+\.?[0-9]*([eE][+-]?[0-9]+)?|inf|nan)")
_HIDDEN = re.compile(
    rb"\x80[\x00-\x05](?=[\x80-\x98(\]}c)XCKMJNqhU])|PK\x03\x04|\x1f\x8b\x08|BZh[1-9]1AY|\xfd7zXZ\0|\x93NUMPY|\x7fELF|\x28\xb5\x2f\xfd"
    rb"|binf|CONFIG-offset:|\{L\0{7}[\x05-\x07](?:learner|Config|Model)"  # the state of XGBoost's Booster
)
_MODEL_TEXT = b"tree\nversion="  # that of LightGBM's
_HIDDEN_TEXT = re.compile(rb"[\(\]\}lpd0-9a-zA-Z\n]{0,24}?[ci][A-Za-z_][\w.]*\n[A-Za-z_][\w.]*\n")


def push(value: Value) -> Step:
    def step(m: Machine, at: int) -> int:
        m.stack.append(value)
        return at

    return step


def push_data(width: int) -> Step:
    def step(m: Machine, at: int) -> int:
        m.stack.append(DATA)
        return at + width

    return step


def binint(m: Machine, at: int) -> int:
    m.stack.append(int.from_bytes(m.buffer[at : at + 4], "little", signed=True))
    return at + 4


def binint1(m: Machine, at: int) -> int:
    m.stack.append(m.buffer[at])
    return at + 1


def binint2(m: Machine, at: int) -> int:
    buffer = m.buffer
    m.stack.append(buffer[at] | buffer[at + 1] << 8)
    return at + 2


def long1(m: Machine, at: int) -> int:
    length = m.buffer[at]
    at += 1
    data = m.payload(at, length, KEPT_BYTES)
    m.stack.append(int.from_bytes(data, "little", signed=True) if data and length <= 16 else DATA if length else 0)
    return at + length


def long4(m: Machine, at: int) -> int:
    length = int.from_bytes(m.buffer[at : at + 4], "little", signed=True)
    if length < 0:
        raise BrokenStreamError("pickle-negative-length", "LONG4 has a negative length")
    m.payload(at + 4, length, 0)
    m.stack.append(DATA)
    return at + 4 + length


def int_text(m: Machine, at: int) -> int:
    text, following = m.line(at)
    if text in (b"00", b"01"):
        m.stack.append(text == b"01")
    else:
        m.stack.append(_number(m, text, _INTEGER, "INT", at))
    return following


def long_text(m: Machine, at: int) -> int:
    text, following = m.line(at)
    m.stack.append(_number(m, text.removesuffix(b"L"), _INTEGER, "LONG", at))
    return following


def float_text(m: Machine, at: int) -> int:
    text, following = m.line(at)
    _number(m, text, _FLOAT, "FLOAT", at)
    m.stack.append(DATA)
    return following


def _number(m: Machine, text: bytes, pattern: re.Pattern[bytes], opcode: str, at: int) -> Value:
    """A number as every pickler writes it. The unpicklers' C and Python parsers differ on most other spellings."""
    if pattern.fullmatch(text):
        return int(text) if len(text) < 20 and pattern is not _FLOAT else DATA
    if not any(48 <= c < 58 for c in text):
        raise BrokenStreamError("pickle-number", f"{opcode} {text[:40]!r} is not a number")
    m.differ(
        f"{opcode} {text[:40]!r} is not written as any pickler writes it, and is read in different ways",
        at,
    )
    return DATA


def _text(m: Machine, data: bytes | None, at: int, length: int, encoding: str) -> Value:
    if data is None:
        start = m.payload(at, min(length, KEPT_BYTES - 56), KEPT_BYTES) or b""
        return Clipped(start.decode(encoding, "replace"))
    try:
        return data.decode(encoding, "surrogatepass" if encoding == "utf-8" else "strict")
    except UnicodeDecodeError:
        m.report("pickle-text", "a string is not valid UTF-8", at)
        return Data("str")


def short_text(m: Machine, at: int) -> int:
    end = at + 1 + m.buffer[at]
    data = m.buffer[at + 1 : end]
    if len(data) > 64 and data.startswith(_MODEL_TEXT):
        m.hidden(at + 1, len(data), None)
    try:
        m.stack.append(data.decode())
    except UnicodeDecodeError:
        m.stack.append(_text(m, data, at, len(data), "utf-8"))
    return end


def counted_text(width: int, encoding: str, signed: bool = False) -> Step:
    def step(m: Machine, at: int) -> int:
        length = int.from_bytes(m.buffer[at : at + width], "little", signed=signed)
        if length < 0:
            raise BrokenStreamError("pickle-negative-length", "a string has a negative length")
        at += width
        data = m.payload(at, length, KEPT_BYTES)
        if encoding == "latin-1" and length > 16:
            _look_inside(m, at, length)
        elif length > 64 and m.payload(at, len(_MODEL_TEXT), KEPT_BYTES) == _MODEL_TEXT:
            m.hidden(at, length, None)
        m.stack.append(_text(m, data, at, length, encoding))
        return at + length

    return step


def counted_bytes(width: int) -> Step:
    def step(m: Machine, at: int) -> int:
        length = int.from_bytes(m.buffer[at : at + width], "little")
        at += width
        data = m.payload(at, length, KEPT_BYTES)
        if length > 16:
            _look_inside(m, at, length)
        m.stack.append(LONG_BYTES if data is None else data)
        return at + length

    return step


def _look_inside(m: Machine, at: int, length: int) -> None:
    head = m.payload(at, min(length, 96), 96) or b""
    if _HIDDEN.match(head):
        m.hidden(at, length, None)
    elif _HIDDEN_TEXT.match(head):
        m.hidden(at, length, "pickle")


def string(m: Machine, at: int) -> int:
    text, following = m.line(at)
    if len(text) < 2 or text[:1] not in (b"'", b'"') or (text[:1] != text[-1:] and following - at == len(text) + 1):
        raise BrokenStreamError("pickle-string", "STRING with an argument that is not quoted")
    if following - at != len(text) + 1:
        m.stack.append(Clipped(text[1:KEPT_BYTES].decode("latin-1")))
        return following
    try:
        value = text[1:-1].decode("unicode_escape") if b"\\" in text else text[1:-1].decode("latin-1")
    except UnicodeDecodeError:
        m.report("pickle-text", "the argument of STRING has a broken escape", at)
        value = text[1:-1].decode("latin-1")
    m.stack.append(value if len(value) <= KEPT_BYTES else Clipped(value[: KEPT_BYTES - 56]))
    return following


def unicode(m: Machine, at: int) -> int:
    text, following = m.line(at)
    try:
        value = text.decode("raw-unicode-escape")
    except UnicodeDecodeError:
        if following - at == len(text) + 1:
            m.report("pickle-text", "the argument of UNICODE has a broken escape", at)
        value = text.decode("latin-1")
    m.stack.append(value if len(value) <= KEPT_BYTES else Clipped(value[: KEPT_BYTES - 56]))
    return following
