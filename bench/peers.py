"""Side by side with other scanners, in one run: CPU-seconds, peak memory, and what each said.

    python bench/peers.py [--quick]

Each case is a file built here; each tool that is installed runs on it in a process of its own. A tool's answer is its exit code:
`ok`, `alarm` or `error`. Ratios are to Pratique's CPU-seconds. Nothing here is a test.
"""

from __future__ import annotations

import argparse
import gzip
import io
import os
import pickle
import resource
import shutil
import struct
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

TOOLS = {
    "pratique": [sys.executable, "-m", "pratique", "inspect", "{}"],
    "picklescan": ["picklescan", "--path", "{}"],
    "modelscan": ["modelscan", "--path", "{}"],
    "fickling": ["fickling", "--check-safety", "{}"],
    "modelaudit": ["modelaudit", "scan", "{}"],
    "hayward": ["hayward", "scan", "{}"],
}
TIMEOUT_SECONDS = 600


@dataclass(frozen=True, slots=True)
class Result:
    cpu_seconds: float
    peak_megabytes: float
    answer: str


def measure(command: list[str]) -> Result:
    """Run to the end; CPU time and peak memory are the child's own (`wait4`)."""
    with open(os.devnull, "wb") as nowhere:
        process = subprocess.Popen(command, stdout=nowhere, stderr=nowhere, preexec_fn=_limit)  # noqa: PLW1509
        _, status, usage = os.wait4(process.pid, 0)
    code = os.waitstatus_to_exitcode(status)
    answer = {0: "ok", 1: "alarm"}.get(code, f"error {code}")
    return Result(usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, answer)


def _limit() -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (TIMEOUT_SECONDS, TIMEOUT_SECONDS))


def small_pickle(folder: Path) -> Path:
    path = folder / "small.pkl"
    path.write_bytes(pickle.dumps({"epoch": 3, "names": ["a", "b"]}))
    return path


def torch_zip(folder: Path, size: int) -> Path:
    """A torch archive with one storage of `size` bytes, stored."""
    path = folder / "model.pt"
    storage = b"(X\x07\x00\x00\x00storagectorch\nFloatStorage\nX\x01\x00\x00\x000X\x03\x00\x00\x00cpuJ" + struct.pack(
        "<i", size // 4
    )
    data = b"\x80\x02ctorch._utils\n_rebuild_tensor_v2\n(" + storage + b"tQK\x00J" + struct.pack("<i", size // 4)
    data += b"\x85K\x01\x85\x89ccollections\nOrderedDict\n)RtR."
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED, allowZip64=True) as archive:
        archive.writestr("archive/data.pkl", data)
        with archive.open("archive/data/0", "w", force_zip64=True) as member:
            for _ in range(size >> 20):
                member.write(os.urandom(1 << 20))
        archive.writestr("archive/version", "3\n")
    return path


def dense_pickle(folder: Path, size: int) -> Path:
    """Opcodes without bulk: nested lists, tuples, dictionaries and short strings."""
    path = folder / "dense.pkl"
    unit = pickle.dumps([{i: (i, str(i), [i] * 3)} for i in range(2000)], 2)[2:-1]
    with path.open("wb") as file:
        file.write(b"\x80\x02(")
        for _ in range(size // len(unit) + 1):
            file.write(unit)
        file.write(b"l.")
    return path


def safetensors(folder: Path, size: int) -> Path:
    path = folder / "model.safetensors"
    header = b'{"w":{"dtype":"U8","shape":[%d],"data_offsets":[0,%d]}}' % (size, size)
    with path.open("wb") as file:
        file.write(struct.pack("<Q", len(header)) + header)
        for _ in range(size >> 20):
            file.write(os.urandom(1 << 20))
    return path


def small_files(folder: Path) -> Path:
    root = folder / "many"
    root.mkdir()
    for n in range(500):
        match n % 5:
            case 0:
                (root / f"{n}.pkl").write_bytes(pickle.dumps({"n": n}))
            case 1:
                (root / f"{n}.json").write_text(f'{{"n": {n}}}')
            case 2:
                (root / f"{n}.txt").write_text(f"file {n}\n")
            case 3:
                out = io.BytesIO()
                with zipfile.ZipFile(out, "w") as archive:
                    archive.writestr("a.pkl", pickle.dumps(n))
                (root / f"{n}.zip").write_bytes(out.getvalue())
            case _:
                (root / f"{n}.safetensors").write_bytes(struct.pack("<Q", 2) + b"{}")
    return root


def bomb(folder: Path) -> Path:
    path = folder / "bomb.pkl.gz"
    with gzip.open(path, "wb") as file:
        for _ in range(2048):
            file.write(bytes(1 << 20))
    return path


def cases(quick: bool) -> dict[str, Callable[[Path], Path]]:
    scale = 16 if quick else 1
    return {
        "small pickle": small_pickle,
        f"torch zip, {1024 // scale} MiB": lambda f: torch_zip(f, (1 << 30) // scale),
        f"safetensors, {2048 // scale} MiB": lambda f: safetensors(f, (2 << 30) // scale),
        f"dense pickle, {100 // scale} MB": lambda f: dense_pickle(f, 100_000_000 // scale),
        "500 small files": small_files,
        "2 GiB gzip bomb": bomb,
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="large cases at a sixteenth of their size")
    options = parser.parse_args()
    scripts = Path(sys.executable).parent
    found = {n: c for n, c in TOOLS.items() if n == "pratique" or (scripts / c[0]).exists() or shutil.which(c[0])}
    print(f"{'case':<24}" + "".join(f"{name:>34}" for name in found))
    for label, build in cases(options.quick).items():
        with tempfile.TemporaryDirectory() as folder:
            target = build(Path(folder))
            base: Result | None = None
            cells = []
            for command in found.values():
                program = str(scripts / command[0]) if (scripts / command[0]).exists() else command[0]
                result = measure([program, *(word.format(target) for word in command[1:])])
                base = base or result
                ratio = result.cpu_seconds / max(base.cpu_seconds, 1e-6)
                cells.append(
                    f"{result.cpu_seconds:8.2f} s {ratio:5.1f}x {result.peak_megabytes:6.0f} MB {result.answer:>7}"
                )
            print(f"{label:<24}" + "".join(f"{cell:>34}" for cell in cells), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
