"""An attribute of an object that only the loader knows."""

from pathlib import Path

from pratique.drill.pickle_writer import call, pickle, stack_global, text


def build(folder: Path) -> None:
    persistent = text("id") + b"Q"
    (folder / "model.pkl").write_bytes(pickle(call(stack_global("builtins", "getattr"), persistent, text("load"))))
