"""A loader that is only there compiled: it decodes a program and runs it."""

from __future__ import annotations

from pathlib import Path

from tests.samples.pyc import compiled

SOURCE = "import base64\n\n\ndef load(text):\n    exec(base64.b64decode(text))\n\n\nload('cHJpbnQoInByYXRpcXVlLWRyaWxsIik=')\n"


def build(folder: Path) -> None:
    (folder / "drill").mkdir()
    (folder / "drill" / "__init__.py").write_text("from drill import engine\n")
    (folder / "drill" / "engine.pyc").write_bytes(compiled(SOURCE, "engine.py"))
