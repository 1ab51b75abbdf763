"""An array in the extension that Flax defines, whole."""

from pathlib import Path

from tests.samples.msgpack import samples


def build(folder: Path) -> None:
    (folder / "flax_model.msgpack").write_bytes(samples()["flax_model.msgpack"])
