"""Fingerprints of every sample of every format, whole and damaged: never an exception, and always what the file holds."""

from __future__ import annotations

import hashlib
import importlib
import random
import struct
from collections.abc import Iterator
from itertools import accumulate
from pathlib import Path

import pytest

from pratique.drill import onnx_writer
from pratique.drill.protobuf_writer import number, text
from pratique.fingerprints.compare import compare
from pratique.fingerprints.manifest import parse
from pratique.fingerprints.rows import row_print
from pratique.fingerprints.scan import scan
from pratique.fingerprints.tensors import tensor_print
from pratique.sources.files import InPlace
from tests.fingerprints.builders import SAMPLE, npz, safetensors, torch_zip

SAMPLES = Path(__file__).parents[1] / "samples"
HELD = ("safetensors", "npy", "zip", "gguf", "onnx", "torch_legacy")
DISK = InPlace()


def sample_files() -> Iterator[tuple[str, bytes]]:
    for name in HELD:
        yield from importlib.import_module(f"tests.samples.{name}").samples().items()
    yield "t.safetensors", safetensors(SAMPLE)
    yield "t.npz", npz(SAMPLE)
    yield "t.pt", torch_zip(SAMPLE)


def look(path: Path) -> None:
    """Everything that a file's content decides."""
    data = path.read_bytes()
    manifest = scan(str(path), DISK)
    (entry,) = manifest.entries
    assert entry.error is None
    assert entry.sha256 == hashlib.sha256(data).hexdigest()
    assert sum(chunk.length_bytes for chunk in entry.chunks) == len(data)
    cuts = {0, *accumulate(chunk.length_bytes for chunk in entry.chunks)}
    end = 0
    for region in entry.regions:
        assert region.offset >= end, "regions are sorted and disjoint"
        end = region.offset + region.length_bytes
        assert {region.offset, end} <= cuts
    assert parse(manifest.to_json()) == manifest
    assert compare(manifest, str(path), DISK) == ()
    entries = tuple(DISK.entries(str(path)))
    found = tensor_print(str(path), entries, DISK)
    assert found.fingerprint is None or not found.failures
    row_print(str(path), entries, DISK)


@pytest.mark.parametrize("name,data", [*sample_files()], ids=lambda v: v if isinstance(v, str) else "")
def test_samples_whole_and_damaged(tmp_path: Path, name: str, data: bytes) -> None:
    path = tmp_path / name
    chance = random.Random(name)
    path.write_bytes(data)
    look(path)
    for turn in range(12):
        damaged = bytearray(data)
        for _ in range(chance.randint(1, 6)):
            damaged[chance.randrange(len(damaged))] = chance.choice((0, 1, 0x7F, 0x80, 0xFF, chance.randrange(256)))
        path.write_bytes(damaged[: chance.randint(1, len(damaged))] if turn % 3 == 0 else damaged)
        look(path)


def of(tmp_path: Path, data: bytes) -> str:
    path = tmp_path / "model"
    path.write_bytes(data)
    found = tensor_print(str(path), tuple(DISK.entries(str(path))), DISK)
    assert not found.failures
    return str(found.fingerprint)


def test_older_torch_files_and_gguf_agree_with_safetensors(tmp_path: Path) -> None:
    legacy = importlib.import_module("tests.samples.torch_legacy").samples()["weights.pt"]
    assert of(tmp_path, legacy) == of(tmp_path, safetensors({"w": ("f32", (2,), struct.pack("<2f", 1.0, 2.0))}))
    gguf = importlib.import_module("tests.samples.gguf").samples()["little.gguf"]
    data = bytes(range(64))
    same = {"a": ("f32", (8,), data[:32]), "b": ("f32", (8,), data[32:])}
    assert of(tmp_path, gguf) == of(tmp_path, safetensors(same))


def test_onnx_raw_and_typed_fields_agree(tmp_path: Path) -> None:
    values = struct.pack("<4f", 0.0, 0.5, 1.0, 1.5)
    raw = onnx_writer.tensor("w")
    typed = b"".join([number(1, 4), number(2, 1), text(8, "w"), text(4, values)])
    models = [onnx_writer.model(onnx_writer.graph(initializers=(tensor,))) for tensor in (raw, typed)]
    assert of(tmp_path, models[0]) == of(tmp_path, models[1]) == of(tmp_path, safetensors({"w": ("f32", (4,), values)}))
    narrow = b"".join([number(1, 2), number(2, 3), text(8, "w"), number(5, 7), number(5, (1 << 64) - 1)])  # int8 7, -1
    assert of(tmp_path, onnx_writer.model(onnx_writer.graph(initializers=(narrow,)))) == of(
        tmp_path, safetensors({"w": ("i8", (2,), b"\x07\xff")})
    )


def test_onnx_external_data_has_no_fingerprint(tmp_path: Path) -> None:
    path = tmp_path / "m.onnx"
    path.write_bytes(
        onnx_writer.model(onnx_writer.graph(initializers=(onnx_writer.tensor("w", {"location": "w.bin"}),)))
    )
    found = tensor_print(str(path), tuple(DISK.entries(str(path))), DISK)
    assert found.fingerprint is None
    assert "another file" in found.failures[0][1]
