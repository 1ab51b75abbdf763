"""The broken tokenizer in a zip in a tar in gzip."""

from pathlib import Path

from tests.disguise import archived
from tests.samples.sentencepiece import samples


def plain(folder: Path) -> None:
    data = samples()["tokenizer.model"]
    (folder / "tokenizer.model").write_bytes(data + b"\x0a\x7f")


build = archived(plain)
