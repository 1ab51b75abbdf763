"""Bytecode of the lite interpreter with one operator."""

from __future__ import annotations

from pratique.drill.torchscript_writer import bytecode


def samples() -> dict[str, bytes]:
    return {"bytecode.pkl": bytecode("aten::add")}
