"""`make demo`: build a small sample repository of models with something hostile in it, inspect it, explain what is seen."""

from __future__ import annotations

import json
import shutil
import struct
import sys
from pathlib import Path

from pratique.cli.main import main as pratique
from pratique.drill.attack import attacks

PLANTED = ("gadget/system", "zip-hidden-entry", "template/trigger")

README = """# tiny-sentiment
A sentiment model for the demo. Weights in safetensors, an older checkpoint, and a tokenizer.
"""


def build(folder: Path) -> list[str]:
    """A model repository: good weights, a good configuration, and a few attacks of the drill; returns their titles."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    (folder / "README.md").write_text(README)
    config = {"architectures": ["BertForSequenceClassification"], "model_type": "bert", "hidden_size": 32}
    (folder / "config.json").write_text(json.dumps(config, indent=2))
    (folder / "model.safetensors").write_bytes(safetensors({"classifier.weight": 64, "classifier.bias": 2}))
    planted: list[str] = []
    for number, id_ in enumerate(PLANTED, 1):
        place = folder / f"checkpoint-{number}"
        place.mkdir()
        attacks()[id_].build(place)
        planted.append(f"{place.name}: {attacks()[id_].title}")
    return planted


def safetensors(tensors: dict[str, int]) -> bytes:
    """Float32 zeros by name and length."""
    header, data = {}, b""
    for name, count in tensors.items():
        header[name] = {"dtype": "F32", "shape": [count], "data_offsets": [len(data), len(data) + 4 * count]}
        data += bytes(4 * count)
    text = json.dumps(header).encode()
    return struct.pack("<Q", len(text)) + text + data


def say(text: str) -> None:
    print(f"\n\x1b[1m{text}\x1b[0m" if sys.stdout.isatty() else f"\n{text}", flush=True)


def main() -> int:
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else "build/demo")
    planted = build(folder)
    say(f"A model repository was built in {folder}, with these attacks in it (inert: they would only print a line):")
    for line in planted:
        print(f"  {line}")
    say(f"$ pratique inspect {folder}")
    refused = pratique(["inspect", str(folder)])
    say(
        "Nothing was loaded or executed. REFUSE comes with exit code 1, so a pipeline stops here; each finding names its"
    )
    print("place and its rule, and `pratique explain RULE` says why it matters. The good weights alone are admitted:")
    say(f"$ pratique inspect {folder / 'model.safetensors'}")
    admitted = pratique(["inspect", str(folder / "model.safetensors")])
    if (refused, admitted) != (1, 0):
        print("the demo did not go as it should", file=sys.stderr)
        return 1
    say(
        "Next: `pratique inspect YOUR_MODEL`, `--format json|sarif|html` for machines and reports, `--policy strict` in CI."
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
