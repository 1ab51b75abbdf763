"""Small model files of the same tensors in several containers."""

from __future__ import annotations

import io
import json
import struct
import zipfile

from tests.samples.npy import npy

Tensors = dict[str, tuple[str, tuple[int, ...], bytes]]  # name: canonical type, shape, row-major little-endian bytes
NUMPY = {"f32": "<f4", "i64": "<i8", "bool": "|b1"}
TORCH = {"f32": "FloatStorage", "i64": "LongStorage", "bool": "BoolStorage"}
ITEM = {"f32": 4, "i64": 8, "bool": 1}

SAMPLE: Tensors = {
    "layer.weight": ("f32", (2, 3), struct.pack("<6f", *range(6))),
    "layer.bias": ("i64", (2,), struct.pack("<2q", -1, 7)),
    "mask": ("bool", (3,), b"\1\0\1"),
}


def safetensors(tensors: Tensors) -> bytes:
    header: dict[str, object] = {}
    data = b""
    for name, (dtype, shape, raw) in tensors.items():
        offsets = [len(data), len(data) + len(raw)]
        header[name] = {"dtype": dtype.upper(), "shape": list(shape), "data_offsets": offsets}
        data += raw
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    return len(text).to_bytes(8, "little") + text + data


def npz(tensors: Tensors, method: int = zipfile.ZIP_STORED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, (dtype, shape, raw) in tensors.items():
            archive.writestr(f"{name}.npy", npy(repr(NUMPY[dtype]), shape, raw))
    return out.getvalue()


def torch_zip(tensors: Tensors, strides: dict[str, tuple[int, ...]] | None = None, order: str = "little") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("archive/data.pkl", torch_pickle(tensors, strides or {}))
        archive.writestr("archive/byteorder", order)
        for key, (_, _, raw) in enumerate(tensors.values()):
            archive.writestr(f"archive/data/{key}", raw)
        archive.writestr("archive/version", "3\n")
    return out.getvalue()


def torch_pickle(tensors: Tensors, strides: dict[str, tuple[int, ...]]) -> bytes:
    """The opcodes of a state dict as torch.save writes them (protocol 2)."""
    out = b"\x80\x02}("
    for key, (name, (dtype, shape, raw)) in enumerate(tensors.items()):
        storage = b"(" + text("storage") + b"ctorch\n" + TORCH[dtype].encode() + b"\n" + text(str(key)) + text("cpu")
        storage += integer(len(raw) // ITEM[dtype]) + b"tQ"
        out += text(name) + b"ctorch._utils\n_rebuild_tensor_v2\n(" + storage + integer(0) + integers(shape)
        out += integers(strides.get(name, contiguous(shape))) + b"\x89ccollections\nOrderedDict\n)RtR"
    return out + b"u."


def contiguous(shape: tuple[int, ...]) -> tuple[int, ...]:
    strides: list[int] = []
    step = 1
    for n in reversed(shape):
        strides.insert(0, step)
        step *= n
    return tuple(strides)


def text(value: str) -> bytes:
    data = value.encode()
    return b"X" + len(data).to_bytes(4, "little") + data


def integer(value: int) -> bytes:
    return b"J" + value.to_bytes(4, "little", signed=True)


def integers(values: tuple[int, ...]) -> bytes:
    return b"(" + b"".join(map(integer, values)) + b"t"
