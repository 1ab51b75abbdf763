"""torch files before the zip form (0.1.10 to 1.5, and `_use_new_zipfile_serialization=False`): five pickles, then raw
storages.

Source: torch `serialization.py`, `_legacy_save` and `_legacy_load`: the magic number, the protocol version, the
writer's integer sizes, the object (whose storages are persistent ids), the list of storage keys, and for each key an
8-byte number of elements followed by the elements.
"""

from __future__ import annotations

from collections.abc import Iterator

from pratique.domain.artifact import ArtifactKind
from pratique.domain.part import Metadata, Tensor
from pratique.formats.contract import CERTAIN, Format, Head, Scope, Yield
from pratique.formats.pickle_stream import Stream
from pratique.formats.pickle_values import Collection, Global, Value, items_of
from pratique.formats.window import Window

MAGIC = b"\x80\x02\x8a\nl\xfc\x9cF\xf9 j\xa8P\x19."  # pickle.dumps(0x1950A86A20F9469CFC6C, protocol=2)
PICKLES = ("magic number", "protocol version", "system", "object", "storage keys")
MAX_KEYS = 200_000
COUNT_BYTES = 8
ELEMENT_BYTES = {  # torch/storage.py, _storage_type_to_dtype_map, and torch._utils._element_size
    "DoubleStorage": 8, "FloatStorage": 4, "HalfStorage": 2, "LongStorage": 8, "IntStorage": 4, "ShortStorage": 2,
    "CharStorage": 1, "ByteStorage": 1, "BoolStorage": 1, "BFloat16Storage": 2, "ComplexDoubleStorage": 16,
    "ComplexFloatStorage": 8, "QUInt8Storage": 1, "QInt8Storage": 1, "QInt32Storage": 4, "QUInt4x2Storage": 1,
    "QUInt2x4Storage": 1, "UntypedStorage": 1,
}  # fmt: skip


def probe(head: Head) -> int:
    return CERTAIN if head.data.startswith(MAGIC) else 0


def read(window: Window, scope: Scope) -> Iterator[Yield]:
    offset = 0
    storages: dict[str, tuple[str, int | None]] = {}
    keys: list[Value] = []
    for name in PICKLES:
        stream = Stream(window, scope, offset)
        if name == "storage keys":
            stream.machine.kept_items = MAX_KEYS
        yield from stream.parts()
        offset = stream.end
        if not stream.stopped:
            return  # the stream said so
        if name == "object":
            storages = _storages(stream.machine.persistent)
        result = stream.machine.stack[-1] if stream.machine.stack else None
        if name == "storage keys" and isinstance(result, Collection) and not result.more:
            keys = result.items
        elif name == "storage keys":
            yield scope.broken("torch-legacy-keys", "its last pickle is no list of storage keys", offset, lost=True)
            return
    yield from _raw(window, scope, offset, keys, storages)


def _storages(ids: list[Value]) -> dict[str, tuple[str, int | None]]:
    """Storage class and number of elements by key, of ids `("storage", class, key, location, elements, view)`."""
    found: dict[str, tuple[str, int | None]] = {}
    for id_ in ids:
        items = items_of(id_)
        if items is None or len(items) < 5 or items[0] != "storage":
            continue
        cls, key, count = items[1], items[2], items[4]
        if isinstance(cls, Global) and isinstance(key, str | int):
            found[str(key)] = (cls.name or "?", count if isinstance(count, int) else None)
    return found


def _raw(
    window: Window, scope: Scope, offset: int, keys: list[Value], storages: dict[str, tuple[str, int | None]]
) -> Iterator[Yield]:
    for key in keys:
        window.budget.tick()
        name = str(key)
        cls, expected = storages.get(name, ("?", None))
        width = ELEMENT_BYTES.get(cls)
        if width is None:
            message = f"storage {name[:80]!r} has the class {cls!r}, whose element size is not known"
            yield scope.broken("torch-legacy-storage", message, offset, window.size - offset, lost=True)
            return
        count = int.from_bytes(window.read_at(offset, COUNT_BYTES), "little", signed=True)
        start, end = offset + COUNT_BYTES, offset + COUNT_BYTES + count * width
        if count < 0 or end > window.size or start > window.size:
            message = f"storage {name[:80]!r} of {count} elements ends after the file does"
            yield scope.broken("torch-legacy-storage", message, offset, window.size - offset, lost=True)
            return
        if expected is not None and expected != count:
            message = f"storage {name[:80]!r} has {count} elements, and its reference says {expected}"
            yield scope.broken("torch-legacy-size", message, offset, COUNT_BYTES)
        yield Metadata(scope.at(offset, COUNT_BYTES), "torch-legacy-storage", count)
        yield Tensor(scope.at(start, end - start, tensor=name), name, cls, (count,))
        offset = end


FORMAT = Format(
    id="torch-legacy",
    title="torch file of the older form",
    kind=ArtifactKind.MODEL,
    read=read,
    probe=probe,
    magics=((0, MAGIC),),
    extensions=(".pt", ".pth", ".bin"),
    opens_with="whatever its pickles import and call, unless weights_only is set",
)
