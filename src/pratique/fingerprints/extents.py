"""Where in a file its tensors lie, as its format's reader says: the places to cut it at and to name differences by.

Only readers of formats that hold tensors are asked, and only for what lies in the file's own bytes: what is inside of
a compressed member has no byte range of its own, so the member's name stands for it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from pratique.domain.locator import Locator
from pratique.domain.part import Tensor
from pratique.engine.isolate import isolated
from pratique.fingerprints.manifest import Region
from pratique.formats.contract import CERTAIN, HEAD_BYTES, Format, Head, Nested, Scope
from pratique.formats.identify import load
from pratique.formats.window import Budget, Limits, Window

MAX_REGIONS = 200_000
MAX_DEPTH = 3
READ_SECONDS = 60
# First bytes by which a format that holds tensors is asked; its own probe then decides.
STARTS: tuple[tuple[bytes, str], ...] = (
    (b"GGUF", "gguf"),
    (b"\x93NUMPY", "npy"),
    (b"PK\x03\x04", "zip"),
    (b"PK\x05\x06", "zip"),
    (b"\x80\x02\x8a\nl\xfc\x9cF\xf9 j\xa8P\x19.", "torch-legacy"),
    (b"\x08", "onnx"),
)
MAX_NAME = 1024


@dataclass(slots=True)
class _Map:
    source: Callable[[int, int], bytes]
    regions: list[Region] = field(default_factory=list)
    names: dict[str, str] = field(default_factory=dict)  # of storages, by their member's name

    def add(self, offset: int, length: int, name: str) -> None:
        if length > 0 and len(self.regions) < MAX_REGIONS:
            self.regions.append(Region(offset, length, name[:MAX_NAME]))


def regions_of(read: Callable[[int, int], bytes], size_bytes: int, name: str) -> tuple[Region, ...]:
    """The named regions of a file, by offset, overlaps left out; empty where no reader knows tensors in it.

    Never raises on content; a reader that fails or takes longer than `READ_SECONDS` leaves what it had said.
    """
    window = Window(read, size_bytes, Budget(Limits(seconds=READ_SECONDS)))
    found = _Map(window.source)
    for _ in isolated(lambda: _walk(window, name, found, 0), lambda kind, reason: None):
        if len(found.regions) >= MAX_REGIONS:
            break
    kept: list[Region] = []
    end = 0
    for region in sorted(found.regions, key=lambda r: (r.offset, -r.length_bytes, r.name)):
        if region.offset >= end and region.offset + region.length_bytes <= size_bytes:
            kept.append(region)
            end = region.offset + region.length_bytes
    return tuple(kept)


def tensor_format(window: Window, name: str) -> Format | None:
    """The reader of the tensors in `window`, if its content is certainly of a format that has some."""
    head = window.read_at(0, HEAD_BYTES)
    wanted = [id_ for start, id_ in STARTS if head.startswith(start)]
    if head[8:9] == b"{":
        wanted.append("safetensors")
    for id_ in wanted:
        format_ = load(id_)
        if format_.probe(Head(head, window, name)) >= CERTAIN:
            return format_
    return None


def _walk(window: Window, name: str, found: _Map, depth: int) -> Iterator[None]:
    format_ = tensor_format(window, name)
    if format_ is None or depth > MAX_DEPTH:
        return
    if format_.id == "zip":
        from pratique.fingerprints.torch_zip import storage_names

        found.names.update(storage_names(window))
    for item in format_.read(window, Scope(Locator(name))):
        yield
        if isinstance(item, Tensor):
            _tensor(item, window, found, depth, name)
        elif isinstance(item, Nested):
            yield from _nested(item, window, found, depth)


def _tensor(item: Tensor, window: Window, found: _Map, depth: int, name: str) -> None:
    where = item.where
    if where.offset is not None and where.length is not None:
        found.add(window.start + where.offset, where.length, name if depth else item.name)


def _nested(item: Nested, window: Window, found: _Map, depth: int) -> Iterator[None]:
    where = item.where
    if item.window.source is not found.source:
        if where.offset is not None and where.length is not None:
            found.add(window.start + where.offset, where.length, item.name)
        return
    before = len(found.regions)
    yield from _walk(item.window, item.name, found, depth + 1)
    if len(found.regions) == before:
        found.add(item.window.start, item.window.size, found.names.get(item.name, item.name))
