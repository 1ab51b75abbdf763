"""Words that only resemble: of a parser, a downloader, a template."""

from __future__ import annotations

from pathlib import Path

from pratique.drill.elf_writer import library


def build(folder: Path) -> None:
    (folder / "drill").mkdir()
    (folder / "drill" / "__init__.py").write_text("from drill import _native\\n")
    words = (
        b"stratum+tcp://",
        b"https://discord.com/api/webhooks/%s",
        b"example.onion",
        b"powershell -ExecutionPolicy Bypass",
        b"curl https://drill.invalid/data.json -o data.json",
    )
    (folder / "drill" / "_native.so").write_bytes(library(("system",), words))
