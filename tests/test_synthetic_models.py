"""Benign models made by many libraries: nothing refused, next to nothing held, no error.

The libraries are installed into an environment of their own, once, in the cache folder; they write the files
(`tests/synthetic_models.py`), and only Pratique reads them. Without a registry in reach, the test is skipped with that reason.
"""

from __future__ import annotations

import subprocess
import sys
import venv
from pathlib import Path

import pytest

from pratique import Decision, inspect
from tests.test_real_files import CACHE

LIBRARIES = (
    "catboost==1.2.8", "h5py==3.15.1", "keras==3.15.1", "lightgbm==4.7.0", "pandas==3.1.1", "scikit-learn==1.8.0", "torch==2.13.0",
    "xgboost-cpu==3.2.0",
)  # fmt: skip
MAKER = Path(__file__).with_name("synthetic_models.py")
MAX_HELD = 0.02
pytestmark = pytest.mark.real


def environment() -> Path:
    """The interpreter that has the libraries."""
    folder = CACHE / f"libraries-{sys.version_info[0]}.{sys.version_info[1]}"
    python = folder / "bin/python"
    if not (folder / ".complete").exists():
        venv.create(folder, clear=True, with_pip=True)
        command = [python, "-m", "pip", "install", "-q", "--only-binary", ":all:", *LIBRARIES]
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=1200)
        if done.returncode != 0:
            pytest.skip(f"the libraries could not be installed: {done.stderr.strip().splitlines()[-1:]}")
        (folder / ".complete").touch()
    return python


def test_models_of_many_libraries_are_admitted(tmp_path: Path) -> None:
    made = subprocess.run(
        [environment(), MAKER, tmp_path], capture_output=True, text=True, check=False, timeout=900, cwd=tmp_path
    )
    assert made.returncode == 0, made.stderr[-2000:]
    assert "left out" not in made.stdout, made.stdout
    files = [path for path in sorted(tmp_path.rglob("*")) if path.is_file()]
    assert len(files) >= 450, made.stdout
    seen: dict[Decision, list[str]] = {decision: [] for decision in Decision}
    for path in files:
        found = inspect(path)
        why = [f"{r.clause}: {r.because}" for r in found.verdict.reasons][:1]
        seen[found.verdict.decision].append(f"{path.relative_to(tmp_path)} {why}")
    print(f"{len(files)} files: {len(seen[Decision.HOLD])} held, {len(seen[Decision.REFUSE])} refused")
    assert not seen[Decision.REFUSE]
    assert len(seen[Decision.HOLD]) <= MAX_HELD * len(files), seen[Decision.HOLD]
