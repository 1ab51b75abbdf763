"""A LightningCLI configuration, in JSON, deep in a list."""

import json
from pathlib import Path


def build(folder: Path) -> None:
    callback = {"class_path": "subprocess.Popen", "init_args": {"args": ["echo", "pratique-drill"]}}
    (folder / "config.json").write_text(json.dumps({"trainer": {"callbacks": [callback]}}))
