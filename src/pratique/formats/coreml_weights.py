"""Core ML weight blobs (`weight.bin` of an `.mlpackage`): a header, then each blob after its 64-byte record.

Source: https://github.com/apple/coremltools/tree/main/mlmodel/src/MILBlob/Blob (StorageFormat.hpp). Nothing executes.
"""

from __future__ import annotations

from collections.abc import Iterator

from pratique.domain.artifact import ArtifactKind
from pratique.domain.part import Member, Tensor
from pratique.formats.contract import CERTAIN, Format, Head, Scope, Yield
from pratique.formats.window import Window

HEADER_BYTES = 64
RECORD_BYTES = 64
ALIGNMENT = 64
SENTINEL = b"\xef\xbe\xad\xde"
MAX_BLOBS = 1 << 24
TYPES = {1: "float16", 2: "float32", 3: "uint8", 4: "int8", 5: "bfloat16", 6: "int16", 7: "uint16", 8: "int4"}


def probe(head: Head) -> int:
    data = head.data
    plausible = data[4:8] == b"\x02\0\0\0" and not data[8:HEADER_BYTES].strip(b"\0")
    return CERTAIN if plausible and data[HEADER_BYTES : HEADER_BYTES + 4] == SENTINEL else 0


def read(window: Window, scope: Scope) -> Iterator[Yield]:
    count = int.from_bytes(window.read_at(0, 4), "little")
    yield Member(scope.at(0, HEADER_BYTES), "coreml-weights-header", HEADER_BYTES)
    at = HEADER_BYTES
    for position in range(min(count, MAX_BLOBS)):
        record = window.read_at(at, RECORD_BYTES)
        if len(record) < RECORD_BYTES or record[:4] != SENTINEL:
            yield scope.broken("coreml-weights", f"blob {position} of {count} has no record", at, lost=True)
            return
        size, offset = int.from_bytes(record[8:16], "little"), int.from_bytes(record[16:24], "little")
        if offset < at + RECORD_BYTES or offset + size > window.size:
            yield scope.broken("coreml-weights", f"blob {position} lies outside of the file", at, lost=True)
            return
        dtype = TYPES.get(int.from_bytes(record[4:8], "little"), "raw")
        yield Member(scope.at(at, RECORD_BYTES), "coreml-weights-record", RECORD_BYTES)
        yield Tensor(scope.at(offset, size, tensor=str(position)), str(position), dtype, (size,))
        at = -(-(offset + size) // ALIGNMENT) * ALIGNMENT


FORMAT = Format(
    id="coreml-weights",
    title="Core ML weights",
    kind=ArtifactKind.MODEL,
    read=read,
    probe=probe,
    magics=((HEADER_BYTES, SENTINEL),),
    extensions=(),
    opens_with="nothing: raw tensors",
)
