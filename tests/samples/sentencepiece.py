"""Small valid SentencePiece models."""

from __future__ import annotations

from pratique.drill.graph_writer import sentencepiece


def samples() -> dict[str, bytes]:
    return {"tokenizer.model": sentencepiece("<unk>", "<s>", "</s>", "a", "b")}
