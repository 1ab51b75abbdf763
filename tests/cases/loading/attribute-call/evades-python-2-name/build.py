"""The function under its module of Python 2, which unpicklers translate."""

from pathlib import Path

from pratique.drill.pickle_writer import call, glob, pickle, text


def build(folder: Path) -> None:
    (folder / "model.pkl").write_bytes(pickle(call(glob("__builtin__", "vars"), text("a")), 2))
