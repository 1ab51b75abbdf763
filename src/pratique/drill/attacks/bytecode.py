"""Bytecode that runs in the stead of its source, or without one: what reviewers of source never see.

Sources: fshec2 0.0.1 (ReversingLabs, "When byte code bites", 2023-06-01: a loader in a .pyc without source); PEP 552 (bytecode
whose hash or time is believed). Payloads would print a line.
"""

from __future__ import annotations

import importlib.util
import marshal
from pathlib import Path

from pratique.drill.attack import Attack, AttackPath

PLAIN = "VALUE = 1\n"
LOADER = "import base64\n\nexec(base64.b64decode('cHJpbnQoInByYXRpcXVlLWRyaWxsIik='))\n"


def compiled(source: str) -> bytes:
    """Bytecode of this Python, compared with the source by nothing (PEP 552: by hash, unchecked)."""
    flags = b"\1\0\0\0" + bytes(8)
    return importlib.util.MAGIC_NUMBER + flags + marshal.dumps(compile(source, "engine.py", "exec"))


def _cached(folder: Path, source: str) -> None:
    (folder / "drill" / "__pycache__").mkdir(parents=True)
    (folder / "drill" / "engine.py").write_text(PLAIN)
    (folder / "drill" / "__pycache__" / "engine.cpython-311.pyc").write_bytes(compiled(source))


def _alone(folder: Path) -> None:
    (folder / "drill").mkdir(parents=True)
    (folder / "drill" / "__init__.py").write_text("from drill import engine\n")
    (folder / "drill" / "engine.pyc").write_bytes(compiled(LOADER))


def _with_source(folder: Path) -> None:
    (folder / "drill").mkdir(parents=True)
    (folder / "drill" / "__init__.py").write_text("from drill import engine\n")
    (folder / "drill" / "engine.py").write_text(PLAIN)


ATTACKS = (
    Attack(
        "package/another-cache",
        "a cache of bytecode runs a program of which its source says nothing",
        AttackPath.LIBRARY,
        ("package/bytecode-differs",),
        lambda folder: _cached(folder, PLAIN + LOADER),
        lambda folder: _cached(folder, PLAIN),
        True,
        "engine.cpython-311.pyc",
        ("CWE-506", "LLM03:2025"),
    ),
    Attack(
        "package/loader-without-source",
        "a loader that is only there compiled decodes a program and runs it",
        AttackPath.LIBRARY,
        ("package/bytecode-without-source", "package/import-execution"),
        _alone,
        _with_source,
        True,
        "engine.pyc",
        ("CWE-506", "LLM03:2025"),
    ),
)
