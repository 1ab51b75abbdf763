"""safetensors: an 8-byte little-endian header length, a JSON header, then the tensors' bytes.

Source: https://github.com/huggingface/safetensors (README, "Format") and `safetensors/src/tensor.rs`, which refuses holes,
overlap, duplicate keys, and headers above 100 MB. Nothing executes when a file is loaded.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import islice, pairwise
from typing import Any

from pratique.domain.artifact import ArtifactKind
from pratique.domain.part import Metadata, Tensor
from pratique.formats.contract import CERTAIN, Format, Head, Scope, Yield
from pratique.formats.window import Window

LENGTH_BYTES = 8
MAX_HEADER_BYTES = 100_000_000  # tensor.rs MAX_HEADER_SIZE
MAX_PADDING_BYTES = 4096
MAX_HOLES = 100  # reported: more say nothing new
READ_HEADER_BYTES = 32 << 20  # a larger one is legal, and unheard of
BITS = {  # tensor.rs Dtype::bitsize
    "F4": 4, "F6_E2M3": 6, "F6_E3M2": 6, "BOOL": 8, "U8": 8, "I8": 8, "F8_E5M2": 8, "F8_E4M3": 8, "F8_E8M0": 8,
    "F8_E4M3FNUZ": 8, "F8_E5M2FNUZ": 8, "I16": 16, "U16": 16, "F16": 16, "BF16": 16, "I32": 32, "U32": 32, "F32": 32,
    "C64": 64, "F64": 64, "I64": 64, "U64": 64,
}  # fmt: skip


def probe(head: Head) -> int:
    if len(head.data) < LENGTH_BYTES + 2:
        return 0
    length = int.from_bytes(head.data[:LENGTH_BYTES], "little")
    return CERTAIN if head.data[8:9] == b"{" and 2 <= length <= MAX_HEADER_BYTES else 0


def read(window: Window, scope: Scope) -> Iterator[Yield]:
    length = int.from_bytes(window.read_at(0, LENGTH_BYTES), "little")
    data_start = LENGTH_BYTES + length
    if data_start > window.size:
        yield scope.broken("safetensors-header", f"the header claims {length} bytes, more than the file has", lost=True)
        return
    if length > READ_HEADER_BYTES:
        yield scope.broken("safetensors-header", f"a header of {length} bytes is not read", lost=True)
        return
    try:
        pairs = json.loads(window.read_at(LENGTH_BYTES, length).decode("utf-8"), object_pairs_hook=_Pairs)
    except (ValueError, RecursionError) as error:
        yield scope.broken("safetensors-header", f"the header is not JSON: {error}", LENGTH_BYTES, length, lost=True)
        return
    if not isinstance(pairs, _Pairs):
        yield scope.broken("safetensors-header", "the header is not an object", LENGTH_BYTES, length, lost=True)
        return
    header = dict(pairs)
    yield Metadata(scope.at(0, data_start), "safetensors", _metadata(header))
    for name in _twice(pairs)[:100]:
        yield scope.broken("safetensors-duplicate-key", f"two entries are named {name!r}", 0, 0, name=name)
    if not _texts(header.get("__metadata__")):
        yield scope.broken("safetensors-entry", "__metadata__ is no table of texts", 0, 0, name="__metadata__")
    yield from _tensors(header, window, scope, data_start)


class _Pairs(list[tuple[str, Any]]):
    """A JSON object that keeps duplicate keys."""


def _twice(pairs: _Pairs) -> list[str]:
    """Keys that stand twice, here or in an entry, however JSON spells them: loaders take one, the other, or refuse."""
    found: list[str] = []
    seen: set[str] = set()
    for key, value in pairs:
        if key in seen:
            found.append(key)
        seen.add(key)
        if isinstance(value, _Pairs) and len({inner for inner, _ in value}) != len(value):
            found.append(key)
    return found


def _texts(value: object) -> bool:
    """tensor.rs: `HashMap<String, String>`, if there at all."""
    return value is None or (isinstance(value, _Pairs) and all(isinstance(item, str) for _, item in value))


def _metadata(header: dict[str, Any]) -> Any:
    value = header.get("__metadata__")
    return dict(value) if isinstance(value, _Pairs) else value


def _tensors(header: dict[str, Any], window: Window, scope: Scope, data_start: int) -> Iterator[Yield]:
    spans: list[tuple[int, int, str]] = []
    for name, entry in header.items():
        if name == "__metadata__":
            continue
        tensor = _entry(entry)
        if tensor is None:
            yield scope.broken("safetensors-entry", f"the entry of {name!r} is not a tensor", name=name)
            continue
        dtype, shape, start, end = tensor
        at = scope.at(data_start + start, end - start, tensor=name)
        if not 0 <= start <= end <= window.size - data_start:
            yield scope.broken("safetensors-bounds", f"{name!r} lies outside the file", LENGTH_BYTES, name=name)
            continue
        expected = _expected_bytes(dtype, shape)
        if expected is not None and expected != end - start:
            message = f"{name!r} needs {expected} bytes for {dtype} {list(shape)} and has {end - start}"
            yield scope.broken("safetensors-size", message, LENGTH_BYTES, name=name)
        yield Tensor(at, name, dtype, shape)
        spans.append((start, end, name))
    spans.sort()
    yield from islice(_holes(spans, window, scope, data_start), MAX_HOLES)
    for (_, end, name), (start, _, following) in pairwise(spans):
        if start < end:
            message = f"the bytes of {name!r} and {following!r} overlap"
            yield scope.broken("safetensors-overlap", message, data_start + start, end - start, name=name)


def _holes(spans: list[tuple[int, int, str]], window: Window, scope: Scope, data_start: int) -> Iterator[Yield]:
    """Short runs of zeros of no tensor, which the walk takes for padding: the library refuses the file.

    tensor.rs, `InvalidOffset` and `MetadataIncompleteBuffer`. Other bytes of no tensor are reported as unaccounted.
    """
    at = 0
    size = window.size - data_start
    for start, end, name in (*spans, (size, size, "the end of the file")):
        length = start - at
        if 0 < length <= MAX_PADDING_BYTES and not window.read_at(data_start + at, length).strip(b"\0"):
            yield scope.broken(
                "safetensors-hole", f"{length} bytes before {name!r} are of no tensor", data_start + at, 0
            )
        at = max(at, end)


def _entry(entry: object) -> tuple[str, tuple[int, ...], int, int] | None:
    if not isinstance(entry, _Pairs):
        return None
    fields = dict(entry)
    shape, offsets, dtype = fields.get("shape"), fields.get("data_offsets"), fields.get("dtype")
    if not isinstance(dtype, str) or type(shape) is not list or type(offsets) is not list or len(offsets) != 2:
        return None
    if not all(type(n) is int and n >= 0 for n in (*shape, *offsets)):
        return None
    return dtype, tuple(shape), offsets[0], offsets[1]


def _expected_bytes(dtype: str, shape: tuple[int, ...]) -> int | None:
    bits = BITS.get(dtype)
    if bits is None:
        return None
    count = 1
    for n in shape[:64]:
        count *= n
        if count > 1 << 60:
            return 1 << 63
    return (count * bits + 7) // 8


FORMAT = Format(
    id="safetensors",
    title="safetensors tensors",
    kind=ArtifactKind.MODEL,
    read=read,
    probe=probe,
    first_bytes=b"",
    extensions=(".safetensors",),
    opens_with="nothing: raw tensors",
)
