"""The objects of PDF: numbers, strings, names, arrays, dictionaries and references, from bytes.

Source: ISO 32000-2:2020, 7.2 (lexical conventions) and 7.3 (objects). Names are decoded (`/J#61vaScript`), and so are strings.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

MAX_DEPTH = 200
MAX_COMMENT_BYTES = 1024
SPACE = b"\0\t\n\f\r "
TOKEN = re.compile(
    rb"[\0\t\n\f\r ]+|%[^\r\n]{0,1025}|<<|>>|[\[\]]|/[^\0\t\n\f\r ()<>\[\]{}/%]*|<[^<>]*>|\(|[^\0\t\n\f\r ()<>\[\]{}/%]+|.",
    re.DOTALL,
)
NUMBER = re.compile(rb"[+-]?\d{1,18}(?:\.\d*)?|[+-]?\.\d+")
ENDS = frozenset({b"endobj", b"stream", b"endstream", b"obj", b"xref", b"trailer", b"startxref"})
_PARENTHESIS = re.compile(rb"[()\\]")
_ESCAPE = re.compile(rb"\\(?:([0-7]{1,3})|(\r\n|[\r\n])|(.))", re.DOTALL)
_ESCAPED = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}


class SyntaxProblem(ValueError):
    """The bytes are no PDF objects."""


class CutOff(SyntaxProblem):
    """The bytes end inside an object; more of them may help."""


class Name(str):
    """A name, decoded, without its slash."""

    __slots__ = ()


class Ref(NamedTuple):
    number: int
    generation: int


Value: TypeAlias = "Name | Ref | bytes | int | float | bool | list[Value] | dict[str, Value] | None"


@dataclass(frozen=True, slots=True)
class Parsed:
    """The values before a keyword, and where it ends. A missing `endobj` shows as `obj`, with `end` before its numbers."""

    values: list[Value]
    keyword: bytes
    end: int


class _Level:
    __slots__ = ("closing", "items", "starts")

    def __init__(self, closing: bytes) -> None:
        self.closing = closing
        self.items: list[Value] = []
        self.starts: list[int] = []

    def add(self, value: Value, start: int) -> None:
        self.items.append(value)
        self.starts.append(start)


def parse(data: bytes, at: int, whole: bool) -> Parsed:
    """The values from `at` up to a keyword of `ENDS`.

    Raises `CutOff` at the end of `data`, unless that is the `whole` and every value is closed.
    """
    levels = [_Level(b"")]
    while at < len(data):
        match = TOKEN.match(data, at)
        if match is None:
            break
        start, at = at, match.end()
        token = match.group()
        top = levels[-1]
        first = token[:1]
        if first in b"\0\t\n\f\r %":
            if first == b"%" and len(token) > MAX_COMMENT_BYTES:
                raise SyntaxProblem(f"a comment of {len(token)} bytes")
            continue
        if first == b"(":
            text, at = _literal(data, at)
            top.add(text, start)
        elif token in (b"<<", b"["):
            if len(levels) > MAX_DEPTH:
                raise SyntaxProblem(f"values nest deeper than {MAX_DEPTH}")
            levels.append(_Level(b">>" if token == b"<<" else b"]"))
        elif token in (b">>", b"]"):
            _close(levels, token, start)
        elif token in ENDS:
            return _ended(levels, token, start, at)
        else:
            _scalar(top, token, start)
    if not whole or len(levels) > 1:
        raise CutOff("the object is not ended")
    return Parsed(levels[0].items, b"", len(data))


def _close(levels: list[_Level], token: bytes, start: int) -> None:
    if levels[-1].closing != token:
        raise SyntaxProblem(f"{token.decode()} closes nothing")
    closed = levels.pop()
    items = closed.items
    if token == b"]":
        levels[-1].add(items, start)
        return
    pairs: dict[str, Value] = {}
    for key, value in zip(items[::2], items[1::2], strict=False):
        if isinstance(key, Name):
            pairs.setdefault(str(key), value)
            if pairs[key] != value:  # readers differ in which of two counts: both are kept
                pairs[f"{key}#{len(pairs)}"] = value
    levels[-1].add(pairs, start)


def _ended(levels: list[_Level], token: bytes, start: int, at: int) -> Parsed:
    if len(levels) > 1:
        raise SyntaxProblem(f"{token.decode()} stands inside of a value")
    top = levels[0]
    if token == b"obj":
        return Parsed(top.items[:-2], token, top.starts[-2] if len(top.starts) > 1 else at)
    return Parsed(top.items, token, start if token in (b"xref", b"trailer", b"startxref") else at)


def _scalar(level: _Level, token: bytes, start: int) -> None:
    first = token[:1]
    if first == b"/":
        level.add(name(token[1:]), start)
    elif first == b"<" and len(token) > 1:
        level.add(hexadecimal(token[1:-1]), start)
    elif NUMBER.fullmatch(token):
        level.add(float(token) if b"." in token else int(token), start)
    elif token == b"R" and len(level.items) > 1 and all(type(i) is int for i in level.items[-2:]):
        number, generation = level.items.pop(-2), level.items.pop()
        level.starts.pop()
        level.items.append(Ref(int(str(number)), int(str(generation))))
    else:
        level.add({b"true": True, b"false": False}.get(token), start)


def name(data: bytes) -> Name:
    """7.3.5: `#` and two hexadecimal digits stand for a byte."""
    plain = re.sub(rb"#([0-9A-Fa-f]{2})", lambda m: bytes([int(m.group(1), 16)]), data)
    return Name(plain.decode("utf-8", "backslashreplace"))


def hexadecimal(data: bytes) -> bytes:
    digits = re.sub(rb"[^0-9A-Fa-f]", b"", data)
    return bytes.fromhex((digits + b"0" * (len(digits) & 1)).decode())


def _literal(data: bytes, at: int) -> tuple[bytes, int]:
    """7.3.4.2: a string in balanced parentheses; `at` is behind the first."""
    start, depth = at, 1
    while match := _PARENTHESIS.search(data, at):
        at = match.end()
        if match.group() == b"\\":
            at += 1
        else:
            depth += 1 if match.group() == b"(" else -1
            if not depth:
                return _ESCAPE.sub(_unescaped, data[start : at - 1]), at
    raise CutOff("a string is not ended")


def _unescaped(match: re.Match[bytes]) -> bytes:
    octal, newline, other = match.groups()
    if octal:
        return bytes([int(octal, 8) & 255])
    return b"" if newline else _ESCAPED.get(other, other)


def text(data: bytes) -> str:
    """7.9.2.2: a text string in UTF-16BE or UTF-8 with its mark; else PDFDocEncoding, of which Latin-1 is near enough."""
    if data.startswith(b"\xfe\xff"):
        return data[2:].decode("utf-16-be", "backslashreplace")
    if data.startswith(b"\xff\xfe"):
        return data[2:].decode("utf-16-le", "backslashreplace")
    if data.startswith(b"\xef\xbb\xbf"):
        return data[3:].decode("utf-8", "backslashreplace")
    return data.decode("latin-1")
