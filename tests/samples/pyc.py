"""Bytecode of several versions, marshalled by hand (CPython, Python/marshal.c), and of the Python that runs the tests."""

from __future__ import annotations

import importlib.util
import json
import marshal
import struct
from pathlib import Path

from pratique import formats

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
    new = version != "2.7"
    header = struct.pack("<H", MAGICS[version]) + b"\r\n" + (b"\1" if new else b"\0") + bytes(11 if new else 3)
    return header + code(names, constants, version)


# Reads `import os`, then `os.system("id")`: names `os` and `system`, constants 0, None and "id".
CALLS = {
    **dict.fromkeys(("3.8", "3.9", "3.10"), "LOAD_METHOD 1 LOAD_CONST 2 CALL_METHOD 1"),
    "3.11": "LOAD_METHOD 1 CACHE 0 CACHE 0 LOAD_CONST 2 PRECALL 1 CACHE 0 CALL 1 CACHE 0",
    **dict.fromkeys(("3.12", "3.13", "3.14"), "LOAD_ATTR 3 CACHE 0 CACHE 0 LOAD_CONST 2 CALL 1 CACHE 0"),
}
RELEASED_MAGICS = {"3.8": 3413, "3.9": 3425, "3.10": 3439, "3.11": 3495, "3.12": 3531, "3.13": 3571, "3.14": 3627}


def calling(version: str) -> bytes:
    """Bytecode that calls `os.system("id")`, assembled for a version."""
    numbers = json.loads((Path(formats.__path__[0]) / "opcodes.json").read_text())["versions"][version]
    words = f"LOAD_CONST 0 LOAD_CONST 1 IMPORT_NAME 0 STORE_NAME 0 LOAD_NAME 0 {CALLS[version]} POP_TOP 0".split()
    raw = bytes(n for name, arg in zip(words[::2], words[1::2], strict=True) for n in (numbers[name], int(arg)))
    new = version not in ("3.8", "3.9", "3.10")
    names, held = b")\2" + text("os") + text("system"), b")\3i\0\0\0\0N" + text("id")
    empty, none = b")\0", b"s\0\0\0\0"
    around = names + (empty + none if new else empty * 3) + text("m.py") + text("<module>") * (2 if new else 1)
    whole = b"c" + bytes(20 if new else 24) + b"s" + struct.pack("<i", len(raw)) + raw + held + around + bytes(4)
    return struct.pack("<H", RELEASED_MAGICS[version]) + b"\r\n" + bytes(12) + whole + none * (2 if new else 1)


def compiled(source: str, name: str = "m.py") -> bytes:
    """What the Python that runs the tests makes of a source; by hash, which is not compared (PEP 552)."""
    return importlib.util.MAGIC_NUMBER + b"\1\0\0\0" + bytes(8) + marshal.dumps(compile(source, name, "exec"))


def samples() -> dict[str, bytes]:
    found = {f"{v}.pyc": pyc(("sys", "path"), (code(("f",), (b"N",), v, "g"), b"i\1\0\0\0"), v) for v in MAGICS}
    own = marshal.dumps(compile(SOURCE, "m.py", "exec"))
    found |= {f"calls-{v}.pyc": calling(v) for v in RELEASED_MAGICS}
    return found | {"own.pyc": importlib.util.MAGIC_NUMBER + bytes(12) + own}
