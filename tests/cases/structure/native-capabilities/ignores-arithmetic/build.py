"""A library that computes."""

from __future__ import annotations

from pathlib import Path

from pratique.drill.elf_writer import library


def build(folder: Path) -> None:
    (folder / "drill").mkdir()
    (folder / "drill" / "__init__.py").write_text("from drill import _native\\n")
    (folder / "drill" / "_native.so").write_bytes(library(("malloc", "free", "memcpy", "systematic")))
