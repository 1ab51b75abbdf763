"""Pickle's opcodes, protocols 0 to 5, and a short disassembly for messages.

Source: CPython `Lib/pickle.py` and `Modules/_pickle.c` (enum opcode). The machine (`pickle_machine`) does not use this
table to execute: it is for showing people what stands around a call.
"""

from __future__ import annotations

import re

# How an argument is laid out: a number is that many bytes; `line` ends at a newline, `pair` at two;
# `sN` is a length of N bytes followed by that many bytes.
OPCODES: dict[int, tuple[str, str]] = {
    code: (name, argument)
    for code, name, argument in (
        (0x28, "MARK", ""), (0x29, "EMPTY_TUPLE", ""), (0x2E, "STOP", ""), (0x30, "POP", ""), (0x31, "POP_MARK", ""),
        (0x32, "DUP", ""), (0x42, "BINBYTES", "s4"), (0x43, "SHORT_BINBYTES", "s1"), (0x46, "FLOAT", "line"),
        (0x47, "BINFLOAT", "8"), (0x49, "INT", "line"), (0x4A, "BININT", "4"), (0x4B, "BININT1", "1"),
        (0x4C, "LONG", "line"), (0x4D, "BININT2", "2"), (0x4E, "NONE", ""), (0x50, "PERSID", "line"),
        (0x51, "BINPERSID", ""), (0x52, "REDUCE", ""), (0x53, "STRING", "line"), (0x54, "BINSTRING", "s4"),
        (0x55, "SHORT_BINSTRING", "s1"), (0x56, "UNICODE", "line"), (0x58, "BINUNICODE", "s4"),
        (0x5D, "EMPTY_LIST", ""), (0x61, "APPEND", ""), (0x62, "BUILD", ""), (0x63, "GLOBAL", "pair"),
        (0x64, "DICT", ""), (0x65, "APPENDS", ""), (0x67, "GET", "line"), (0x68, "BINGET", "1"),
        (0x69, "INST", "pair"), (0x6A, "LONG_BINGET", "4"), (0x6C, "LIST", ""), (0x6F, "OBJ", ""),
        (0x70, "PUT", "line"), (0x71, "BINPUT", "1"), (0x72, "LONG_BINPUT", "4"), (0x73, "SETITEM", ""),
        (0x74, "TUPLE", ""), (0x75, "SETITEMS", ""), (0x7D, "EMPTY_DICT", ""), (0x80, "PROTO", "1"),
        (0x81, "NEWOBJ", ""), (0x82, "EXT1", "1"), (0x83, "EXT2", "2"), (0x84, "EXT4", "4"), (0x85, "TUPLE1", ""),
        (0x86, "TUPLE2", ""), (0x87, "TUPLE3", ""), (0x88, "NEWTRUE", ""), (0x89, "NEWFALSE", ""),
        (0x8A, "LONG1", "s1"), (0x8B, "LONG4", "s4"), (0x8C, "SHORT_BINUNICODE", "s1"), (0x8D, "BINUNICODE8", "s8"),
        (0x8E, "BINBYTES8", "s8"), (0x8F, "EMPTY_SET", ""), (0x90, "ADDITEMS", ""), (0x91, "FROZENSET", ""),
        (0x92, "NEWOBJ_EX", ""), (0x93, "STACK_GLOBAL", ""), (0x94, "MEMOIZE", ""), (0x95, "FRAME", "8"),
        (0x96, "BYTEARRAY8", "s8"), (0x97, "NEXT_BUFFER", ""), (0x98, "READONLY_BUFFER", ""),
    )
}  # fmt: skip
_SILENT = {
    "MEMOIZE",
    "PUT",
    "BINPUT",
    "LONG_BINPUT",
    "FRAME",
}  # say nothing about what a call does
_SHOWN_BYTES = 60
_WORD = re.compile(rb"[ -~]*")


def disassemble(code: bytes, start: int, lines: int = 8) -> str:
    """The last `lines` opcodes of `code`, which begins at an opcode boundary, one a line; `start` is its offset."""
    listing: list[str] = []
    at = 0
    while at < len(code):
        name, argument = OPCODES.get(code[at], ("?", ""))
        shown, following = _argument(code, at + 1, argument)
        if name not in _SILENT:
            listing.append(f"{start + at:>8}: {name} {shown}".rstrip())
        at = following
    return "\n".join(listing[-lines:])


def _argument(code: bytes, at: int, layout: str) -> tuple[str, int]:
    if not layout:
        return "", at
    if layout in ("line", "pair"):
        ends = code.find(b"\n", at)
        first, at = (code[at:], len(code)) if ends < 0 else (code[at:ends], ends + 1)
        if layout == "line":
            return _shown(first), at
        second, at = _argument(code, at, "line")
        return f"{_shown(first)} {second}", at
    if layout[0] == "s":
        width = int(layout[1:])
        length = int.from_bytes(code[at : at + width], "little")
        at += width
        return _shown(code[at : at + min(length, _SHOWN_BYTES)]), at + length
    width = int(layout)
    return str(int.from_bytes(code[at : at + width], "little")), at + width


def _shown(data: bytes) -> str:
    clipped = data[:_SHOWN_BYTES]
    return repr(clipped.decode("ascii")) if _WORD.fullmatch(clipped) else repr(clipped)
