"""Small Core ML, PaddlePaddle, Caffe and SentencePiece files for drills."""

from __future__ import annotations

import struct

from pratique.drill.flatbuffer_writer import Fields, buffer
from pratique.drill.protobuf_writer import message, number, text


def coreml(model_type: int, body: bytes) -> bytes:
    """A Core ML Model whose type field `model_type` holds `body`."""
    feature = message(1, text(1, "x")) + message(10, text(1, "y"))
    return number(1, 8) + text(2, feature) + text(model_type, body)


def coreml_network(custom_class: str | None) -> bytes:
    """A neural network with one layer, custom when a class is named."""
    parameters = text(500, text(10, custom_class)) if custom_class else text(130, b"")
    return coreml(500, text(1, text(1, "layer") + text(2, "x") + text(3, "y") + parameters))


def coreml_program(weights: str) -> bytes:
    """An ML program with one constant in a weights file."""
    value = text(5, text(1, weights) + number(2, 64))
    operation = text(1, "const") + message(5, text(1, "val"), text(2, value))
    function = text(2, "CoreML7") + message(3, text(1, "CoreML7"), text(2, text(3, operation)))
    return coreml(502, number(1, 1) + message(2, text(1, "main"), text(2, function)))


def coreml_weights(data: bytes) -> bytes:
    """A weight file with one float32 blob."""
    record = b"\xef\xbe\xad\xde" + struct.pack("<IQQ", 2, len(data), 128)
    return struct.pack("<II", 1, 2).ljust(64, b"\0") + record.ljust(64, b"\0") + data


def paddle_program(operator: str, attributes: dict[str, str] | None = None) -> bytes:
    """A ProgramDesc with one block and one operator."""
    entries = [message(4, text(1, name), number(2, 2), text(5, value)) for name, value in (attributes or {}).items()]
    operation = b"".join([message(1, text(1, "X"), text(2, "x")), text(3, operator), *entries])
    block = number(1, 0) + number(2, -1) + text(4, operation)
    return text(1, block) + message(4, number(1, 0))


def paddle_parameters(*tensors: bytes) -> bytes:
    """LoDTensors of float32, one dimension each."""
    written = []
    for data in tensors:
        description = number(1, 5) + number(2, len(data) // 4)
        written.append(struct.pack("<IQII", 0, 0, 0, len(description)) + description + data)
    return b"".join(written)


def caffe(layer_type: str, module: str = "", layer: str = "") -> bytes:
    """A NetParameter with one layer and one blob."""
    python = text(130, text(1, module) + text(2, layer)) if module else b""
    blob = text(7, text(5, struct.pack("<4f", 0, 1, 2, 3)))
    return text(1, "net") + text(
        100, text(1, "first") + text(2, layer_type) + text(3, "x") + text(4, "y") + blob + python
    )


def sentencepiece(*pieces: str) -> bytes:
    """A SentencePiece model."""
    rows = [message(1, text(1, piece), b"\x15" + struct.pack("<f", -1.0 * i)) for i, piece in enumerate(pieces)]
    return b"".join([*rows, text(2, number(3, 1)), text(3, text(1, "identity"))])


def executorch(backend: str) -> bytes:
    """An ExecuTorch program with one operator and one delegate with an inline blob."""
    delegate = Fields({0: backend, 1: Fields({0: 0, 1: 0}), 2: [Fields({0: "key", 1: b"value"})]})
    chain = Fields({0: [0], 1: [0], 2: [Fields({0: 2, 1: Fields({0: 0, 1: [0]})})]})
    plan = Fields({0: "forward", 2: [], 5: [chain], 6: [Fields({0: "aten::add", 1: "out"})], 7: [delegate]})
    return buffer(Fields({0: 0, 1: [plan], 3: [Fields({0: bytes(16)})]}), b"ET12")


def mxnet_parameters(name: str, data: bytes) -> bytes:
    """One float32 array and its name."""
    array = struct.pack("<IiIQiii", 0xF993FAC9, 0, 1, len(data) // 4, 1, 0, 0) + data
    head = struct.pack("<QQQ", 0x112, 0, 1)
    return head + array + struct.pack("<QQ", 1, len(name)) + name.encode()
