"""fastText models (`.bin`, `.ftz`): a dictionary and two matrices, which may be quantized.

Source: https://github.com/facebookresearch/fastText, src/fasttext.cc (`loadModel`), args.cc, dictionary.cc (`load`),
densematrix.cc, quantmatrix.cc and productquantizer.cc, version 12 (and 11). The library trusts the file's sizes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pratique.domain.artifact import ArtifactKind
from pratique.domain.part import Metadata, Table, Tensor
from pratique.formats.contract import CERTAIN, Format, Head, Scope, Yield
from pratique.formats.window import Window

MAGIC = (793712314).to_bytes(4, "little")
VERSIONS = (11, 12)
ARGS = (
    "dim", "ws", "epoch", "minCount", "neg", "wordNgrams", "loss", "model", "bucket", "minn", "maxn", "lrUpdateRate",
)  # fmt: skip
HEADER_BYTES = 8 + 4 * len(ARGS) + 8  # and the sampling threshold, a double
DICTIONARY_BYTES = 28
ENTRY_BYTES = 9  # count and type, behind the word's terminating zero
MAX_WORD_BYTES = 1 << 20
CENTROIDS = 256  # ProductQuantizer::ksub_
PAGE_BYTES = 1 << 20


class _Bad(Exception):
    """The bytes contradict the format."""


@dataclass(slots=True)
class _Cursor:
    window: Window
    at: int = 0

    def number(self, width: int) -> int:
        data = self.window.read_at(self.at, width)
        if len(data) < width:
            raise _Bad("the file ends inside a number")
        self.at += width
        return int.from_bytes(data, "little", signed=True)

    def skip(self, size: int) -> tuple[int, int]:
        """Step over `size` bytes; where they lie."""
        start = self.at
        if size < 0 or size > self.window.size - start:
            raise _Bad(f"{size} bytes do not fit into the file")
        self.at += size
        return start, size


def probe(head: Head) -> int:
    version = int.from_bytes(head.data[4:8], "little")
    return CERTAIN if head.data[:4] == MAGIC and version in VERSIONS and head.window.size > HEADER_BYTES else 0


def read(window: Window, scope: Scope) -> Iterator[Yield]:
    cursor = _Cursor(window, HEADER_BYTES)
    numbers = window.read_at(8, 4 * len(ARGS))
    args = {k: int.from_bytes(numbers[4 * i : 4 * i + 4], "little", signed=True) for i, k in enumerate(ARGS)}
    yield Metadata(scope.at(0, HEADER_BYTES), "fasttext", dict(args))
    try:
        yield from _dictionary(cursor, scope)
        yield from _matrix(cursor, scope, "input", bool(cursor.number(1)))
        yield from _matrix(cursor, scope, "output", bool(cursor.number(1)))
    except _Bad as error:
        yield scope.broken("fasttext-bounds", str(error), min(cursor.at, window.size), 0, lost=True)


def _dictionary(cursor: _Cursor, scope: Scope) -> Iterator[Yield]:
    start = cursor.at
    size, words, labels = (cursor.number(4) for _ in range(3))
    cursor.skip(8)
    pruned = cursor.number(8)
    if size < 0 or words < 0 or labels < 0 or words + labels != size:
        raise _Bad(f"a dictionary of {size} entries, {words} words and {labels} labels")
    page, page_at = b"", cursor.at
    for _ in range(size):
        cursor.window.budget.tick()
        inside = cursor.at - page_at
        end = page.find(b"\0", inside)
        if end < 0 or end + 1 + ENTRY_BYTES > len(page):
            page, page_at = cursor.window.read_at(cursor.at, PAGE_BYTES + MAX_WORD_BYTES), cursor.at
            inside, end = 0, page.find(b"\0")
        if end < 0 or end - inside > MAX_WORD_BYTES or end + 1 + ENTRY_BYTES > len(page):
            yield Table(scope.at(start, cursor.at - start), "fasttext", ("word", "count", "type"), size)
            raise _Bad("a word of the dictionary runs out of the file")
        cursor.at = page_at + end + 1 + ENTRY_BYTES
    cursor.skip(8 * max(pruned, 0))
    yield Table(scope.at(start, cursor.at - start), "fasttext", ("word", "count", "type"), size)


def _matrix(cursor: _Cursor, scope: Scope, name: str, quantized: bool) -> Iterator[Yield]:
    start = cursor.at - 1  # with the flag before it
    normed = bool(cursor.number(1)) if quantized else False
    rows, columns = cursor.number(8), cursor.number(8)
    if rows < 0 or columns < 0:
        raise _Bad(f"the {name} matrix has {rows} rows and {columns} columns")
    if not quantized:
        cursor.skip(4 * rows * columns)
    else:
        codes = cursor.number(4)
        cursor.skip(codes)
        parts = _quantizer(cursor)
        if codes < rows * parts:
            yield scope.broken(
                "fasttext-bounds", f"the {name} matrix has {codes} codes for {rows} rows of {parts}", start, 0
            )
        if normed:
            cursor.skip(rows)
            _quantizer(cursor)
    dtype = "product-quantized" if quantized else "F32"
    yield Tensor(scope.at(start, cursor.at - start, tensor=name), name, dtype, (rows, columns))


def _quantizer(cursor: _Cursor) -> int:
    """A product quantizer; into how many parts it cuts a row."""
    dim, parts, part, last = (cursor.number(4) for _ in range(4))
    if min(dim, parts, part, last) < 0 or (parts and (parts - 1) * part + last != dim):
        raise _Bad(f"a quantizer of {dim} dimensions in {parts} parts of {part}, the last of {last}")
    cursor.skip(4 * dim * CENTROIDS)
    return parts


FORMAT = Format(
    id="fasttext",
    title="fastText model",
    kind=ArtifactKind.MODEL,
    read=read,
    probe=probe,
    magics=((0, MAGIC),),
    extensions=(".ftz",),
    opens_with="nothing: a dictionary and matrices",
)
