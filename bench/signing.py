"""Side by side with model-signing, in one run: wall and CPU seconds to sign and to verify a model.

    python bench/signing.py [--gib 2] [--files 1] [--rounds 3]

Each tool runs as its command line, in a process of its own, in turns; the best of the rounds counts. The data are random and stay
in the page cache, so that the comparison is of the work and not of the disk. Bars: sign at most 0.8 times, verify at most 0.4 times
model-signing's wall time. Nothing here is a test. model-signing must be installed beside Pratique (extra `interop`).
"""

from __future__ import annotations

import argparse
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

PIECE_BYTES = 16 << 20
BARS = {"sign": 0.8, "verify": 0.4}


@dataclass(frozen=True, slots=True)
class Cost:
    """Seconds of one run."""

    wall_seconds: float
    cpu_seconds: float


def run(words: list[str]) -> Cost:
    """The cost of a command that must succeed."""
    before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run(words, check=True, stdout=subprocess.DEVNULL)
    wall = time.perf_counter() - started
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return Cost(wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)


def build(folder: Path, size_bytes: int, files: int) -> None:
    """`files` files of random bytes, `size_bytes` together."""
    folder.mkdir()
    each = size_bytes // files
    for index in range(files):
        with (folder / f"model-{index:05}.safetensors").open("wb") as file:
            for start in range(0, each, PIECE_BYTES):
                file.write(os.urandom(min(PIECE_BYTES, each - start)))


def commands(folder: Path, work: Path) -> dict[str, dict[str, list[str]]]:
    """What each tool runs, by step."""
    theirs, ours, fast = (str(work / f"{name}.sig") for name in ("theirs", "ours", "fast"))
    key, public = str(work / "key"), str(work / "key.pub")
    tool = [str(Path(sys.executable).with_name("model_signing"))]
    pratique = [sys.executable, "-m", "pratique"]
    model = str(folder)
    return {
        "sign": {
            "model-signing": [*tool, "sign", "key", model, "--private_key", key, "--signature", theirs],
            "pratique": [*pratique, "sign", model, "--key", key, "--signature", ours],
            "pratique --digest blake3": [*pratique, "sign", model, "--key", key, "--digest", "blake3", "-o", fast],
        },
        "verify": {
            "model-signing": [*tool, "verify", "key", model, "--public_key", public, "--signature", theirs],
            "pratique": [*pratique, "verify", model, "--key", public, "--signature", ours],
            "pratique --sha256": [*pratique, "verify", model, "--key", public, "--signature", ours, "--sha256"],
        },
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--gib", type=float, default=2.0)
    parser.add_argument("--files", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    if shutil.which(str(Path(sys.executable).with_name("model_signing"))) is None:
        print("model-signing is not installed beside this Python: pip install 'pratique[interop]'", file=sys.stderr)
        return 3
    met = True
    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        folder = work / "model"
        build(folder, int(options.gib * (1 << 30)), options.files)
        subprocess.run([sys.executable, "-m", "pratique", "keys", "generate", str(work / "key")], check=True)
        for step, tools in commands(folder, work).items():
            best: dict[str, Cost] = {}
            for _ in range(options.rounds):
                for tool, words in tools.items():
                    cost = run(words)
                    if tool not in best or cost.wall_seconds < best[tool].wall_seconds:
                        best[tool] = cost
            reference = best["model-signing"].wall_seconds
            for tool, cost in best.items():
                ratio = cost.wall_seconds / reference
                print(
                    f"{step:<7} {tool:<24} {cost.wall_seconds:6.2f} s wall {cost.cpu_seconds:6.2f} s CPU  ratio {ratio:.2f}"
                )
            met &= best["pratique"].wall_seconds <= BARS[step] * reference
    print("bars met" if met else "bars NOT met")
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
