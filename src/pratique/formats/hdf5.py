"""HDF5: groups, attributes and datasets, and the Keras model that is stored in them.

Source: HDF5 File Format Specification 3.0; keras/src/legacy/saving/legacy_h5_format.py (`model_config`, `training_config`).
Nothing executes in the HDF5 library; Keras revives the objects that the configuration names, and PyTables unpickles
attributes.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

from pratique.domain.artifact import ArtifactKind
from pratique.domain.part import Member, Metadata, Tensor
from pratique.formats.contract import CERTAIN, Format, Head, Nested, Scope, Yield
from pratique.formats.hdf5_bytes import CONTINUATION, MAGIC, File, Hdf5Error, Message, messages, superblock
from pratique.formats.hdf5_filters import MAX_CHUNK_BYTES, pipeline, unfiltered
from pratique.formats.hdf5_groups import Link, dense, link, symbol_table
from pratique.formats.hdf5_storage import CHUNKED, CONTIGUOUS, VIRTUAL, layout_class, regions
from pratique.formats.hdf5_values import Attribute, attribute, dataspace, datatype, heap_objects
from pratique.formats.keras_config import keras_parts
from pratique.formats.window import Window

MAX_OBJECTS = 1_000_000
MAX_SLACK_BYTES = 64 << 10  # freed and reserved space of one run in a file that the library wrote
MAX_UNFILTERED_CHUNKS = 16  # of a dataset: whoever unpickles one takes it from its beginning
USER_BLOCKS = (0, *(512 << n for n in range(13)))
DATASPACE, LINK_INFO, DATATYPE, EXTERNAL, LAYOUT, FILTERS = 0x01, 0x02, 0x03, 0x07, 0x08, 0x0B
LINK, ATTRIBUTE, SYMBOL_TABLE, ATTRIBUTE_INFO = 0x06, 0x0C, 0x11, 0x15
KERAS_ATTRIBUTES = ("model_config", "training_config")


def probe(head: Head) -> int:
    return CERTAIN if _start(head.window) is not None else 0


def _start(window: Window) -> int | None:
    """Where the library finds the signature: at 0, or after a user block of 512, 1024, 2048 … bytes."""
    return next((at for at in USER_BLOCKS if window.read_at(at, 8) == MAGIC), None)


def read(window: Window, scope: Scope) -> Iterator[Yield]:
    start = _start(window)
    if start is None:
        yield scope.broken("hdf5-malformed", "no signature", lost=True)
        return
    if start:
        yield Nested("user-block", window.slice(0, start), scope.at(0, start), raw=True)
    try:
        file = superblock(window, start)
        yield Metadata(scope.at(start, 8), "hdf5", {"offset_size": file.offset_size, "user_block": start})
        yield from _Objects(file, scope).read()
    except Hdf5Error as error:
        yield scope.broken("hdf5-malformed", str(error), error.offset, 0, lost=True)
        return
    yield from _account(file, scope)


class _Objects:
    """Every object that can be reached from the root group, each once."""

    def __init__(self, file: File, scope: Scope) -> None:
        self.file = file
        self.scope = scope
        self.done: set[int] = set()
        self.pending: list[tuple[int, str]] = [(file.root, "")]

    def read(self) -> Iterator[Yield]:
        if self.file.extension is not None:
            self.pending.append((self.file.extension, "/<superblock extension>"))
        while self.pending:
            address, path = self.pending.pop()
            if address in self.done:
                continue
            self.done.add(address)
            if len(self.done) > MAX_OBJECTS:
                yield self.scope.broken("hdf5-too-many-objects", f"more than {MAX_OBJECTS} objects", lost=True)
                return
            try:
                yield from self._object(address, path)
            except Hdf5Error as error:
                message = f"{path or '/'}: {error}"
                yield self.scope.broken("hdf5-malformed", message, error.offset, 0, lost=True)

    def _object(self, address: int, path: str) -> Iterator[Yield]:
        found: dict[int, Message] = {}
        for message in messages(self.file, address):
            self.file.window.budget.tick()
            if message.type in (LINK, SYMBOL_TABLE, LINK_INFO):
                for child in self._links(message):
                    yield from self._follow(child, path)
            elif message.type in (ATTRIBUTE, ATTRIBUTE_INFO):
                yield from self._attributes(message, path)
            elif message.type != CONTINUATION:
                found.setdefault(message.type, message)
        if EXTERNAL in found:
            yield from self._external(found[EXTERNAL], path)
        if LAYOUT in found:
            yield from self._dataset(found, path)

    def _links(self, message: Message) -> Iterator[Link]:
        if message.type == SYMBOL_TABLE:
            yield from symbol_table(self.file, message)
        elif message.type == LINK:
            yield link(self.file, message.data, message.offset)
        else:
            for data, offset in self._dense(message, message.data[1:2] not in (b"\0", b"\2")):
                yield link(self.file, data, offset)

    def _dense(self, message: Message, ordered: bool, order_bytes: int = 8) -> Iterator[tuple[bytes, int]]:
        at = 2 + (order_bytes if ordered else 0)
        heap = self.file.address(message.data, at)
        tree = self.file.address(message.data, at + self.file.offset_size)
        if heap is not None and tree is not None:
            yield from dense(self.file, heap, tree)

    def _follow(self, child: Link, path: str) -> Iterator[Yield]:
        name = f"{path}/{child.name}"
        if child.address is not None:
            self.pending.append((child.address, name))
        elif child.external is not None:
            other, target = child.external
            yield _elsewhere(
                self.scope, f"the link {name} leads to {target!r} in the file {other!r}", other, child.offset
            )

    def _attributes(self, message: Message, path: str) -> Iterator[Yield]:
        if message.shared:
            raise Hdf5Error("an attribute that is shared between objects is not read", message.offset)
        if message.type == ATTRIBUTE:
            yield from self._attribute(attribute(self.file, message.data, message.offset), message.offset, path)
            return
        for data, offset in self._dense(message, bool(message.data[1:2] and message.data[1] & 1), 2):
            yield from self._attribute(attribute(self.file, data, offset), offset, path)

    def _attribute(self, found: Attribute, offset: int, path: str) -> Iterator[Yield]:
        pointer = f"{path}@{found.name}"
        if found.name in KERAS_ATTRIBUTES and found.values:
            yield from self._keras(found, offset, pointer)
            return
        for value in found.values:
            if len(value) > 2:
                inside = Window.of_bytes(value, self.file.window.budget)
                yield Nested(pointer, inside, self.scope.at(offset, 0, pointer=pointer), raw=True)

    def _keras(self, found: Attribute, offset: int, pointer: str) -> Iterator[Yield]:
        try:
            config = json.loads(found.values[0].rstrip(b"\0").decode("utf-8"))
        except (ValueError, RecursionError) as error:
            raise Hdf5Error(f"{pointer} is not JSON: {error}", offset) from None
        if found.name == "model_config":
            yield Metadata(self.scope.at(offset, 0, pointer=pointer), "keras-config", config)
        yield from keras_parts(config, self.scope, pointer)

    def _external(self, message: Message, path: str) -> Iterator[Yield]:
        """The raw data of the dataset is in other files, which the message's local heap names."""
        from pratique.formats.hdf5_groups import local_heap, text

        file, data = self.file, message.data
        heap = file.address(data, 8)
        names = local_heap(file, heap) if heap is not None else b""
        for number in range(min(file.number(data, 6, 2), 1000)):
            other = text(names, file.length(data, 8 + file.offset_size + number * 3 * file.length_size))
            yield _elsewhere(self.scope, f"the data of {path} is the file {other!r}", other, message.offset)

    def _dataset(self, found: dict[int, Message], path: str) -> Iterator[Yield]:
        file, layout = self.file, found[LAYOUT]
        if DATASPACE not in found or DATATYPE not in found:
            raise Hdf5Error("a dataset without type or space", layout.offset)
        shape = dataspace(file, found[DATASPACE].data)
        shared = found[DATATYPE].shared
        kind = None if shared else datatype(file, found[DATATYPE].data)
        yield Tensor(self.scope.at(tensor=path), path, kind.name if kind else "committed", shape)
        if layout_class(layout) == VIRTUAL:
            yield self.scope.broken("hdf5-virtual", f"{path} is made of datasets of other files", layout.offset, 0)
        if EXTERNAL in found or layout_class(layout) not in (CONTIGUOUS, CHUNKED):
            return
        for number, (address, length) in enumerate(regions(file, layout, shape, kind.size if kind else 0)):
            file.window.budget.tick()
            start = file.base + address
            if start + length > file.window.size:
                raise Hdf5Error(f"{length} bytes at {start} lie outside of the file", layout.offset)
            file.note(address, length)
            if number < 1000 and FILTERS not in found:
                inside = file.window.slice(start, length)
                yield Nested(path, inside, self.scope.at(start, length, tensor=path), raw=True)
            elif number < MAX_UNFILTERED_CHUNKS and FILTERS in found and length <= MAX_CHUNK_BYTES:
                yield from self._chunk(found[FILTERS], start, length, path)

    def _chunk(self, filters: Message, start: int, length: int, path: str) -> Iterator[Yield]:
        """What the filters make of a chunk; as it is stored, where they do not fit (its mask may leave them out)."""
        where, window = self.scope.at(start, length, tensor=path), self.file.window
        content = unfiltered(window.read_at(start, length), pipeline(self.file, filters))
        if content is None:
            yield Nested(path, window.slice(start, length), where, raw=True)
        else:
            window.budget.spend_expanded(len(content))
            yield Nested(f"{path}(unfiltered)", Window.of_bytes(content, window.budget), where, raw=True)


