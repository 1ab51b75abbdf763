"""TensorFlow Lite models whose operators are not TensorFlow Lite's."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from pratique.drill.attack import Attack, AttackPath
from pratique.drill.tflite_writer import model


def _writes(data: bytes) -> Callable[[Path], None]:
    def build(folder: Path) -> None:
        (folder / "model.tflite").write_bytes(data)

    return build


ATTACKS = (
    Attack(
        id="tflite-flex-write-file",
        title="A TensorFlow Lite model that writes a file through the Flex delegate",
        path=AttackPath.MODEL,
        trips=("loading/tensorflow-host-operator",),
        build=_writes(model("FlexWriteFile")),
        twin=_writes(model("FlexErf")),
        where="model.tflite",
    ),
    Attack(
        id="tflite-custom-operator",
        title="A TensorFlow Lite model that needs a foreign native operator",
        path=AttackPath.MODEL,
        trips=("loading/tflite-custom-operator",),
        build=_writes(model("DrillAccelerate")),
        twin=_writes(model("TFLite_Detection_PostProcess")),
        refused=False,
        where="model.tflite",
    ),
    Attack(
        id="tflite-negative-shape",
        title="A TensorFlow Lite tensor with a negative dimension",
        path=AttackPath.MODEL,
        trips=("structure/tflite-consistency",),
        build=_writes(model(shape=(4, -4))),
        twin=_writes(model(shape=(2, 2))),
        refused=False,
        where="model.tflite",
    ),
)
