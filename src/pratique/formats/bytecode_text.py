"""Bytecode read back as Python text, so that what reads source can follow its values. It is read, not run, and no decompiler.

A stack of expressions is kept along the instructions as they stand; where two ways meet, what differs becomes `(a or b)`. Branches
and loops themselves are left out: every statement of the module is there, whether it would run or not. What is not understood
becomes the name `_`. Calls, imports, assignments, constants and the nesting of functions and classes are right; that is what flows
are made of. Source: CPython, Doc/library/dis.rst (effects of instructions on the stack, 3.8 to 3.14).
"""

from __future__ import annotations

import keyword
from dataclasses import dataclass, field

from pratique.formats.bytecode_effects import (
    BINARY,
    COMMON,
    ENDS,
    MAX_CONSTANT,
    MAX_DEPTH,
    MAX_EXPRESSION,
    MAX_MEETINGS,
    MAX_STACK,
    MAX_STEPS,
    MAX_TEXT,
    MERGES,
    NO_EFFECT,
    NOTHING,
    OLD_BINARY,
    PUSHES_CELL,
    PUSHES_LOCAL,
    TWO_LOCALS,
    UNKNOWN,
)
from pratique.formats.bytecode_instructions import Instruction, instructions, minor
from pratique.formats.marshal_values import Blob, CodeObject, Value


def text_of(code: CodeObject, data: bytes, version: str) -> str | None:
    """The module as text; None for versions whose instructions are not read."""
    if not minor(version):
        return None
    whole = _Whole(data, version)
    _Body(whole, code, 0).read()
    return "\n".join(whole.lines) + "\n"


@dataclass(slots=True)
class _Whole:
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


