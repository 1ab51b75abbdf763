"""Instructions that make values of values: containers, operators, and moves on the stack."""

from __future__ import annotations

from pratique.formats.bytecode_effects import BINARY, MERGES, OLD_BINARY, UNKNOWN
from pratique.formats.bytecode_stack import Stack, words_of


class Values(Stack):
    """Each of `_builds`, `_moves` says whether it knew the instruction."""

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
            keys = words_of(self.pop_text())
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
