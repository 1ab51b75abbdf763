"""A SavedModel's fingerprint (`fingerprint.pb`): hashes of the model beside it.

Source: tensorflow/core/protobuf/fingerprint.proto. Nothing executes; the hashes are the writer's claim and not
checked here.
"""

from __future__ import annotations

from collections.abc import Iterator

from pratique.domain.artifact import ArtifactKind
from pratique.domain.part import Member, Metadata
from pratique.formats.contract import LIKELY, Format, Head, Scope, Yield
from pratique.formats.protobuf_wire import Wire, WireError, outline, schema
from pratique.formats.window import Window

FINGERPRINT = schema(
    "FingerprintDef",
    INT="1:saved_model_checksum 2:graph_def_program_hash 3:signature_def_hash 4:saved_object_graph_hash"
    " 5:checkpoint_hash",
    BYTES="6:version 7:uuid",
)
MAX_BYTES = 512


def probe(head: Head) -> int:
    if head.window.size > MAX_BYTES:
        return 0
    wire = Wire(head.window)
    found = outline(wire, wire.whole, FINGERPRINT, 16)
    hashes = [f for name, f in found.first.items() if name.endswith(("hash", "checksum")) and f.value >> 32]
    return LIKELY if found.clean and len(hashes) >= 3 and max(found.known.values()) == 1 else 0


def read(window: Window, scope: Scope) -> Iterator[Yield]:
    wire = Wire(window)
    try:
        found = wire.decode(wire.whole, FINGERPRINT)
    except WireError as error:
        yield scope.broken("tensorflow-wire", f"not a FingerprintDef: {error}", error.offset, lost=True)
        return
    value = {name: f"{numbers[-1]:016x}" for name, numbers in found.numbers.items()}
    yield Metadata(scope.at(0, window.size), "tensorflow-fingerprint", {**value})
    yield Member(scope.at(0, window.size), "tensorflow-fingerprint-def", window.size)


FORMAT = Format(
    id="tensorflow-fingerprint",
    title="SavedModel fingerprint",
    kind=ArtifactKind.MODEL,
    read=read,
    probe=probe,
    first_bytes=b"\x08\x10\x18\x20",
    extensions=(),
    opens_with="nothing: hashes",
)
