"""The object travels through the memo."""

from pathlib import Path

from pratique.drill.pickle_writer import call, pickle, stack_global, text


def build(folder: Path) -> None:
    stored = text("id") + b"Q\x940"
    (folder / "model.pkl").write_bytes(
        pickle(stored + call(stack_global("builtins", "getattr"), b"h\x00", text("load")))
    )
