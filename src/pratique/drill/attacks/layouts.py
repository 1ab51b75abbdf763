"""Archives and folders whose layout makes a framework run what they bring along."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from pratique.drill.attack import Attack, AttackPath
from pratique.drill.attacks.zip_views import QUIET, zipped

CODE = "loading/layout-code"
SOURCE = b"import os\n\n\ndef _load_pyfunc(path):\n    os.system('echo pratique-drill')\n"
WEIGHTS = bytes(range(8))


def _file(name: str, data: bytes) -> Callable[[Path], None]:
    def build(folder: Path) -> None:
        (folder / name).write_bytes(data)

    return build


def mlflow(loader: str, source: bytes | None = None) -> Callable[[Path], None]:
    """A folder that MLflow loads by `loader`."""

    def build(folder: Path) -> None:
        document = f"artifact_path: model\nflavors:\n  python_function:\n    loader_module: {loader}\n    code: code\n"
        (folder / "MLmodel").write_text(document)
        if source is not None:
            (folder / "code").mkdir()
            (folder / "code" / f"{loader}.py").write_bytes(source)

    return build


def torchserve(handler: str, source: bytes | None = None) -> bytes:
    """A TorchServe archive with this handler."""
    manifest = {"runtime": "python", "model": {"modelName": "drill", "handler": handler}, "archiverVersion": "0.8.2"}
    members = [("MAR-INF/MANIFEST.json", json.dumps(manifest).encode())]
    return zipped(*members, *([(handler, source)] if source is not None else []))


def package(source: bytes | None) -> bytes:
    """A torch.package archive, with the source of a module or without."""
    members = [("m/.data/extern_modules", b"os\n"), ("m/.data/version", b"6\n"), ("m/model/model.pkl", QUIET)]
    return zipped(*members, *([("m/collections.py", source)] if source is not None else []))


def exported(expression: str) -> bytes:
    """A torch.export archive of one node, whose input has this shape, and one raw weight."""
    size = {"as_expr": {"expr_str": expression, "hint": {"as_int": 3}}}
    node = {"target": "torch.ops.aten.relu.default", "inputs": [{"name": "self"}], "outputs": [], "metadata": {}}
    graph = {"nodes": [node], "tensor_values": {"x": {"dtype": 7, "sizes": [size]}}}
    program = {"graph_module": {"graph": graph}, "schema_version": {"major": 8, "minor": 8}}
    weights = {"config": {"w": {"path_name": "weight_0", "is_param": True, "use_pickle": False}}}
    return zipped(
        ("m/archive_format", b"pt2"),
        ("m/models/model.json", json.dumps(program).encode()),
        ("m/data/weights/weight_0", WEIGHTS + bytes([0xFF, 0x80, 0x3F])),
        ("m/data/weights/model_weights_config.json", json.dumps(weights).encode()),
    )


def config(target: str, argument: str) -> bytes:
    """A configuration in the manner of latent diffusion."""
    inner = f"  params:\n    first_stage_config:\n      target: {target}\n      params:\n        {argument}\n"
    return f"model:\n  target: ldm.models.diffusion.ddpm.LatentDiffusion\n{inner}".encode()


EVAL = "__import__('os').system('echo pratique-drill')"
ATTACKS = (
    Attack(
        id="mlflow-loader-module",
        title="An MLflow model whose loader is its own code",
        path=AttackPath.MODEL,
        trips=(CODE,),
        build=mlflow("drill_loader", SOURCE),
        twin=mlflow("mlflow.sklearn"),
        refused=False,
        where="MLmodel",
    ),
    Attack(
        id="torchserve-handler",
        title="A TorchServe archive with a handler of its own",
        path=AttackPath.MODEL,
        trips=(CODE,),
        build=_file("model.mar", torchserve("handler.py", SOURCE)),
        twin=_file("model.mar", torchserve("image_classifier")),
        refused=False,
        where="MAR-INF/MANIFEST.json",
    ),
    Attack(
        id="torch-package-shadow",
        title="A torch.package archive whose collections is its own module",
        path=AttackPath.MODEL,
        trips=(CODE,),
        build=_file("model.pt", package(SOURCE)),
        twin=_file("model.pt", package(None)),
        refused=False,
        where=".data/extern_modules",
    ),
    Attack(
        id="torch-export-expression",
        title="A torch.export archive with a shape that is Python",
        path=AttackPath.MODEL,
        trips=("loading/export-expression",),
        build=_file("model.pt2", exported(EVAL)),
        twin=_file("model.pt2", exported("Max(1, 2*Symbol('s77', positive=True, integer=True) + s0)")),
        where="models/model.json",
    ),
    Attack(
        id="config-target-process",
        title="A diffusion model's configuration whose class is os.system",
        path=AttackPath.MODEL,
        trips=("loading/config-target",),
        build=_file("v1-inference.yaml", config("os.system", "command: echo pratique-drill")),
        twin=_file("v1-inference.yaml", config("ldm.models.autoencoder.AutoencoderKL", "embed_dim: 4")),
        where="v1-inference.yaml",
    ),
)
