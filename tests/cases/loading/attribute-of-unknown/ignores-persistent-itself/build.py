"""A persistent object, as torch stores tensors."""

from pathlib import Path

from pratique.drill.pickle_writer import pickle, text


def build(folder: Path) -> None:
    (folder / "model.pkl").write_bytes(pickle(text("id") + b"Q"))
