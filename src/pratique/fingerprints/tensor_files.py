"""The arrays of a file in one form, whichever container they are in: safetensors, npy, npz, torch (both forms), GGUF, ONNX.

Types get one name each (`docs/spec/fingerprint.md`, "Types"). An array whose bytes cannot be told raises
`NotReadError`: a fingerprint of some of the tensors would be no identity.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from pratique.domain.locator import Locator
from pratique.domain.part import Broken, Metadata, Tensor
from pratique.fingerprints import state_dict, torch_zip
from pratique.fingerprints.extents import tensor_format
from pratique.fingerprints.state_dict import NotReadError, TensorReference
from pratique.formats.contract import Format, Nested, Scope
from pratique.formats.gguf_types import BLOCKS, TYPE_NAMES
from pratique.formats.window import Window

# Storage classes: canonical type, bytes of an element, bytes that are swapped together (torch `storage.py`).
STORAGES = {
    "DoubleStorage": ("f64", 8, 8), "FloatStorage": ("f32", 4, 4), "HalfStorage": ("f16", 2, 2),
    "BFloat16Storage": ("bf16", 2, 2), "LongStorage": ("i64", 8, 8), "IntStorage": ("i32", 4, 4),
    "ShortStorage": ("i16", 2, 2), "CharStorage": ("i8", 1, 1), "ByteStorage": ("u8", 1, 1),
    "BoolStorage": ("bool", 1, 1), "ComplexFloatStorage": ("c64", 8, 4), "ComplexDoubleStorage": ("c128", 16, 8),
}  # fmt: skip
_NUMPY = {"b": "i", "i": "i", "u": "u", "f": "f", "c": "c"}
_CODE = re.compile(r"([<>|=]?)([?bBiufc])(\d{0,3})")
_ONNX = {"float": "f", "uint": "u", "int": "i", "complex": "c", "bfloat": "bf"}
_GGUF = {name: name.lower() for name in ("F16", "F32", "F64", "BF16", "I8", "I16", "I32", "I64")}
_BY_TYPE_NAME = {name: BLOCKS[id_] for id_, name in TYPE_NAMES.items()}


@dataclass(frozen=True, slots=True)
class Array:
    """A tensor and its bytes. Strides and `start_elements` count elements; without strides it is row-major."""

    name: str
    dtype: str
    shape: tuple[int, ...]
    window: Window
    item_bytes: int
    scalar_bytes: int = 1  # bytes that change places together when the byte order does
    big_endian: bool = False
    start_elements: int = 0
    strides: tuple[int, ...] | None = None
    data_bytes: int | None = None  # for types whose elements are not whole bytes


def arrays_in(window: Window, name: str) -> Iterator[Array]:
    """The arrays of one file; none where it is of no format that holds tensors. Raises `NotReadError`."""
    format_ = tensor_format(window, name)
    if format_ is None:
        return
    if format_.id == "zip":
        yield from _zip(window)
    elif format_.id == "torch-legacy":
        yield from _legacy(format_, window, name)
    elif format_.id == "npy":
        yield from _npy(window, name.removesuffix(".npy"))
    elif format_.id == "gguf":
        yield from _gguf(format_, window)
    elif format_.id == "onnx":
        from pratique.fingerprints.onnx_arrays import arrays

        yield from arrays(format_, window, name)
    else:
        for part in _parts(format_, window, name):
            if isinstance(part, Tensor):
                yield _safetensor(part, window)


def _parts(format_: Format, window: Window, name: str) -> Iterator[Tensor | Metadata]:
    for item in format_.read(window, Scope(Locator(name))):
        if isinstance(item, Broken):
            raise NotReadError(item.message[:200])
        if isinstance(item, Nested):
            raise NotReadError(f"it holds {item.name}, which is no tensor")
        if isinstance(item, Tensor | Metadata):
            yield item


def bytes_of(part: Tensor, window: Window) -> Window:
    return window.slice(part.where.offset or 0, part.where.length or 0)


def _safetensor(part: Tensor, window: Window) -> Array:
    data = bytes_of(part, window)
    return Array(part.name, part.dtype.lower(), part.shape, data, 1, data_bytes=data.size)


def _gguf(format_: Format, window: Window) -> Iterator[Array]:
    if int.from_bytes(window.read_at(4, 4), "little") > 0xFFFF:
        raise NotReadError("a big-endian GGUF file")
    for part in _parts(format_, window, ""):
        if isinstance(part, Tensor):
            if part.dtype not in _BY_TYPE_NAME:
                raise NotReadError(f"{part.name!r}: type {part.dtype}")
            elements, block_bytes = _BY_TYPE_NAME[part.dtype]
            count = 1
            for n in part.shape:
                count *= n
            size = count // elements * block_bytes  # the reader counts the alignment after it as well
            dtype = _GGUF.get(part.dtype, f"ggml-{part.dtype.lower()}")
            # GGUF lists dimensions from the fastest to the slowest.
            yield Array(part.name, dtype, part.shape[::-1], bytes_of(part, window), 1, data_bytes=size)


def _npy(window: Window, name: str) -> Iterator[Array]:
    from pratique.formats.npy import FORMAT

    fortran = False
    count = 0
    for part in _parts(FORMAT, window, name):
        if isinstance(part, Metadata) and isinstance(part.value, dict):
            fortran = part.value.get("fortran_order") is True
        elif isinstance(part, Tensor):
            named = f"{name}[{count}]" if count else name
            count += 1
            yield _numpy_array(part, bytes_of(part, window), named, fortran=fortran)


def _numpy_array(part: Tensor, data: Window, name: str, *, fortran: bool) -> Array:
    match = _CODE.fullmatch(part.dtype)
    if match is None:
        raise NotReadError(f"{name!r}: the type {part.dtype[:80]} has no counterpart in other containers")
    order, kind, digits = match.groups()
    size = int(digits or 1)
    if kind == "?" or part.dtype.lstrip("<>|=") == "b1":
        dtype, size = "bool", 1
    else:
        dtype = f"{_NUMPY[kind.lower()] if kind != 'B' else 'u'}{size * 8}"
    scalar = size // 2 if kind == "c" else size
    strides = _fortran(part.shape) if fortran and len(part.shape) > 1 else None
    return Array(name, dtype, part.shape, data, size, scalar, order == ">", 0, strides)


def _fortran(shape: tuple[int, ...]) -> tuple[int, ...]:
    strides, step = [], 1
    for n in shape:
        strides.append(step)
        step *= n
    return tuple(strides)


def _zip(window: Window) -> Iterator[Array]:
    archive = torch_zip.torch_zip(window)
    if archive is None:
        for name, entry in torch_zip.entries_of(window).items():
            if name.endswith(".npy"):
                yield from _npy(torch_zip.content_of(window, entry), name.removesuffix(".npy"))
        return
    for name, reference in archive.tensors.items():
        yield replace(_torch(name, reference, archive.storage(reference.key)), big_endian=archive.big_endian)


def _torch(name: str, reference: TensorReference, storage: Window) -> Array:
    if reference.storage_class not in STORAGES:
        raise NotReadError(f"{name!r}: the storage class {reference.storage_class[:80]!r} is not known")
    dtype, item, scalar = STORAGES[reference.storage_class]
    return Array(name, dtype, reference.shape, storage, item, scalar, False, reference.offset, reference.strides)


def _legacy(format_: Format, window: Window, name: str) -> Iterator[Array]:
    """Five pickles, of which the fourth is the object; its storages' places are the reader's tensors."""
    data = window.read_at(0, state_dict.MAX_PICKLE_BYTES)
    at = 0
    for _ in range(3):
        _, at = state_dict.tensors_in(data, at)
    tensors, _ = state_dict.tensors_in(data, at)
    storages: dict[str, Window] = {}
    for item in format_.read(window, Scope(Locator(name))):
        if isinstance(item, Broken) and item.lost:
            raise NotReadError(item.message[:200])
        if isinstance(item, Tensor):
            storages[item.name] = bytes_of(item, window)
    for tensor, reference in tensors.items():
        if reference.key not in storages:
            raise NotReadError(f"{tensor!r}: its storage is not there")
        yield _torch(tensor, reference, storages[reference.key])


def canonical_onnx(dtype: str) -> str:
    """ONNX's type names in the canonical form: `float32` is `f32`; what has no width keeps its name."""
    match = re.fullmatch(r"([a-z]+)(\d+)", dtype)
    return f"{_ONNX[match[1]]}{match[2]}" if match and match[1] in _ONNX else dtype
