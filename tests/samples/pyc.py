"""Bytecode of several versions, marshalled by hand (CPython, Python/marshal.c), and of the Python that runs the tests."""

from __future__ import annotations

import importlib.util
import marshal
import struct

MAGICS = {"2.7": 62211, "3.7": 3394, "3.8": 3413, "3.12": 3531}
SOURCE = "import os\n\ndef f(a, /, b, *, c=(1, 2.5, 3j, 1 << 80, b'x', None)):\n    return lambda: a in {'x', 'y'}\n"


def text(value: str) -> bytes:
    return b"z" + bytes([len(value)]) + value.encode()


def code(names: tuple[str, ...], constants: tuple[bytes, ...], version: str, name: str = "<module>") -> bytes:
    """A code object without instructions; `constants` are marshalled already."""
    old = version == "2.7"
    string = (lambda v: b"t" + struct.pack("<i", len(v)) + v.encode()) if old else text
    raw = b"s\0\0\0\0"
    head = b"c" + bytes(4 * {"2.7": 4, "3.7": 5, "3.8": 6, "3.12": 5}[version])
    named = b"(" + struct.pack("<i", len(names)) + b"".join(string(n) for n in names)
    held = b"(" + struct.pack("<i", len(constants)) + b"".join(constants)
    empty = b"(\0\0\0\0"
    if version == "3.12":
        return head + raw + held + named + empty + raw + text("m.py") + text(name) + text(name) + bytes(4) + raw + raw
    return head + raw + held + named + empty * 3 + string("m.py") + string(name) + bytes(4) + raw


def pyc(names: tuple[str, ...], constants: tuple[bytes, ...] = (), version: str = "3.8") -> bytes:
    header = struct.pack("<H", MAGICS[version]) + b"\r\n" + bytes(4 if version == "2.7" else 12)
    return header + code(names, constants, version)


def samples() -> dict[str, bytes]:
    found = {f"{v}.pyc": pyc(("sys", "path"), (code(("f",), (b"N",), v, "g"), b"i\1\0\0\0"), v) for v in MAGICS}
    own = marshal.dumps(compile(SOURCE, "m.py", "exec"))
    return found | {"own.pyc": importlib.util.MAGIC_NUMBER + bytes(12) + own}
