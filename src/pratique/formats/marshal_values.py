"""CPython's marshal data read as structure: nothing of it becomes an object of the interpreter.

Source: CPython, Python/marshal.c (type bytes, `FLAG_REF`, the fields of code objects by version).
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from typing import TypeAlias

MAX_DEPTH = 200
MAX_VALUES = 5_000_000
MAX_CODES = 200_000
FLAG_REF = 0x80
CONSTANTS = {
    ord("0"): None,
    ord("N"): None,
    ord("F"): False,
    ord("T"): True,
    ord("S"): "StopIteration",
    ord("."): "...",
}
POSITIONAL_ONLY, LOCALS_PLUS = 3410, 3454  # magic numbers from which code objects have these fields


class MarshalProblem(ValueError):
    """The bytes are no marshal data of that version."""


@dataclass(slots=True, eq=False)
class CodeObject:
    name: str = ""
    filename: str = ""
    names: tuple[str, ...] = ()
    strings: list[str] = field(default_factory=list)  # constants
    instructions: Value = None
    constants: Value = ()
    locals: tuple[str, ...] = ()  # with the cells, from Python 3.11 on
    cells: tuple[str, ...] = ()  # before: those of its own, then those of the functions around it
    arguments: int = 0  # positional and keyword ones


@dataclass(frozen=True, slots=True)
class Blob:
    """A bytes constant, by its place: `offset` and `size` in bytes."""

    offset: int
    size: int


Value: TypeAlias = "str | int | float | bool | Blob | CodeObject | tuple[Value, ...] | None"


class Reader:
    """Reads one value from `at`; afterwards `at` stands behind it, and `codes` and `blobs` are all that it held."""

    def __init__(self, data: bytes, at: int, magic: int) -> None:
        self.data, self.at, self.magic = data, at, magic
        self.codes: list[CodeObject] = []
        self.blobs: list[Blob] = []  # bytes constants of code objects
        self._refs: list[Value] = []
        self._interned: list[Value] = []  # Python 2 has a list of its own for these
        self._count = 0

    def value(self, depth: int = 0) -> Value:
        """Raises `MarshalProblem`."""
        self._count += 1
        if depth > MAX_DEPTH or self._count > MAX_VALUES:
            raise MarshalProblem(f"values nest deeper than {MAX_DEPTH}, or are more than {MAX_VALUES}")
        byte = self._take(1)[0]
        kind, place = byte & ~FLAG_REF, -1
        if byte & FLAG_REF and kind != ord("r"):
            place = len(self._refs)
            self._refs.append(None)
        found = CONSTANTS[kind] if kind in CONSTANTS else self._read(chr(kind), depth)
        if place >= 0:
            self._refs[place] = found
        return found

    def _take(self, count: int) -> bytes:
        if count < 0 or count > len(self.data) - self.at:
            raise MarshalProblem("a value ends behind the data")
        self.at += count
        return self.data[self.at - count : self.at]

    def _int(self) -> int:
        return int(struct.unpack("<i", self._take(4))[0])

    def _read(self, kind: str, depth: int) -> Value:
        if kind in "stuaAzZ":
            return self._string(kind)
        if kind in "()[<>{:":
            return self._items(kind, depth)
        if kind == "c":
            return self._code(depth)
        if kind in "rR":
            refs = self._refs if kind == "r" else self._interned
            index = self._int()
            if not 0 <= index < len(refs):
                raise MarshalProblem("a reference to nothing")
            return refs[index]
        return self._number(kind)

    def _number(self, kind: str) -> Value:
        if kind == "i":
            return self._int()
        if kind == "l":
            self._take(2 * abs(self._int()))
        elif kind in "fx":
            for _ in range(1 + (kind == "x")):
                self._take(self._take(1)[0])
        elif kind in "Igy":
            self._take(16 if kind == "y" else 8)
        else:
            raise MarshalProblem(f"the type {kind!r} is unknown")
        return 0

    def _string(self, kind: str) -> Value:
        size = self._take(1)[0] if kind in "zZ" else self._int()
        data = self._take(size)
        if kind == "s" or (kind == "t" and self.magic >= 50_000):
            blob = Blob(self.at - size, size)
            if kind == "s":
                return blob
            self._interned.append(data.decode("latin-1"))
        return data.decode("utf-8", "backslashreplace")

    def _items(self, kind: str, depth: int) -> Value:
        if kind == "{":
            items: list[Value] = []
            while self.at < len(self.data) and self.data[self.at] != ord("0"):
                items.append(self.value(depth + 1))
                items.append(self.value(depth + 1))
            self._take(1)
            return tuple(items)
        size = 3 if kind == ":" else self._take(1)[0] if kind == ")" else self._int()
        if not 0 <= size <= len(self.data) - self.at:
            raise MarshalProblem("more items than bytes")
        return tuple(self.value(depth + 1) for _ in range(size))

    def _code(self, depth: int) -> Value:
        """The fields in marshal.c's order; what is not told from them is read over."""
        plus = LOCALS_PLUS <= self.magic < 50_000
        numbers = 4 if self.magic >= 50_000 else 5 if plus or self.magic < POSITIONAL_ONLY else 6
        head = struct.unpack(f"<{numbers}i", self._take(4 * numbers))
        code = CodeObject()
        if len(self.codes) >= MAX_CODES:
            raise MarshalProblem(f"more than {MAX_CODES} code objects")
        self.codes.append(code)
        code.instructions = self.value(depth + 1)
        constants, names = self.value(depth + 1), self.value(depth + 1)
        variables = self.value(depth + 1)  # all kinds of locals, or variables only
        others = [self.value(depth + 1) for _ in range(1 if plus else 2)]  # their kinds; or free ones, and cells
        if self.magic < 50_000 and self.magic >= POSITIONAL_ONLY:
            code.arguments = max(min(head[0] + head[2], 255), 0)
            code.constants, code.locals = constants, self._texts(variables)
            code.cells = () if plus else (*self._texts(others[1]), *self._texts(others[0]))
        code.filename, code.name = self._name(depth), self._name(depth)
        if plus:
            code.name = self._name(depth) or code.name  # with the names around it
        self._take(4)  # the first line
        for _ in range(2 if plus else 1):  # tables of lines and exceptions
            self.value(depth + 1)
        code.names = self._texts(names)
        self._constants(code, constants)
        return code

    def _texts(self, value: Value) -> tuple[str, ...]:
        return tuple(self._text(item) for item in value) if isinstance(value, tuple) else ()

    def _name(self, depth: int) -> str:
        return self._text(self.value(depth + 1))

    def _text(self, value: Value) -> str:
        if isinstance(value, Blob):  # Python 2 has its names as bytes
            return self.data[value.offset : value.offset + min(value.size, 256)].decode("latin-1")
        return value if isinstance(value, str) else ""

    def _constants(self, code: CodeObject, constants: Value) -> None:
        waiting: list[Value] = [constants]
        steps = 0
        while waiting and steps < 100_000:  # a tuple may be referred to many times
            steps += 1
            item = waiting.pop()
            if isinstance(item, tuple):
                waiting.extend(item)
            elif isinstance(item, Blob):
                self.blobs.append(item)
            elif isinstance(item, str):
                code.strings.append(item)
