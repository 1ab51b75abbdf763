"""Small ONNX models for drills (fields as in onnx.proto)."""

from __future__ import annotations

import struct
from collections.abc import Mapping

from pratique.drill.protobuf_writer import message, number, text


def node(
    op_type: str, domain: str = "", attributes: Mapping[str, str | bytes | int] | None = None, graph: bytes = b""
) -> bytes:
    """A NodeProto: one input `x`, one output `y`, text and integer attributes, and a subgraph when there is one."""
    fields = [text(1, "x"), text(2, "y"), text(3, "node"), text(4, op_type)]
    for name, value in (attributes or {}).items():
        if isinstance(value, int):
            fields.append(message(5, text(1, name), number(3, value), number(20, 2)))
        else:
            fields.append(message(5, text(1, name), text(4, value), number(20, 3)))
    if graph:
        fields.append(message(5, text(1, "then_branch"), text(6, graph), number(20, 5)))
    if domain:
        fields.append(text(7, domain))
    return b"".join(fields)


def tensor(name: str = "w", external: dict[str, str] | None = None) -> bytes:
    """A float32 TensorProto of shape (4,), with its data inside or in a file."""
    fields = [number(1, 4), number(2, 1), text(8, name)]
    if external is None:
        fields.append(text(9, struct.pack("<4f", 0.0, 0.5, 1.0, 1.5)))
    else:
        fields.extend(message(13, text(1, key), text(2, value)) for key, value in external.items())
        fields.append(number(14, 1))
    return b"".join(fields)


def graph(*nodes: bytes, initializers: tuple[bytes, ...] = ()) -> bytes:
    """A GraphProto with one input and one output."""
    value_type = message(2, message(1, number(1, 1), message(2, message(1, number(1, 4)))))
    return b"".join(
        [
            *(text(1, n) for n in nodes),
            text(2, "graph"),
            *(text(5, t) for t in initializers),
            message(11, text(1, "x"), value_type),
            message(12, text(1, "y"), value_type),
        ]
    )


def function(domain: str, name: str, *nodes: bytes) -> bytes:
    """A FunctionProto."""
    return b"".join([text(1, name), text(4, "x"), text(5, "y"), *(text(7, n) for n in nodes), text(10, domain)])


def model(
    graph_data: bytes,
    domains: tuple[str, ...] = ("",),
    functions: tuple[bytes, ...] = (),
    metadata: dict[str, str] | None = None,
) -> bytes:
    """A ModelProto of IR version 10."""
    return b"".join(
        [
            number(1, 10),
            text(2, "pratique-drill"),
            text(7, graph_data),
            *(message(8, text(1, domain), number(2, 21)) for domain in domains),
            *(message(14, text(1, k), text(2, v)) for k, v in (metadata or {}).items()),
            *(text(25, f) for f in functions),
        ]
    )
