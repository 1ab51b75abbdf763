"""Small fastText models, dense and quantized."""

from __future__ import annotations

from pratique.drill.tree_writer import fasttext


def samples() -> dict[str, bytes]:
    return {"lid.bin": fasttext(("a", "word")), "lid.ftz": fasttext(("a", "word"), quantized=True)}
