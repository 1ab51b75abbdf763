"""A handler of TorchServe itself, which imports the file with the model's class."""

import json
from pathlib import Path

from pratique.drill.attacks.zip_views import zipped


def build(folder: Path) -> None:
    model = {"modelName": "drill", "handler": "image_classifier", "modelFile": "net.py"}
    manifest = json.dumps({"model": model, "archiverVersion": "0.8.2"}).encode()
    (folder / "model.mar").write_bytes(
        zipped(("MAR-INF/MANIFEST.json", manifest), ("net.py", b"class Net:\n    pass\n"))
    )
