"""Bytecode read back as Python text, so that what reads source can follow its values. It is read, not run, and no decompiler.

A stack of expressions is kept along the instructions as they stand; where two ways meet, what differs becomes `(a or b)`. Branches
and loops themselves are left out: every statement of the module is there, whether it would run or not. What is not understood
becomes the name `_`. Calls, imports, assignments, constants and the nesting of functions and classes are right; that is what flows
are made of. Source: CPython, Doc/library/dis.rst (effects of instructions on the stack, 3.8 to 3.14).
"""

from __future__ import annotations

from pratique.formats.bytecode_effects import (
    COMMON,
    ENDS,
    MAX_DEPTH,
    MAX_MEETINGS,
    MAX_STACK,
    MAX_STEPS,
    MAX_TEXT,
    NO_EFFECT,
    NOTHING,
    PUSHES_CELL,
    PUSHES_LOCAL,
    TWO_LOCALS,
    UNKNOWN,
)
from pratique.formats.bytecode_instructions import Instruction, instructions, minor
from pratique.formats.bytecode_stack import Whole, dotted, identifier, words_of
from pratique.formats.bytecode_values import Values
from pratique.formats.marshal_values import Blob, CodeObject


def text_of(code: CodeObject, data: bytes, version: str) -> str | None:
    """The module as text; None for versions whose instructions are not read."""
    if not minor(version):
        return None
    whole = Whole(data, version)
    _Body(whole, code, 0).read()
    return "\n".join(whole.lines) + "\n"


class _Body(Values):
    """One code object, read from its first instruction to its last."""

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
            self.imported = dotted(self.code.names[arg] if arg < len(self.code.names) else "")
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
                self.keywords = words_of(self.pop_text())
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
            f"{identifier(words[i - start])}={a}" if 0 <= start <= i else a or UNKNOWN for i, a in enumerate(arguments)
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
        name = plain if identifier(plain) == plain else self.whole.fresh("f")
        is_class = "__build_class__" in self.stack[-2:]
        arguments = ", ".join(identifier(local) for local in code.locals[: code.arguments])
        self.write(f"class {name}:" if is_class else f"def {name}({arguments}):")
        _Body(self.whole, code, self.depth + 1).read()
        self.whole.line(self.depth + 1, "pass")
        self.push(name)
