"""Small TensorFlow Lite models for drills (fields as in schema.fbs)."""

from __future__ import annotations

from pratique.drill.flatbuffer_writer import Fields, buffer

RELU = 19
CUSTOM = 32


def model(*customs: str, shape: tuple[int, ...] = (4,), buffer_index: int = 1) -> bytes:
    """A model with a RELU, one custom operator for each name, and one tensor with 16 bytes of data."""
    codes = [Fields({0: RELU, 3: RELU}), *(Fields({0: CUSTOM, 1: name, 3: CUSTOM}) for name in customs)]
    operators = [Fields({0: i, 1: [0], 2: [0]}) for i in range(len(codes))]
    tensor = Fields({0: list(shape), 2: buffer_index, 3: "weights"})
    subgraph = Fields({0: [tensor], 1: [0], 2: [0], 3: operators, 4: "main"})
    buffers = [Fields(), Fields({0: bytes(range(16))})]
    return buffer(Fields({0: 3, 1: codes, 2: [subgraph], 3: "pratique-drill", 4: buffers}), b"TFL3")
