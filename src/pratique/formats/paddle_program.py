"""PaddlePaddle programs (`inference.pdmodel`, `__model__`): one ProgramDesc.

Source: https://github.com/PaddlePaddle/Paddle/blob/develop/paddle/fluid/framework/framework.proto. Running a program
executes
its operators, of which some call Python, and some read and write files.
"""

from __future__ import annotations

from collections.abc import Iterator

from pratique.domain.artifact import ArtifactKind
from pratique.domain.part import Operator, Scalar
from pratique.formats.contract import CERTAIN, LIKELY, Format, Head, Scope, Yield
from pratique.formats.protobuf_regions import undefined, understood
from pratique.formats.protobuf_wire import Span, Wire, WireError, outline, schema
from pratique.formats.window import Window

PROGRAM = schema("ProgramDesc", BYTES="1:blocks 2:reserved 4:version 5:op_version_map")
BLOCK = schema("BlockDesc", INT="1:idx 2:parent_idx 5:forward_block_idx", BYTES="3:vars 4:ops")
OPERATION = schema("OpDesc", BYTES="1:inputs 2:outputs 3:type 4:attrs", INT="5:is_target")
VARIABLE = schema("VarDesc", BYTES="1:name 2:type 6:attrs", INT="3:persistable 4:need_check_feed 5:is_parameter 7:stop")
ATTRIBUTE = schema(
    "Attr",
    BYTES="1:name 5:s 8:strings 17:var_name 18:vars_name 20:scalar 21:scalars",
    INT="2:type 3:i 10:b 12:block_idx 13:l",
    FLOAT="4:f",
    DOUBLE="19:float64",
    NUMBERS="6:ints 7:floats 11:bools 14:blocks_idx 15:longs 16:float64s",
)
KEPT_ATTRIBUTES = frozenset({"file_path", "forward_callable_id", "backward_callable_id", "endpoints", "endpoint"})


def probe(head: Head) -> int:
    wire = Wire(head.window)
    program = outline(wire, wire.whole, PROGRAM, 64)
    first = program.first.get("blocks")
    if first is None or program.unknown:
        return 0
    block = outline(wire, first.payload, BLOCK, 64)
    if block.unknown or block.error or not {"idx", "parent_idx"} <= block.known.keys():
        return 0
    return CERTAIN if program.clean else LIKELY


def read(window: Window, scope: Scope) -> Iterator[Yield]:
    wire = Wire(window)
    blocks = 0
    try:
        for found in wire.fields(wire.whole):
            if not PROGRAM.name_of(found):
                yield from undefined(found, PROGRAM, wire, scope)
                continue
            if PROGRAM.name_of(found) == "blocks":
                yield from _block(wire, found.payload, scope, f"/blocks/{blocks}")
                blocks += 1
            yield understood(found, PROGRAM, scope)
    except WireError as error:
        yield scope.broken("paddle-wire", f"not a program from here on: {error}", error.offset, lost=True)


def _block(wire: Wire, span: Span, scope: Scope, pointer: str) -> Iterator[Yield]:
    position = 0
    for found in wire.fields(span):
        name = BLOCK.name_of(found)
        if name == "ops":
            operation = wire.decode(found.payload, OPERATION)
            facts: list[tuple[str, Scalar]] = []
            for attribute_span in operation.all("attrs"):
                attribute = wire.decode(attribute_span, ATTRIBUTE)
                key = attribute.text("name", 128)
                if key in KEPT_ATTRIBUTES:
                    texts = attribute.text("s", 512) or " ".join(attribute.texts("strings", 128)[:8])
                    facts.append((key, texts or attribute.number("i")))
            where = scope.at(found.offset, found.length, pointer=f"{pointer}/ops/{position}")
            yield Operator(where, "paddle", "", operation.text("type", 256), tuple(facts))
            position += 1
        elif not name:
            yield from undefined(found, BLOCK, wire, scope)


FORMAT = Format(
    id="paddle-program",
    title="PaddlePaddle program",
    kind=ArtifactKind.MODEL,
    read=read,
    probe=probe,
    first_bytes=b"\x0a",
    extensions=(".pdmodel",),
    opens_with="the program's operators: some call Python or reach files",
)
