"""Small ggml models of each kind that came before GGUF."""

from __future__ import annotations

from pratique.drill.tree_writer import ggml_adapter, ggml_llama, ggml_whisper


def samples() -> dict[str, bytes]:
    llamas = {f"{magic.decode()}.bin": ggml_llama(magic) for magic in (b"lmgg", b"fmgg", b"tjgg")}
    return {**llamas, "ggml-adapter-model.bin": ggml_adapter(), "ggml-base.bin": ggml_whisper()}
