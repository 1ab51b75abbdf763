"""Core ML, PaddlePaddle and Caffe models that reach beyond themselves, and engines that nobody can read."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from pratique.drill.attack import Attack, AttackPath
from pratique.drill.graph_writer import (
    caffe,
    coreml_network,
    coreml_program,
    coreml_weights,
    executorch,
    paddle_program,
)

Build = Callable[[Path], None]


def _writes(name: str, data: bytes, weights: bytes = b"") -> Build:
    def build(folder: Path) -> None:
        (folder / name).write_bytes(data)
        if weights:
            (folder / "weight.bin").write_bytes(weights)

    return build


ATTACKS = (
    Attack(
        id="caffe-python-layer",
        title="A Caffe layer that imports a Python module",
        path=AttackPath.MODEL,
        trips=("loading/caffe-python-layer",),
        build=_writes("net.caffemodel", caffe("Python", "drill_module", "Drill")),
        twin=_writes("net.caffemodel", caffe("ReLU")),
        where="net.caffemodel",
    ),
    Attack(
        id="paddle-python-function",
        title="A PaddlePaddle program that calls Python",
        path=AttackPath.MODEL,
        trips=("loading/paddle-host-operator",),
        build=_writes("inference.pdmodel", paddle_program("py_func")),
        twin=_writes("inference.pdmodel", paddle_program("relu")),
        where="inference.pdmodel",
    ),
    Attack(
        id="paddle-save",
        title="A PaddlePaddle program that writes a file",
        path=AttackPath.MODEL,
        trips=("loading/paddle-host-operator",),
        build=_writes("inference.pdmodel", paddle_program("save_combine", {"file_path": "/tmp/pratique-drill"})),
        twin=_writes("inference.pdmodel", paddle_program("feed")),
        where="inference.pdmodel",
    ),
    Attack(
        id="coreml-weights-traversal",
        title="A Core ML program whose weights are a file outside of its package",
        path=AttackPath.REUPLOAD,
        trips=("loading/coreml-file-path",),
        build=_writes("model.mlmodel", coreml_program("@model_path/../../../etc/hostname")),
        twin=_writes("model.mlmodel", coreml_program("@model_path/weight.bin"), coreml_weights(bytes(16))),
        where="model.mlmodel",
    ),
    Attack(
        id="coreml-custom-layer",
        title="A Core ML layer that runs a class of the application",
        path=AttackPath.MODEL,
        trips=("loading/coreml-custom-class",),
        build=_writes("model.mlmodel", coreml_network("DrillLayer")),
        twin=_writes("model.mlmodel", coreml_network(None)),
        refused=False,
        where="model.mlmodel",
    ),
    Attack(
        id="tensorrt-engine",
        title="A compiled engine, which nobody can inspect",
        path=AttackPath.REUPLOAD,
        trips=("loading/engine-machine-code",),
        build=_writes("model.engine", b"ftrt" + bytes(60) + b"pratique-drill"),
        refused=False,
        where="model.engine",
    ),
    Attack(
        id="executorch-delegate",
        title="An ExecuTorch delegate whose blob only a vendor's backend can read",
        path=AttackPath.MODEL,
        trips=("loading/engine-machine-code",),
        build=_writes("model.pte", executorch("DrillBackend")),
        twin=_writes("model.pte", executorch("XnnpackBackend")),
        refused=False,
        where="model.pte",
    ),
)