class _Body:
    """One code object: its stack, and what it writes."""

    def __init__(self, whole: _Whole, code: CodeObject, depth: int) -> None:
        self.whole, self.code, self.depth = whole, code, depth
        self.since = minor(whole.version)
        self.stack: list[Value | str] = []
        self.meeting: dict[int, list[Value | str]] = {}
        self.loops: set[int] = set()  # where FOR_ITER leads to
        self.keywords: tuple[str, ...] = ()
        self.imported = ""  # the module that IMPORT_FROM takes names of

    def read(self) -> None:
        blob = self.code.instructions
        if not isinstance(blob, Blob) or len(self.whole.open) >= MAX_DEPTH or id(self.code) in self.whole.open:
            return
        self.whole.open.append(id(self.code))
        ended = False
        for step in instructions(self.whole.data[blob.offset : blob.offset + blob.size], self.whole.version):
            self.whole.steps += 1
            if self.whole.size >= MAX_TEXT or self.whole.steps >= MAX_STEPS:
                break
            self._meet(step.offset, ended)
            if step.name == "FOR_ITER" and self.since < 12:
                self.loops.add(step.target)
            elif step.target >= 0 and len(self.meeting) < MAX_MEETINGS:
                self._leave(step)
            self._step(step)
            ended = step.name in ENDS
            del self.stack[:-MAX_STACK]
        self.whole.open.pop()

    def _meet(self, offset: int, ended: bool) -> None:
        """Where ways meet, what either left on the stack is there."""
        if offset in self.loops:
            self.pop()
        other = self.meeting.pop(offset, None)
        if other is None:
            return
        if ended and len(other) != len(self.stack):
            self.stack = other
        elif other and self.stack and len(other) == len(self.stack) and other[-1] != self.stack[-1]:
            a, b = self._text(other[-1]), self._text(self.stack[-1])
            self.stack[-1] = self._kept(f"({a} or {b})") if a and b else a or b

    def _leave(self, step: Instruction) -> None:
        self.whole.steps += len(self.stack) // 8
        keep = step.name.startswith("JUMP")
        self.meeting.setdefault(step.target, self.stack[:] if keep else self.stack[:-1])

    # ── the stack ──
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
        return _identifier(self.code.names[index]) if index < len(self.code.names) else UNKNOWN

    def _local(self, index: int) -> str:
        return _identifier(self.code.locals[index]) if index < len(self.code.locals) else UNKNOWN

    def _cell(self, index: int) -> str:
        names = self.code.locals if self.since >= 11 else self.code.cells
        return _identifier(names[index]) if index < len(names) else UNKNOWN

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

    # ── instructions ──
    def _step(self, step: Instruction) -> None:
        if step.name in NO_EFFECT:
            return
        for group in (self._loads, self._stores, self._calls, self._builds, self._moves):
            if group(step.name, step.argument):
                return
        self.stack.clear()  # what it does to the stack is not known

    def _loads(self, name: str, arg: int) -> bool:
        if name in ("LOAD_CONST", "LOAD_SMALL_INT"):
            value = self._constant(arg) if name == "LOAD_CONST" else arg
            if isinstance(value, CodeObject):
                self.stack.append(value)
            else:
                self.push(self._literal(value))
        elif name in ("LOAD_NAME", "LOAD_FROM_DICT_OR_GLOBALS"):
            self._replace(1 if name != "LOAD_NAME" else 0, self._name(arg))
        elif name == "LOAD_GLOBAL":
            if self.since >= 11 and arg & 1:
                self.stack.append(NOTHING)
            self.push(self._name(arg >> 1 if self.since >= 11 else arg))
        elif name in PUSHES_LOCAL:
            self.push(self._local(arg))
        elif name in TWO_LOCALS:
            self.push(self._local(arg >> 4))
            self.push(self._local(arg & 15))
        elif name in PUSHES_CELL:
            self._replace(1 if name == "LOAD_FROM_DICT_OR_DEREF" else 0, self._cell(arg))
        elif name == "LOAD_BUILD_CLASS":
            self.push("__build_class__")
        elif name == "LOAD_COMMON_CONSTANT":
            self.push(COMMON[arg] if arg < len(COMMON) else UNKNOWN)
        elif name in ("LOAD_LOCALS", "LOAD_ASSERTION_ERROR"):
            self.push("locals()" if name == "LOAD_LOCALS" else "AssertionError")
        else:
            return self._attributes(name, arg)
        return True

    def _attributes(self, name: str, arg: int) -> bool:
        if name == "LOAD_ATTR":
            method = self.since >= 12 and arg & 1
            self.push(f"{self.pop_text() or UNKNOWN}.{self._name(arg >> 1 if self.since >= 12 else arg)}")
            if method:
                self.stack.append(NOTHING)
        elif name == "LOAD_METHOD":
            self.push(f"{self.pop_text() or UNKNOWN}.{self._name(arg)}")
            self.stack.append(NOTHING)
        elif name == "LOAD_SUPER_ATTR":
            self.pop_texts(3)
            self.push(f"super().{self._name(arg >> 2)}")
            if arg & 1:
                self.stack.append(NOTHING)
        elif name == "LOAD_SPECIAL":
            self.stack.append(NOTHING)
        elif name == "IMPORT_NAME":
            self.pop_texts(2)
            self.imported = _dotted(self.code.names[arg] if arg < len(self.code.names) else "")
            self.push(f"__import__({self.imported!r})")
        elif name == "IMPORT_FROM":
            self.push(f"__from__:{self.imported}:{self._name(arg)}")
        else:
            return False
        return True

    def _replace(self, count: int, text: str) -> None:
        self.pop_texts(count)
        self.push(text)

    def _stores(self, name: str, arg: int) -> bool:
        if name in ("STORE_NAME", "STORE_GLOBAL"):
            self._assign(self._name(arg))
        elif name == "STORE_FAST":
            self._assign(self._local(arg))
        elif name == "STORE_DEREF":
            self._assign(self._cell(arg))
        elif name in ("STORE_FAST_STORE_FAST", "STORE_FAST_LOAD_FAST"):
            self._assign(self._local(arg >> 4))
            if name == "STORE_FAST_STORE_FAST":
                self._assign(self._local(arg & 15))
            else:
                self.push(self._local(arg & 15))
        elif name == "STORE_ATTR":
            owner, value = self.pop_text(), self.pop_text()
            self.write(f"{owner or UNKNOWN}.{self._name(arg)} = {value or UNKNOWN}")
        elif name == "STORE_SUBSCR":
            key, owner, value = self.pop_text(), self.pop_text(), self.pop_text()
            self.write(f"{owner or UNKNOWN}[{key or UNKNOWN}] = {value or UNKNOWN}")
        elif name in ("POP_TOP", "RETURN_VALUE", "YIELD_VALUE", "RETURN_CONST"):
            self._finish(name)
        else:
            return False
        return True

    def _finish(self, name: str) -> None:
        if name == "RETURN_CONST":
            return
        text = self.pop_text()
        if name == "RETURN_VALUE" and text not in ("", "None") and self.whole.open[1:]:
            self.write(f"return {text}")
        elif "(" in text and not text.startswith(("__import__", "__from__", "(", "'", '"')):
            self.write(text)
        elif name == "POP_TOP" and text.startswith(("'", '"', "(")):
            self.write(f"_ = {text}")
        if name == "YIELD_VALUE":
            self.push(UNKNOWN)

    def _assign(self, target: str) -> None:
        value = self.pop_text()
        if value.startswith("__from__:"):
            _, module, name = value.split(":", 2)
            self.write(f"from {module or '.'} import {name} as {target}")
        elif value.startswith("__import__(") and value == f"__import__({self.imported!r})":
            top = self.imported.partition(".")[0]
            self.write(f"import {self.imported}" if target == top else f"import {self.imported} as {target}")
        elif target not in (value, UNKNOWN):
            self.write(f"{target} = {value or UNKNOWN}")

    def _calls(self, name: str, arg: int) -> bool:
        if name in ("CALL", "CALL_FUNCTION", "CALL_METHOD", "CALL_FUNCTION_KW", "CALL_KW"):
            if name in ("CALL_FUNCTION_KW", "CALL_KW"):
                self.keywords = _words(self.pop_text())
            arguments = self._named(self.pop_texts(arg))
            self._call(arguments, pair=name not in ("CALL_FUNCTION", "CALL_FUNCTION_KW"))
        elif name == "KW_NAMES":
            names = self._constant(arg)
            self.keywords = tuple(n for n in names if isinstance(n, str)) if isinstance(names, tuple) else ()
        elif name == "CALL_FUNCTION_EX":
            more = [f"**{self.pop_text()}"] if arg & 1 or self.since >= 14 else []
            self._call([f"*{self.pop_text()}", *(m for m in more if m != "**")], pair=self.since >= 11)
        elif name == "PUSH_NULL":
            self.stack.append(NOTHING)
        elif name == "MAKE_FUNCTION":
            self._make_function(arg)
        elif name == "SET_FUNCTION_ATTRIBUTE":
            function = self.pop()
            self.pop()
            self.stack.append(function)
        elif name == "CALL_INTRINSIC_1":
            if arg == 2:  # INTRINSIC_IMPORT_STAR
                self.write(f"from {self.imported or '.'} import *")
        elif name in ("IMPORT_STAR", "CALL_INTRINSIC_2"):
            self.pop_text()
        else:
            return False
        return True

    def _named(self, arguments: list[str]) -> list[str]:
        words, self.keywords = self.keywords, ()
        start = len(arguments) - len(words)
        return [
            f"{_identifier(words[i - start])}={a}" if 0 <= start <= i else a or UNKNOWN for i, a in enumerate(arguments)
        ]

    def _call(self, arguments: list[str], *, pair: bool) -> None:
        """A callable and, from 3.11 on and for methods, a second place: NULL, or the first argument (a decorated function)."""
        first = self.pop_text()
        if pair:
            below = self.pop_text()
            if first and below:
                arguments, first = [first, *arguments], below
            first = first or below
        if first == "__build_class__":
            self.push(arguments[0] if arguments else UNKNOWN)
            return
        self.push(f"{first or UNKNOWN}({', '.join(arguments)})")

    def _make_function(self, flags: int) -> None:
        if self.since < 11:
            self.pop()  # the qualified name
        code = self.pop()
        if self.since < 13:
            self.pop_texts((flags & 15).bit_count())
        if not isinstance(code, CodeObject):
            self.push(UNKNOWN)
            return
        plain = code.name.rpartition(".")[2]
        name = plain if _identifier(plain) == plain else self.whole.fresh("f")
        is_class = "__build_class__" in self.stack[-2:]
        arguments = ", ".join(_identifier(local) for local in code.locals[: code.arguments])
        self.write(f"class {name}:" if is_class else f"def {name}({arguments}):")
        _Body(self.whole, code, self.depth + 1).read()
        self.whole.line(self.depth + 1, "pass")
        self.push(name)

    def _builds(self, name: str, arg: int) -> bool:
        if name in ("BUILD_TUPLE", "BUILD_LIST", "BUILD_SET"):
            inner = ", ".join(t or UNKNOWN for t in self.pop_texts(arg))
            self.push(f"[{inner}]" if name == "BUILD_LIST" else f"({inner},)" if inner else "()")
        elif name == "BUILD_MAP":
            texts = self.pop_texts(2 * arg)
            self.push(
                "{"
                + ", ".join(f"{k or UNKNOWN}: {v or UNKNOWN}" for k, v in zip(texts[::2], texts[1::2], strict=False))
                + "}"
            )
        elif name == "BUILD_CONST_KEY_MAP":
            keys = _words(self.pop_text())
            self.push(
                "{" + ", ".join(f"{k!r}: {v or UNKNOWN}" for k, v in zip(keys, self.pop_texts(arg), strict=False)) + "}"
            )
        elif name in ("BUILD_STRING", "BUILD_SLICE"):
            self.push(
                " + ".join(t or UNKNOWN for t in self.pop_texts(arg)) or "''"
                if name == "BUILD_STRING"
                else self._slice(arg)
            )
        elif name in MERGES:
            self._merge(arg, name)
        elif name == "MAP_ADD":
            self.pop_texts(2)
        elif name in ("FORMAT_VALUE", "FORMAT_WITH_SPEC"):
            if name == "FORMAT_WITH_SPEC" or arg & 4:
                self.pop_text()
        elif name == "BINARY_SLICE":
            owner = self.pop_texts(3)
            self.push(f"{owner[0] or UNKNOWN}[{owner[-2] if len(owner) > 1 else ''}:{owner[-1]}]")
        else:
            return self._binary(name, arg)
        return True

    def _slice(self, count: int) -> str:
        return f"slice({', '.join(t or UNKNOWN for t in self.pop_texts(count))})"

    def _merge(self, depth: int, name: str) -> None:
        value = self.pop_text()
        if not 0 < depth <= len(self.stack):
            return
        held = self._text(self.stack[-depth])
        if held in ("[]", "{}", "()"):
            self.stack[-depth] = f"[{value}]" if name.endswith(("APPEND", "ADD")) else value
        elif held and value:
            self.stack[-depth] = self._kept(f"({held} + {value})")

    def _binary(self, name: str, arg: int) -> bool:
        operator = (
            BINARY[arg] if name == "BINARY_OP" and arg < len(BINARY) else OLD_BINARY.get(name.partition("_")[2], "")
        )
        if name in ("COMPARE_OP", "IS_OP", "CONTAINS_OP"):
            self.pop_texts(2)
            self.push("True")
            return True
        if not operator or not name.startswith(("BINARY_", "INPLACE_")):
            return False
        right, left = self.pop_text() or UNKNOWN, self.pop_text() or UNKNOWN
        self.push(f"{left}[{right}]" if operator == "[]" else f"({left} {operator} {right})")
        return True

    def _moves(self, name: str, arg: int) -> bool:
        if name in ("DUP_TOP", "COPY"):
            at = arg if name == "COPY" else 1
            self.stack.append(self.stack[-at] if 0 < at <= len(self.stack) else UNKNOWN)
        elif name == "DUP_TOP_TWO":
            self.stack.extend(self.stack[-2:])
        elif name in ("SWAP", "ROT_TWO"):
            at = arg if name == "SWAP" else 2
            if 1 < at <= len(self.stack):
                self.stack[-1], self.stack[-at] = self.stack[-at], self.stack[-1]
        elif name in ("ROT_THREE", "ROT_FOUR", "ROT_N"):
            at = {"ROT_THREE": 3, "ROT_FOUR": 4}.get(name, arg)
            if 1 < at <= len(self.stack):
                self.stack.insert(-at + 1 if at > 1 else len(self.stack), self.stack.pop())
        elif name == "UNPACK_SEQUENCE":
            owner = self.pop_text() or UNKNOWN
            for index in range(min(arg, 256) - 1, -1, -1):
                self.push(f"{owner}[{index}]")
        elif name == "FOR_ITER":
            self.push(f"{self._text(self.stack[-1]) if self.stack else UNKNOWN}[0]")
        elif name in ("POP_ITER", "END_SEND", "END_FOR") or name.startswith("POP_JUMP") or name.endswith("_OR_POP"):
            if (
                name != "END_FOR" or self.since == 12
            ):  # before, what it ends is popped by a jump; after, by POP_TOP or POP_ITER
                self.pop()
        elif name in ("BEFORE_WITH", "SETUP_WITH", "BEFORE_ASYNC_WITH"):
            value = self.pop()
            self.stack.extend((UNKNOWN, value))
        elif name in ("SEND", "JUMP_BACKWARD", "JUMP_ABSOLUTE", "JUMP_BACKWARD_NO_INTERRUPT", "RETURN_GENERATOR"):
            if name == "RETURN_GENERATOR":
                self.push(UNKNOWN)
        else:
            return False
        return True


def _identifier(name: str) -> str:
    return name if name.isidentifier() and not keyword.iskeyword(name) else UNKNOWN


def _dotted(name: str) -> str:
    return ".".join(_identifier(part) for part in name.split(".")) if name else ""


def _words(literal: str) -> tuple[str, ...]:
    """The strings in the text of a tuple of names."""
    return tuple(word.strip("'\" ") for word in literal.strip("()").split(",") if word.strip("'\" "))