def _elsewhere(scope: Scope, message: str, other: str, offset: int) -> Yield:
    climbs = other.startswith(("/", "\\", "~")) or ":" in other or ".." in other.replace("\\", "/").split("/")
    return scope.broken("hdf5-outside" if climbs else "hdf5-external", message, offset, 0, file=other[:200])


def _account(file: File, scope: Scope) -> Iterator[Yield]:
    """The regions that were read, merged, and the space between them that the library reserved or freed.

    Nothing points to that space, so it can hold anything; a long run of it stays unexplained.
    """
    end = min(file.base + file.end, file.window.size)
    at = file.base
    for start, length in (*sorted(file.seen), (end, 0)):
        if start > at:
            yield from _between(file, scope, at, min(start, end))
        if start + length > at:
            yield Member(scope.at(max(start, at), start + length - max(start, at)), "hdf5-region", length)
            at = start + length
    yield from _heap_values(file, scope)


def _heap_values(file: File, scope: Scope) -> Iterator[Yield]:
    """The variable-length values of datasets, wherever they belong: PyTables and pandas keep pickles in them."""
    for address, objects in file.heaps.items():
        where = scope.at(min(file.base + address, file.window.size), 0)
        for index, value in objects.items():
            file.window.budget.tick()
            # Every pickle has a full stop, and every other format that matters a byte that is no ASCII text.
            if len(value) > 2 and (b"." in value or b"\0" in value or not value.isascii()):
                yield Nested(f"heap object {index}", Window.of_bytes(value, file.window.budget), where, raw=True)


def _between(file: File, scope: Scope, start: int, end: int) -> Iterator[Yield]:
    while start < end:
        heap = file.window.find(b"GCOL", start, end)
        if heap < 0:
            break
        if heap > start and heap - start <= MAX_SLACK_BYTES:
            yield Nested("unused", file.window.slice(start, heap - start), scope.at(start, heap - start), raw=True)
        start = heap
        try:
            heap_objects(file, start - file.base)
        except Hdf5Error:
            break
        _, length = file.seen[-1]
        yield Member(scope.at(start, length), "hdf5-global-heap", length)
        start += length
    if 0 < end - start <= MAX_SLACK_BYTES:
        yield Nested("unused", file.window.slice(start, end - start), scope.at(start, end - start), raw=True)


FORMAT = Format(
    id="hdf5",
    title="HDF5 (Keras weights and models)",
    kind=ArtifactKind.MODEL,
    read=read,
    probe=probe,
    magics=tuple((at, MAGIC) for at in USER_BLOCKS if at < 8192),
    extensions=(".h5", ".hdf5", ".hdf", ".he5", ".h5ad"),
    opens_with="Keras revives every class that `model_config` names, and its Lambda layers are Python bytecode",
)
