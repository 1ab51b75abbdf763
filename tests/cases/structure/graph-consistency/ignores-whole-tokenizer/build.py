"""The same tokenizer, whole."""

from pathlib import Path

from tests.samples.sentencepiece import samples


def build(folder: Path) -> None:
    (folder / "tokenizer.model").write_bytes(samples()["tokenizer.model"])
