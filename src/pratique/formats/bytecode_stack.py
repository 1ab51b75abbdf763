"""What is kept while bytecode is read back: the module's text, and the stack of expressions of one code object."""

from __future__ import annotations

import keyword
from dataclasses import dataclass, field

from pratique.formats.bytecode_effects import MAX_CONSTANT, MAX_EXPRESSION, MAX_TEXT, UNKNOWN
from pratique.formats.bytecode_instructions import minor
from pratique.formats.marshal_values import Blob, CodeObject, Value


@dataclass(slots=True)
class Whole:
    data: bytes
    version: str
    lines: list[str] = field(default_factory=list)
    size: int = 0
    names: int = 0
    steps: int = 0
    open: list[int] = field(default_factory=list)  # code objects that are being read: one can hold itself

    def line(self, depth: int, text: str) -> None:
        if self.size < MAX_TEXT:
            self.lines.append("    " * depth + text)
            self.size += len(self.lines[-1])

    def fresh(self, kind: str) -> str:
        self.names += 1
        return f"_{kind}{self.names}"


class Stack:
    """The expressions of one code object, and what it writes."""

    def __init__(self, whole: Whole, code: CodeObject, depth: int) -> None:
        self.whole, self.code, self.depth = whole, code, depth
        self.since = minor(whole.version)
        self.stack: list[Value | str] = []
        self.meeting: dict[int, list[Value | str]] = {}
        self.loops: set[int] = set()  # where FOR_ITER leads to
        self.keywords: tuple[str, ...] = ()
        self.imported = ""  # the module that IMPORT_FROM takes names of

    def pop(self) -> Value | str:
        return self.stack.pop() if self.stack else UNKNOWN

    def pop_text(self) -> str:
        return self._text(self.pop())

    def pop_texts(self, count: int) -> list[str]:
        return [self.pop_text() for _ in range(min(count, len(self.stack) + 1))][::-1]

    def push(self, text: str) -> None:
        self.stack.append(self._kept(text))

    def _kept(self, text: str) -> str:
        if len(text) <= MAX_EXPRESSION:
            return text
        name = self.whole.fresh("v")
        self.write(f"{name} = {text}")
        return name

    def write(self, text: str) -> None:
        self.whole.line(self.depth, text)

    @staticmethod
    def _text(item: Value | str) -> str:
        return item if isinstance(item, str) else UNKNOWN

    # ── what the numbers stand for ──
    def _name(self, index: int) -> str:
        return identifier(self.code.names[index]) if index < len(self.code.names) else UNKNOWN

    def _local(self, index: int) -> str:
        return identifier(self.code.locals[index]) if index < len(self.code.locals) else UNKNOWN

    def _cell(self, index: int) -> str:
        names = self.code.locals if self.since >= 11 else self.code.cells
        return identifier(names[index]) if index < len(names) else UNKNOWN

    def _constant(self, index: int) -> Value:
        held = self.code.constants
        return held[index] if isinstance(held, tuple) and index < len(held) else None

    def _literal(self, value: Value, depth: int = 0) -> str:
        if isinstance(value, Blob):
            return repr(self.whole.data[value.offset : value.offset + min(value.size, MAX_CONSTANT)])
        if isinstance(value, tuple):
            if depth > 3:
                return UNKNOWN
            inner = ", ".join(self._literal(item, depth + 1) for item in value[:1000])
            return f"({inner},)" if inner else "()"
        return (
            repr(value[:MAX_CONSTANT])
            if isinstance(value, str)
            else UNKNOWN
            if isinstance(value, CodeObject)
            else repr(value)
        )


def identifier(name: str) -> str:
    return name if name.isidentifier() and not keyword.iskeyword(name) else UNKNOWN


def dotted(name: str) -> str:
    return ".".join(identifier(part) for part in name.split(".")) if name else ""


def words_of(literal: str) -> tuple[str, ...]:
    """The strings in the text of a tuple of names."""
    return tuple(word.strip("'\" ") for word in literal.strip("()").split(",") if word.strip("'\" "))
