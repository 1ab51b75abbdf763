"""SentencePiece models (`tokenizer.model`, `spiece.model`): pieces with scores, and how text is normalized.

Source: https://github.com/google/sentencepiece/blob/master/src/sentencepiece_model.proto. Nothing executes.
"""

from __future__ import annotations

from collections.abc import Iterator

from pratique.domain.artifact import ArtifactKind
from pratique.domain.part import Metadata, Table
from pratique.formats.contract import CERTAIN, LIKELY, Format, Head, Scope, Yield
from pratique.formats.protobuf_regions import undefined, understood
from pratique.formats.protobuf_wire import Wire, WireError, outline, schema
from pratique.formats.window import Window

MODEL = schema("ModelProto", BYTES="1:pieces 2:trainer_spec 3:normalizer_spec 4:self_test_data 5:denormalizer_spec")
PIECE = schema("SentencePiece", BYTES="1:piece", FLOAT="2:score", INT="3:type")
FIRST_PIECES = 8


def probe(head: Head) -> int:
    wire = Wire(head.window)
    model = outline(wire, wire.whole, MODEL, 64)
    if model.unknown or "pieces" not in model.known:
        return 0
    pieces = 0
    try:
        for found in wire.fields(wire.whole):
            if MODEL.name_of(found) != "pieces" or pieces >= FIRST_PIECES:
                break
            piece = outline(wire, found.payload, PIECE, 8)
            if not piece.clean or "piece" not in piece.known or "score" not in piece.known:
                return 0
            pieces += 1
    except WireError:
        return LIKELY if pieces >= FIRST_PIECES else 0
    return CERTAIN if pieces else 0


def read(window: Window, scope: Scope) -> Iterator[Yield]:
    wire = Wire(window)
    pieces = 0
    first = last = 0
    try:
        for found in wire.fields(wire.whole):
            if not MODEL.name_of(found):
                yield from undefined(found, MODEL, wire, scope)
            elif MODEL.name_of(found) == "pieces":
                piece = outline(wire, found.payload, PIECE, 8)
                if not piece.clean:
                    raise WireError("a piece is malformed", found.offset)
                if found.offset != last:
                    yield Table(scope.at(first, last - first), "sentencepiece", ("piece", "score", "type"), pieces)
                    first = found.offset
                last = found.payload.end
                pieces += 1
            else:
                yield understood(found, MODEL, scope)
    except WireError as error:
        yield scope.broken("sentencepiece-wire", f"not a model from here on: {error}", error.offset, lost=True)
    yield Table(scope.at(first, last - first), "sentencepiece", ("piece", "score", "type"), pieces)
    yield Metadata(scope.at(pointer=""), "sentencepiece", {"pieces": pieces})


FORMAT = Format(
    id="sentencepiece",
    title="SentencePiece tokenizer",
    kind=ArtifactKind.MODEL,
    read=read,
    probe=probe,
    first_bytes=b"\x0a",
    extensions=(".model", ".spm"),
    opens_with="nothing: text pieces and scores",
)
