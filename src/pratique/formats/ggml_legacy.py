"""ggml files before GGUF: llama.cpp's `ggml`, `ggmf`, `ggjt` and adapters (`ggla`), whisper.cpp's models, and GPT-like ones.

Source: ggml, docs/gguf.md ("Historical State of Affairs"); llama.cpp before August 2023, llama.cpp (`llama_file_loader`) and
convert-lora-to-ggml.py; whisper.cpp, models/convert-pt-to-ggml.py; ggml, examples/gpt-2 and gpt-j (convert-h5-to-ggml.py). The
files do not say which program's header they have: the one whose tensors end with the file is taken.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from pratique.domain.artifact import ArtifactKind
from pratique.domain.part import Metadata, Table, Tensor
from pratique.formats.contract import CERTAIN, Format, Head, Scope, Yield
from pratique.formats.gguf_types import BLOCKS, MAX_DIMENSIONS, TYPE_NAMES
from pratique.formats.window import Window

MAGICS = {b"lmgg": "ggml", b"fmgg": "ggmf", b"tjgg": "ggjt", b"algg": "ggla"}
LLAMA_NUMBERS = 7  # vocabulary, embedding, multiple, heads, layers, rotary dimensions, file type
WHISPER_NUMBERS = 11
WHISPER_MELS = 9  # which of them counts the mel bands
GPT_NUMBERS = (6, 7)
MAX_WORDS = 1 << 22
MAX_WORD_BYTES = 1 << 16
MAX_TENSORS = 1 << 16
MAX_NAME_BYTES = 4096
ALIGNMENT = 32  # of tensors, in ggjt and ggla


class _Bad(Exception):
    """The bytes do not follow this layout."""

    def __init__(self, message: str, offset: int) -> None:
        super().__init__(message)
        self.offset = offset


@dataclass(slots=True)
class _Cursor:
    window: Window
    at: int

    def number(self) -> int:
        data = self.window.read_at(self.at, 4)
        if len(data) < 4:
            raise _Bad("the file ends inside a number", self.at)
        self.at += 4
        return int.from_bytes(data, "little")

    def skip(self, size: int) -> int:
        """Step over `size` bytes; where they begin."""
        start = self.at
        if size > self.window.size - start:
            raise _Bad(f"{size} bytes do not fit into the file", start)
        self.at += size
        return start


@dataclass(frozen=True, slots=True)
class _Layout:
    """How a program writes what stands before the tensors."""

    title: str
    numbers: int
    mels: bool = False
    counted: bool = False  # the vocabulary's size stands again before it
    scores: bool = False
    versioned: bool = False
    aligned: bool = False


LAYOUTS = {
    "ggml": (
        _Layout("llama", LLAMA_NUMBERS),
        _Layout("whisper", WHISPER_NUMBERS, mels=True, counted=True),
        *(_Layout("gpt", n, counted=True) for n in GPT_NUMBERS),
    ),
    "ggmf": (_Layout("llama", LLAMA_NUMBERS, scores=True, versioned=True),),
    "ggjt": (_Layout("llama", LLAMA_NUMBERS, scores=True, versioned=True, aligned=True),),
    "ggla": (_Layout("adapter", 2, versioned=True, aligned=True),),
}


def probe(head: Head) -> int:
    return CERTAIN if head.data[:4] in MAGICS else 0


def read(window: Window, scope: Scope) -> Iterator[Yield]:
    """The layout that explains the most of the file; its parts."""
    best: tuple[int, list[Yield], _Bad | None] = (-1, [], None)
    for layout in LAYOUTS[MAGICS[window.read_at(0, 4)]]:
        parts: list[Yield] = []
        cursor = _Cursor(window, 4)
        failed: _Bad | None = None
        try:
            for part in _parts(cursor, layout, scope):
                parts.append(part)  # noqa: PERF402 - what came before an error is kept
        except _Bad as error:
            failed = error
        tensors = sum(isinstance(part, Tensor) for part in parts)
        if tensors > best[0] or (failed is None and best[2] is not None):
            best = (tensors, parts, failed)
        if failed is None:
            break
    yield from best[1]
    if best[2] is not None:
        yield scope.broken("ggml-bounds", str(best[2]), min(best[2].offset, window.size), 0, lost=True)


def _parts(cursor: _Cursor, layout: _Layout, scope: Scope) -> Iterator[Yield]:
    version = cursor.number() if layout.versioned else 0
    numbers = [cursor.number() for _ in range(layout.numbers)]
    if layout.mels:
        bands, width = cursor.number(), cursor.number()
        if bands != numbers[WHISPER_MELS] or width > 4096:
            raise _Bad("not the header of a whisper model", cursor.at)
        cursor.skip(4 * bands * width)
    yield Metadata(
        scope.at(0, cursor.at), "ggml", {"layout": layout.title, "version": version, "numbers": list(numbers)}
    )
    if layout.title != "adapter":
        start = cursor.at
        count = cursor.number() if layout.counted else numbers[0]
        if count > MAX_WORDS or (layout.counted and count > numbers[0]):
            raise _Bad(f"a vocabulary of {count} words", start)
        for _ in range(count):
            cursor.window.budget.tick()
            length = cursor.number()
            if length > MAX_WORD_BYTES:
                raise _Bad(f"a word of {length} bytes", cursor.at)
            cursor.skip(length + (4 if layout.scores else 0))
        yield Table(
            scope.at(start, cursor.at - start), "ggml", ("word", "score") if layout.scores else ("word",), count
        )
    for number in range(MAX_TENSORS):
        if cursor.at >= cursor.window.size:
            return
        yield _tensor(cursor, layout, scope, number)
    raise _Bad(f"more than {MAX_TENSORS} tensors", cursor.at)


def _tensor(cursor: _Cursor, layout: _Layout, scope: Scope, number: int) -> Tensor:
    start = cursor.at
    dimensions, length, kind = cursor.number(), cursor.number(), cursor.number()
    if not 0 < dimensions <= MAX_DIMENSIONS or length > MAX_NAME_BYTES or kind not in BLOCKS:
        raise _Bad(f"tensor {number} has {dimensions} dimensions, a name of {length} bytes and type {kind}", start)
    shape = tuple(cursor.number() for _ in range(dimensions))
    name = cursor.window.read_at(cursor.skip(length), length).decode("utf-8", "replace")
    if layout.aligned:
        cursor.skip(-cursor.at % ALIGNMENT)
    elements, size = BLOCKS[kind]
    if shape[0] % elements:
        raise _Bad(f"the rows of tensor {name[:80]!r} are no whole blocks", start)
    cursor.skip(math.prod(shape) // elements * size)
    return Tensor(scope.at(start, cursor.at - start, tensor=name), name, TYPE_NAMES[kind], shape)


FORMAT = Format(
    id="ggml-legacy",
    title="ggml model before GGUF",
    kind=ArtifactKind.MODEL,
    read=read,
    probe=probe,
    magics=tuple((0, magic) for magic in MAGICS),
    opens_with="nothing: numbers, words and tensors",
)
