"""The instructions of CPython's bytecode, 3.8 to 3.14, by name and argument.

Sources: CPython, Lib/opcode.py and Lib/_opcode_metadata.py (numbers, `opcodes.json`), Doc/library/dis.rst (two bytes an
instruction, `EXTENDED_ARG`, inline caches), Python/compile.c (jump targets: bytes before
3.10, instructions since; relative from 3.11 on).
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

MAX_INSTRUCTIONS = 200_000  # of one code object
CACHES = 0  # the number of CACHE, from 3.11 on
ABSOLUTE = (
    "POP_JUMP_IF_FALSE",
    "POP_JUMP_IF_TRUE",
    "JUMP_IF_TRUE_OR_POP",
    "JUMP_IF_FALSE_OR_POP",
    "JUMP_IF_NOT_EXC_MATCH",
)


@dataclass(frozen=True, slots=True)
class Instruction:
    name: str
    argument: int
    offset: int
    target: int  # where a forward jump leads, or -1


@cache
def _names(version: str) -> dict[int, str] | None:
    with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "opcodes.json"), encoding="utf-8") as file:
        table = json.load(file)["versions"].get(version)
    return {number: name for name, number in table.items()} if table is not None else None


def minor(version: str) -> int:
    """14 of 3.14; 0 for versions whose instructions are not read."""
    return int(version[2:]) if version.startswith("3.") and version[2:].isdigit() and _names(version) else 0


def instructions(code: bytes, version: str) -> Iterator[Instruction]:
    """What can be read of `code`; an unknown number is the instruction `?`."""
    names, since = _names(version) or {}, minor(version)
    end = min(len(code) & ~1, 2 * MAX_INSTRUCTIONS)
    high, at = 0, 0
    while at < end:
        name, argument = names.get(code[at], "?"), code[at + 1] | high
        following = at + 2
        if since >= 11:
            while following < end and code[following] == CACHES:
                following += 2
        high = (argument << 8) & 0xFFFFFFFF if name == "EXTENDED_ARG" else 0
        if name != "EXTENDED_ARG":
            yield Instruction(name, argument, at, _target(name, argument, following, since))
        at = following


def _target(name: str, argument: int, following: int, since: int) -> int:
    if name != "FOR_ITER" and ("JUMP" not in name or "BACKWARD" in name):
        return -1
    scale = 1 if since < 10 else 2
    if name == "JUMP_ABSOLUTE" or (since < 11 and name in ABSOLUTE):
        return argument * scale if argument * scale >= following else -1
    return following + argument * scale
