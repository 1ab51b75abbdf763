"""A node that names no class."""

import json
from pathlib import Path

from tests.samples.skops import samples


def build(folder: Path) -> None:
    schema = json.loads(samples()["schema.json"])
    schema["content"]["content"] = {"__loader__": "TypeNode", "__module__": "os"}
    (folder / "schema.json").write_text(json.dumps(schema))
