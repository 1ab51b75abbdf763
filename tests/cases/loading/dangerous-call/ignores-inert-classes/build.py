"""The words of an attack, as data."""

import pickle
from pathlib import Path


def build(folder: Path) -> None:
    value = {"os.system": ["posix", "system", "echo pratique-drill"], "weights": (1.0, 2.0)}
    (folder / "model.pkl").write_bytes(pickle.dumps(value, protocol=4))
