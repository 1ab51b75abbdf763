"""Networks in text form that reach beyond themselves."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from pratique.drill.attack import Attack, AttackPath


def _writes(name: str, text: str) -> Callable[[Path], None]:
    def build(folder: Path) -> None:
        (folder / name).write_text(text)

    return build


def saved_model(op: str) -> str:
    """A SavedModel with one node inside of a function."""
    node = f'node_def {{ name: "n" op: "{op}" input: "x" attr {{ key: "T" value {{ type: DT_FLOAT }} }} }}'
    function = f'library {{ function {{ signature {{ name: "serve" }} {node} }} }}'
    return f"saved_model_schema_version: 1\nmeta_graphs {{\n  graph_def {{ {function} }}\n}}\n"


def prototxt(layer: str) -> str:
    """A Caffe network with one layer."""
    return f'name: "drill"\nlayer {{\n  name: "first"\n  bottom: "x"\n  top: "y"\n  {layer}\n}}\n'


ATTACKS = (
    Attack(
        id="tensorflow-text-write-file",
        title="A SavedModel in text form that writes a file of the host",
        path=AttackPath.MODEL,
        trips=("loading/tensorflow-host-operator",),
        build=_writes("saved_model.pbtxt", saved_model("WriteFile")),
        twin=_writes("saved_model.pbtxt", saved_model("Relu")),
        where="saved_model.pbtxt",
    ),
    Attack(
        id="caffe-text-python-layer",
        title="A Caffe prototxt that imports a Python module",
        path=AttackPath.MODEL,
        trips=("loading/caffe-python-layer",),
        build=_writes("deploy.prototxt", prototxt('type: "Python" python_param { module: "drill" layer: "Drill" }')),
        twin=_writes("deploy.prototxt", prototxt('type: "ReLU"')),
        where="deploy.prototxt",
    ),
)
