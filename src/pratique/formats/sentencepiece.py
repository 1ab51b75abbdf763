"""SentencePiece models (`tokenizer.model`, `spiece.model`): pieces with scores, and how text is normalized.

Source: https://github.com/google/sentencepiece/blob/master/src/sentencepiece_model.proto. Nothing executes.
"""

from __future__ import annotations

from collections.abc import Iterator

from pratique.domain.artifact import ArtifactKind
from pratique.domain.part import Metadata, Table
from pratique.formats.contract import CERTAIN, LIKELY, Format, Head, Scope, Yield
from pratique.formats.darts_trie import MAX_BYTES, charsmap_defect
from pratique.formats.protobuf_regions import undefined, understood
from pratique.formats.protobuf_wire import Span, Wire, WireError, outline, schema
from pratique.formats.window import Window

MODEL = schema("ModelProto", BYTES="1:pieces 2:trainer_spec 3:normalizer_spec 4:self_test_data 5:denormalizer_spec")
PIECE = schema("SentencePiece", BYTES="1:piece", FLOAT="2:score", INT="3:type")
NORMALIZER = schema(
    "NormalizerSpec",
    BYTES="1:name 2:precompiled_charsmap 6:normalization_rule_tsv",
    INT="3:add_dummy_prefix 4:remove_extra_whitespaces 5:escape_whitespaces",
)
FIRST_PIECES = 8
MAX_PIECE_BYTES = 1 << 14  # libraries before 0.2.2 recurse once a byte when they load it (google/sentencepiece#1263)


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
                if found.payload.length > MAX_PIECE_BYTES:
                    message = f"a piece of {found.payload.length} bytes"
                    yield scope.broken("sentencepiece-bounds", message, found.offset, 0)
                last = found.payload.end
                pieces += 1
            else:
                yield understood(found, MODEL, scope)
                if MODEL.name_of(found) in ("normalizer_spec", "denormalizer_spec"):
                    yield from _rules(wire, found.payload, scope)
    except WireError as error:
        yield scope.broken("sentencepiece-wire", f"not a model from here on: {error}", error.offset, lost=True)
    yield Table(scope.at(first, last - first), "sentencepiece", ("piece", "score", "type"), pieces)
    yield Metadata(scope.at(pointer=""), "sentencepiece", {"pieces": pieces})


def _rules(wire: Wire, payload: Span, scope: Scope) -> Iterator[Yield]:
    """Whether the compiled normalization rules stay inside of themselves."""
    for found in wire.fields(payload):
        if NORMALIZER.name_of(found) != "precompiled_charsmap" or not found.payload.length:
            continue
        place = found.payload
        if place.length > MAX_BYTES:
            yield scope.broken(
                "sentencepiece-bounds", f"rules of {place.length} bytes are not followed", place.offset, lost=True
            )
            continue
        defect = charsmap_defect(wire.window.read_at(place.offset, place.length))
        if defect:
            yield scope.broken("sentencepiece-bounds", f"its compiled rules: {defect}", place.offset, 0)


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
