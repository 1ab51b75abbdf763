"""TorchScript source as torch writes it."""

from __future__ import annotations

from pratique.drill.torchscript_writer import source


def samples() -> dict[str, bytes]:
    return {"__torch__.py": source().encode()}
