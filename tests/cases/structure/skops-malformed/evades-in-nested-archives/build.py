"""The schema in a zip in a tar in gzip."""

import json
from pathlib import Path

from tests.disguise import archived
from tests.samples.skops import samples


def plain(folder: Path) -> None:
    schema = json.loads(samples()["schema.json"])
    schema["content"]["content"] = {"__loader__": "TypeNode", "__module__": "os"}
    (folder / "schema.json").write_text(json.dumps(schema))


build = archived(plain)
