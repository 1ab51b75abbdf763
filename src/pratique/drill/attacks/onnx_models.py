"""ONNX models that reach beyond themselves: Python operators, foreign libraries, files elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from pratique.drill.attack import Attack, AttackPath
from pratique.drill.onnx_writer import graph, model, node, tensor

Build = Callable[[Path], None]


def _writes(data: bytes, companion: bool = False) -> Build:
    def build(folder: Path) -> None:
        (folder / "model.onnx").write_bytes(data)
        if companion:
            (folder / "weights.bin").write_bytes(bytes(range(16)))

    return build


def _external(location: str, **more: str) -> bytes:
    return model(graph(node("Identity"), initializers=(tensor(external={"location": location, **more}),)))


_PLAIN = model(graph(node("Identity"), initializers=(tensor(),)))
_PYTHON = {"module": "drill_module", "class_name": "Drill", "compute": "echo"}

ATTACKS = (
    Attack(
        id="onnx-python-operator",
        title="An ONNX node that imports a Python module and calls a class of it",
        path=AttackPath.MODEL,
        trips=("loading/onnx-python-operator",),
        build=_writes(model(graph(node("PyOp", "pyop", _PYTHON)), ("", "pyop"))),
        twin=_writes(_PLAIN),
        where="model.onnx",
        references=("CWE-829",),
    ),
    Attack(
        id="onnx-python-operator-in-branch",
        title="The same node, hidden in the branch of an If",
        path=AttackPath.MODEL,
        trips=("loading/onnx-python-operator",),
        build=_writes(model(graph(node("If", graph=graph(node("PyOp", "pyop", _PYTHON)))), ("", "pyop"))),
        twin=_writes(model(graph(node("If", graph=graph(node("Identity")))))),
        where="then_branch",
        references=("CWE-829",),
    ),
    Attack(
        id="onnx-custom-operator",
        title="An ONNX node of a domain that needs a native library",
        path=AttackPath.MODEL,
        trips=("loading/onnx-custom-operator",),
        build=_writes(model(graph(node("Accelerate", "host.invalid")), ("", "host.invalid"))),
        twin=_writes(_PLAIN),
        refused=False,
        where="model.onnx",
        references=("CWE-829",),
    ),
    Attack(
        id="onnx-external-traversal",
        title="ONNX external data that points out of the model's folder",
        path=AttackPath.REUPLOAD,
        trips=("loading/onnx-external-path",),
        build=_writes(_external("../../../etc/hostname")),
        twin=_writes(_external("weights.bin", offset="0", length="16"), companion=True),
        where="model.onnx",
        references=("CWE-22",),
    ),
    Attack(
        id="onnx-external-memory-address",
        title="ONNX external data whose place is an address in the runtime's memory",
        path=AttackPath.MODEL,
        trips=("loading/onnx-external-path",),
        build=_writes(_external("*/_ORT_MEM_ADDR_/*", offset="4096", length="16")),
        twin=_writes(_external("weights.bin", offset="0", length="16"), companion=True),
        where="model.onnx",
        references=("CWE-125",),
    ),
)
