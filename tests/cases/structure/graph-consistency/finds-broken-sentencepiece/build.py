"""A tokenizer whose last field is longer than the file."""

from pathlib import Path

from tests.samples.sentencepiece import samples


def build(folder: Path) -> None:
    data = samples()["tokenizer.model"]
    (folder / "tokenizer.model").write_bytes(data + b"\x0a\x7f")
