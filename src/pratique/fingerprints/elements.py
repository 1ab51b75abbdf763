"""The elements of an array in row-major order, little-endian, whatever order and byte order they are stored in."""

from __future__ import annotations

import array as packed_array
from collections.abc import Iterator
from itertools import product

from pratique.fingerprints.state_dict import NotReadError
from pratique.fingerprints.tensor_files import Array
from pratique.formats.window import MAX_READ_BYTES, Window

STEP_BYTES = 4 << 20
MAX_GATHERED_BYTES = 4 << 30  # of a storage that must be in memory because its strides jump
MAX_RUNS = 50_000_000
_CODES = {2: "H", 4: "I", 8: "Q"}


def row_major(array: Array) -> Iterator[bytes]:
    """The elements' bytes in pieces. Raises `NotReadError` where the array lies outside of its bytes."""
    count = 1
    for n in array.shape:
        count *= n
        if count > 1 << 60:
            raise NotReadError(f"{array.name!r}: its shape is absurd")
    if count == 0:
        return
    if array.strides is None or _contiguous(array.shape, array.strides):
        start = array.start_elements * array.item_bytes
        length = array.data_bytes if array.data_bytes is not None else count * array.item_bytes
        yield from _plain(array, start, length)
    else:
        yield from _gathered(array)


def _contiguous(shape: tuple[int, ...], strides: tuple[int, ...]) -> bool:
    expected = 1
    for n, stride in zip(reversed(shape), reversed(strides), strict=True):
        if n != 1 and stride != expected:
            return False
        expected *= n
    return True


def _plain(array: Array, start: int, length: int) -> Iterator[bytes]:
    if start + length > array.window.size:
        raise NotReadError(f"{array.name!r}: {length} bytes are needed, and fewer are there")
    end = start + length
    step = STEP_BYTES // 16 * 16
    while start < end:
        piece = array.window.read_at(start, min(step, end - start))
        if not piece:
            raise NotReadError(f"{array.name!r}: its bytes end early")
        yield _little(piece, array)
        start += len(piece)


def _little(piece: bytes, array: Array) -> bytes:
    if not array.big_endian or array.scalar_bytes == 1:
        return piece
    code = _CODES.get(array.scalar_bytes)
    if code is None or len(piece) % array.scalar_bytes:
        raise NotReadError(f"{array.name!r}: big-endian items of {array.scalar_bytes} bytes")
    swapped = packed_array.array(code, piece)
    swapped.byteswap()
    return swapped.tobytes()


def _gathered(array: Array) -> Iterator[bytes]:
    """A strided array: runs along the last dimension are gathered from the part of the storage that it spans."""
    strides = array.strides or ()
    size = array.item_bytes
    span = 1 + sum((n - 1) * stride for n, stride in zip(array.shape, strides, strict=True))
    if span * size > MAX_GATHERED_BYTES:
        raise NotReadError(f"{array.name!r}: its strides span {span * size} bytes")
    data = _whole(array.window, array.start_elements * size, span * size, array.name)
    runs = 1
    for n in array.shape[:-1]:
        runs *= n
    if runs > MAX_RUNS:
        raise NotReadError(f"{array.name!r}: its strides make {runs} runs")
    length, stride = array.shape[-1], strides[-1]
    items = _items(data, size, array.name)
    out = bytearray()
    for place in product(*(range(n) for n in array.shape[:-1])):
        start = sum(i * s for i, s in zip(place, strides, strict=False))
        run = items[start : start + (length - 1) * stride + 1 : stride] if stride else _repeated(items, start, length)
        out += _little(run.tobytes(), array)
        if len(out) >= STEP_BYTES:
            array.window.budget.spend_expanded(len(out))  # strides can repeat an element any number of times
            yield bytes(out)
            out.clear()
    yield bytes(out)


def _items(data: bytes, size: int, name: str) -> memoryview[int]:
    view = memoryview(data)
    if size == 1:
        return view
    if size == 2:
        return view.cast("H")
    if size == 4:
        return view.cast("I")
    if size == 8:
        return view.cast("Q")
    raise NotReadError(f"{name!r}: strided items of {size} bytes")


def _repeated(items: memoryview[int], start: int, length: int) -> memoryview[int]:
    if length * items.itemsize > MAX_READ_BYTES:
        raise NotReadError("an element is repeated too often")
    return memoryview(items[start : start + 1].tobytes() * length)


def _whole(window: Window, start: int, length: int, name: str) -> bytes:
    if start + length > window.size:
        raise NotReadError(f"{name!r}: its strides leave its storage")
    return b"".join(window.chunks(start, length))
