"""The short form of `make fuzz`: a fixed number of mutated samples through every reader and rule."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent


def test_mutated_samples_break_no_reader_and_no_rule() -> None:
    command = [sys.executable, str(ROOT / "fuzz/readers.py"), "--count", "20000"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=600)
    assert done.returncode == 0, done.stderr[-3000:]
    assert "no failure" in done.stdout
