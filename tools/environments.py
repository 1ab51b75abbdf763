"""Does the report depend on what else is installed, or on the Python that runs it?

    python tools/environments.py [--python PYTHON…]

Builds every attack, twin and valid sample once, then inspects all of it in fresh environments: a bare one, one with
scikit-learn, one with torch, and a bare one for every other interpreter named. Every JSON line must be the same, byte for byte.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import subprocess
import sys
import tempfile
from importlib import import_module
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "src"), str(ROOT)]
ENVIRONMENTS = {"bare": (), "scikit-learn": ("scikit-learn",), "torch": ("torch==2.13.0", "numpy")}


def build(corpus: Path) -> int:
    """Every attack, twin and sample, one folder or file each; returns how many."""
    from pratique.drill.attack import attacks

    for attack in attacks().values():
        for kind, builder in (("attack", attack.build), ("twin", attack.twin)):
            if builder is not None:
                folder = corpus / kind / attack.id.replace("/", "-")
                folder.mkdir(parents=True)
                builder(folder)
    for path in sorted((ROOT / "tests/samples").glob("*.py")):
        if path.stem != "__init__":
            for name, data in import_module(f"tests.samples.{path.stem}").samples().items():
                (corpus / path.stem).mkdir(exist_ok=True)
                (corpus / path.stem / name.replace("/", "-")).write_bytes(data)
    return sum(1 for p in corpus.rglob("*") if p.is_file())


def reports(python: str, corpus: Path, *packages: str) -> bytes:
    """The JSON lines of `pratique inspect --each` in a fresh environment of `python` with `packages`."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([python, "-m", "venv", folder], check=True)
        inside = str(Path(folder, "bin/python"))
        subprocess.run([inside, "-m", "pip", "install", "-q", str(ROOT), *packages], check=True)
        command = [inside, "-m", "pratique", "inspect", "--each", "--format", "jsonl", "--quiet", "."]
        environment = {k: v for k, v in os.environ.items() if not k.startswith("PYTHON")}
        done = subprocess.run(command, capture_output=True, check=False, cwd=corpus, env=environment)
    if done.returncode not in (0, 1):
        raise SystemExit(done.stderr.decode())
    return done.stdout


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--python", nargs="*", default=[], help="other interpreters to compare with this one")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        corpus = Path(folder)
        files = build(corpus)
        runs = {name: reports(sys.executable, corpus, *packages) for name, packages in ENVIRONMENTS.items()}
        runs |= {python: reports(python, corpus) for python in options.python}
    for name, lines in runs.items():
        print(f"{hashlib.sha256(lines).hexdigest()[:16]}  {len(lines.splitlines())} reports of {files} files  {name}")
    return 0 if len(set(runs.values())) == 1 else 1


if __name__ == "__main__":
    sys.exit(main())
