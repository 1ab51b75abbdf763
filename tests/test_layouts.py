"""Layouts of frameworks whose members are what matters: what their loaders decode by name, and what they run."""

from __future__ import annotations

import io
import tarfile
from pathlib import Path

import pytest

from pratique import Decision, inspect

SYSTEM = b"cos\nsystem\n(S'echo pratique-drill'\ntR."


def shard(members: dict[str, bytes]) -> bytes:
    """A WebDataset shard."""
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode="w") as archive:
        for name, data in members.items():
            member = tarfile.TarInfo(name)
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
    return target.getvalue()


@pytest.mark.parametrize("extension", ["pyd", "pickle", "pth", "cls", "txt", "jpg"])
def test_a_pickle_in_a_shard_is_found_whatever_it_is_called(extension: str, tmp_path: Path) -> None:
    """webdataset/autodecode.py unpickles pyd, pickle and pth; another program may do so with the rest."""
    shard_ = tmp_path / "train-000000.tar"
    shard_.write_bytes(shard({"000.json": b"{}", f"000.{extension}": SYSTEM}))
    found = inspect(shard_)
    assert found.verdict.decision is Decision.REFUSE
    assert "loading/dangerous-call" in {finding.rule for finding in found.report.findings}


def test_a_shard_of_plain_samples_is_admitted(tmp_path: Path) -> None:
    shard_ = tmp_path / "train-000000.tar"
    shard_.write_bytes(shard({"000.json": b'{"label": 1}', "000.cls": b"1", "000.txt": b"a caption"}))
    assert inspect(shard_).verdict.decision is Decision.ADMIT


def test_an_orbax_folder_is_held_for_its_store_alone(tmp_path: Path) -> None:
    """The checkpoint's metadata is plain JSON; OCDBT's database is a gap until a reader knows it."""
    (tmp_path / "_CHECKPOINT_METADATA").write_text('{"item_handlers": {"default": "orbax.x.Y"}, "metrics": {}}')
    assert inspect(tmp_path).verdict.decision is Decision.ADMIT
    (tmp_path / "manifest.ocdbt").write_bytes(bytes.fromhex("0cdb3a2a") + bytes(range(60)))
    found = inspect(tmp_path)
    assert found.verdict.decision is Decision.HOLD
    assert [gap.kind for gap in found.report.coverage.gaps] == ["unknown-format"]


@pytest.mark.parametrize(
    "array",
    [
        '{"zarr_format": 2, "shape": [1], "chunks": [1], "dtype": "|O", "compressor": null, "filters": [{"id": "pickle"}]}',
        '{"zarr_format": 3, "node_type": "array", "shape": [1], "codecs": [{"name": "numcodecs.pickle"}]}',
    ],
)
def test_a_zarr_array_whose_codec_unpickles_is_refused(array: str, tmp_path: Path) -> None:
    (tmp_path / ".zarray").write_text(array)
    assert inspect(tmp_path).verdict.decision is Decision.REFUSE
    (tmp_path / ".zarray").write_text(array.replace("pickle", "vlen-utf8"))
    assert inspect(tmp_path).verdict.decision is Decision.ADMIT
