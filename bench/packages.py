"""Wheels and source archives: CPU-seconds, peak memory and verdicts, beside GuardDog and hexora where installed.

    python bench/packages.py FILE…

Every scanner is a fresh process for each file; Pratique runs without its cache, and then with it. Peers get an unpacked copy, which
is not counted. Ratios are those of Pratique's cold run to the peer.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

LIMIT_SECONDS = 900


@dataclass(frozen=True)
class Run:
    """One scan of one file."""

    cpu_seconds: float
    peak_mib: float
    says: str


def measured(command: list[str], env: dict[str, str] | None = None) -> Run:
    """Run a command to its end and say what it took, children included, and the last words of its first lines."""
    with tempfile.TemporaryFile() as out:
        started = time.monotonic()
        child = subprocess.Popen(command, stdout=out, stderr=subprocess.DEVNULL, env=env)
        while True:
            pid, status, usage = os.wait4(child.pid, os.WNOHANG)
            if pid:
                break
            if time.monotonic() - started > LIMIT_SECONDS:
                child.kill()
            time.sleep(0.01)
        out.seek(0)
        text = out.read(4000).decode("utf-8", "replace")
    child.returncode = os.waitstatus_to_exitcode(status)
    words = next((line.split()[0] for line in text.splitlines() if line.strip()), "")
    return Run(usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, f"exit {child.returncode} {words}"[:24])


def peers() -> dict[str, Callable[[Path, Path], list[str]]]:
    """What is installed, and how it is asked: (archive, unpacked folder) to a command."""
    known: dict[str, Callable[[Path, Path], list[str]]] = {
        "guarddog": lambda archive, folder: ["guarddog", "pypi", "scan", str(folder)],
        "hexora": lambda archive, folder: ["hexora", "audit", str(folder)],
    }
    return {name: command for name, command in known.items() if shutil.which(name)}


def main() -> None:
    files = [Path(name) for name in sys.argv[1:]]
    if not files:
        sys.exit(__doc__)
    found = peers()
    for missing in sorted({"guarddog", "hexora"} - found.keys()):
        print(f"{missing} is not installed")
    with tempfile.TemporaryDirectory() as temporary:
        env = {**os.environ, "PRATIQUE_CACHE_DIR": str(Path(temporary) / "cache")}
        for file in files:
            folder = Path(temporary) / file.name
            shutil.unpack_archive(file, folder, "zip" if file.suffix == ".whl" else None)
            inspect = [sys.executable, "-m", "pratique", "inspect", "-q", str(file)]
            cold, again = measured(inspect, env), measured(inspect, env)
            print(f"{file.name}\n  pratique  {cold.cpu_seconds:7.2f} CPU-s {cold.peak_mib:6.0f} MiB  {cold.says}")
            share = again.cpu_seconds / cold.cpu_seconds
            print(f"  again     {again.cpu_seconds:7.2f} CPU-s {again.peak_mib:6.0f} MiB  {share:.2f} of cold")
            for name, command in found.items():
                run = measured(command(file, folder), env)
                ratio = cold.cpu_seconds / max(run.cpu_seconds, 0.01)
                took = f"{run.cpu_seconds:7.2f} CPU-s {run.peak_mib:6.0f} MiB"
                print(f"  {name:<9} {took}  {run.says}  pratique takes {ratio:.2f} of it")
            shutil.rmtree(folder)


main()
