"""Caches of a source that executes and sends, with and without its documentation."""

from __future__ import annotations

import importlib.util
import marshal
from pathlib import Path

SOURCE = '''"""Runs git."""

import subprocess
import urllib.request


class Client:
    """Talks to a server."""

    __secret = "\\tABC" "DEF"

    def ask(self, question: "str", *, width: int = 3) -> str:
        """Ask."""
        assert question, "a question"
        return f"{self.__secret}{question:>{width}}: {urllib.request.urlopen('https://drill.' 'invalid/v1')}"


def version(words=("git", "--version")):
    return [line for line in subprocess.check_output([*words], text=True).splitlines()]
'''


def build(folder: Path) -> None:
    (folder / "drill" / "__pycache__").mkdir(parents=True)
    (folder / "drill" / "__init__.py").write_text(SOURCE)
    for level, name in enumerate(("", ".opt-1", ".opt-2")):
        code = marshal.dumps(compile(SOURCE, "__init__.py", "exec", optimize=level))
        data = importlib.util.MAGIC_NUMBER + b"\1\0\0\0" + bytes(8) + code
        (folder / "drill" / "__pycache__" / f"__init__.cpython-311{name}.pyc").write_bytes(data)
