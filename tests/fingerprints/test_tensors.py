"""TENSORS: the same for the same tensors, and for nothing else."""

from __future__ import annotations

import hashlib
import random
import struct
import zipfile
from pathlib import Path

import pytest

from pratique.fingerprints.state_dict import NotReadError, tensors_in
from pratique.fingerprints.tensors import TensorPrint, tensor_print
from pratique.formats.window import Limits
from pratique.sources.files import InPlace
from tests.fingerprints.builders import SAMPLE, npz, safetensors, torch_pickle, torch_zip
from tests.samples.npy import npy

QUARANTINE = InPlace()


def of(tmp_path: Path, data: bytes, name: str = "model", limits: Limits | None = None) -> TensorPrint:
    path = tmp_path / name
    path.write_bytes(data)
    return tensor_print(str(path), tuple(QUARANTINE.entries(str(path))), QUARANTINE, limits)


def digest(tmp_path: Path, data: bytes, name: str = "model") -> str:
    found = of(tmp_path, data, name)
    assert not found.failures
    return str(found.fingerprint)


def test_the_container_does_not_matter(tmp_path: Path) -> None:
    shuffled = dict(reversed(SAMPLE.items()))
    containers = (
        safetensors(SAMPLE),
        safetensors(shuffled),
        npz(SAMPLE),
        npz(SAMPLE, zipfile.ZIP_DEFLATED),
        torch_zip(SAMPLE),
    )
    assert len({digest(tmp_path, data) for data in containers}) == 1


def test_the_vector_of_the_specification(tmp_path: Path) -> None:
    tensors = {"b": ("i64", (1,), (7).to_bytes(8, "little")), "a": ("f32", (1, 2), bytes(8))}
    lines = b"tensors-sha256/1\n"
    for name in ("a", "b"):
        dtype, shape, raw = tensors[name]
        text = ",".join(map(str, shape))
        lines += f"{dtype} {text} {hashlib.sha256(raw).hexdigest()} 1:{name}\n".encode()
    expected = hashlib.sha256(lines).hexdigest()
    assert digest(tmp_path, safetensors(tensors)) == f"tensors-sha256/1:{expected}"
    page = (Path(__file__).parents[2] / "docs/spec/fingerprint.md").read_text()
    assert expected in page
    assert lines.decode().replace("\n", "\n    ").strip() in page


def test_shards_are_one_model(tmp_path: Path) -> None:
    names = list(SAMPLE)
    folder = tmp_path / "shards"
    folder.mkdir()
    for index, name in enumerate(names):
        (folder / f"model-{index}.safetensors").write_bytes(safetensors({name: SAMPLE[name]}))
    found = tensor_print(str(folder), tuple(QUARANTINE.entries(str(folder))), QUARANTINE)
    assert str(found.fingerprint) == digest(tmp_path, safetensors(SAMPLE))


@pytest.mark.parametrize("change", ["name", "shape", "type", "byte", "swap", "missing"])
def test_every_change_of_a_tensor_matters(tmp_path: Path, change: str) -> None:
    twin = ("f32", (2, 3), struct.pack("<6f", *range(6, 12)))
    tensors = {**SAMPLE, "twin": twin}
    before = digest(tmp_path, safetensors(tensors))
    dtype, shape, raw = tensors["layer.weight"]
    if change == "name":
        tensors["layer.weights"] = tensors.pop("layer.weight")
    elif change == "missing":
        del tensors["mask"]
    elif change == "swap":
        tensors["layer.weight"], tensors["twin"] = twin, tensors["layer.weight"]
    else:
        changed = {
            "shape": (dtype, (3, 2), raw),
            "type": ("i32", shape, raw),
            "byte": (dtype, shape, raw[:-1] + b"\xff"),
        }
        tensors["layer.weight"] = changed[change]
    assert digest(tmp_path, safetensors(tensors)) != before


def test_strides_and_byte_order_are_undone(tmp_path: Path) -> None:
    plain = {"m": ("f32", (2, 3), struct.pack("<6f", 0, 1, 2, 3, 4, 5))}
    columns = {"m": ("f32", (2, 3), struct.pack("<6f", 0, 3, 1, 4, 2, 5))}
    expected = digest(tmp_path, safetensors(plain))
    assert digest(tmp_path, torch_zip(columns, {"m": (1, 2)})) == expected
    assert digest(tmp_path, torch_zip({"m": ("f32", (2, 3), struct.pack(">6f", *range(6)))}, order="big")) == expected
    assert digest(tmp_path, npy("'>f4'", (2, 3), struct.pack(">6f", *range(6))), "m.npy") == expected
    fortran = npy("'<f4'", (2, 3), columns["m"][2]).replace(b"'fortran_order': False", b"'fortran_order': True ")
    assert digest(tmp_path, fortran, "m.npy") == expected


def test_what_cannot_be_read_has_no_fingerprint(tmp_path: Path) -> None:
    cut = safetensors(SAMPLE)[:-1]
    assert of(tmp_path, cut).fingerprint is None
    assert of(tmp_path, cut).failures
    outside = torch_zip({"m": ("f32", (9, 9), b"\0" * 16)})
    assert "fewer are there" in of(tmp_path, outside).failures[0][1]
    endless = torch_zip({"m": ("f32", (1 << 20, 1 << 20), b"\0" * 16)}, {"m": (0, 0)})
    assert "expanded_bytes" in of(tmp_path, endless, limits=Limits(expanded_bytes=64 << 20)).failures[0][1]
    jumping = torch_zip({"m": ("f32", (2, 2), b"\0" * 16)}, {"m": (1 << 30, 1)})
    assert "strides" in of(tmp_path, jumping).failures[0][1]
    assert of(tmp_path, b"just text").fingerprint is None


def test_hostile_pickles_end_in_a_refusal() -> None:
    good = torch_pickle(SAMPLE, {})
    assert set(tensors_in(good)[0]) == set(SAMPLE)
    chance = random.Random(5)
    for _ in range(3000):
        data = bytearray(good)
        for _ in range(chance.randint(1, 4)):
            data[chance.randrange(len(data))] = chance.randrange(256)
        try:
            tensors_in(bytes(data[: chance.randint(0, len(data))]))
        except NotReadError:
            continue
    doubling = b"\x80\x02]q\x00"
    for _ in range(9):  # each list holds the one before 200 times
        doubling += b"](" + b"h\x00" * 200 + b"eq\x00"
    with pytest.raises(NotReadError, match="too often"):
        tensors_in(doubling + b".")
    loop = b"\x80\x02]q\x00h\x00a."  # a list in itself
    with pytest.raises(NotReadError):
        tensors_in(loop)
