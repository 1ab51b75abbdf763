"""What attackers do to any artifact so that a scanner looks elsewhere: used by the `evades` cases."""

from __future__ import annotations

import gzip
import io
import tarfile
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path

Build = Callable[[Path], None]


def archived(build: Build) -> Build:
    """Everything in a zip, the zip in a tar, the tar in gzip, under a name that claims nothing."""

    def disguised(folder: Path) -> None:
        zipped = io.BytesIO()
        with zipfile.ZipFile(zipped, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, data in _files(build):
                archive.writestr(zipfile.ZipInfo(name), data)
        tarred = io.BytesIO()
        with tarfile.open(fileobj=tarred, mode="w") as tar:
            info = tarfile.TarInfo("parts/0001")
            info.size = len(zipped.getvalue())
            tar.addfile(info, io.BytesIO(zipped.getvalue()))
        (folder / "data-0001.bin").write_bytes(gzip.compress(tarred.getvalue(), mtime=0))

    return disguised


def renamed(build: Build, name: str = "weights.bin") -> Build:
    """The only file under a name that says something else."""

    def disguised(folder: Path) -> None:
        ((_, data),) = _files(build)
        (folder / name).write_bytes(data)

    return disguised


def deep(build: Build) -> Build:
    """Everything in folders that scanners like to leave out, beside a harmless file at the top."""

    def disguised(folder: Path) -> None:
        (folder / "README.md").write_text("# A model\n")
        inner = folder / "checkpoints" / "__pycache__" / ".cache"
        inner.mkdir(parents=True)
        build(inner)

    return disguised


def _files(build: Build) -> list[tuple[str, bytes]]:
    with tempfile.TemporaryDirectory() as place:
        build(Path(place))
        return [(str(p.relative_to(place)), p.read_bytes()) for p in sorted(Path(place).rglob("*")) if p.is_file()]
