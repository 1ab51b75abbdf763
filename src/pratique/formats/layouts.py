"""Documents that say which file of their own artifact a framework runs: its place, as `Metadata` of document `runs`.

Source: MLflow, mlflow/pyfunc/__init__.py (`load_model`: `loader_module`, `code`, `model_code_path`); TorchServe, ts/model_loader.py
(`MAR-INF/MANIFEST.json`); BentoML, bentofile.yaml and bento.yaml (`service`); torch, package/package_importer.py.
"""

from __future__ import annotations

from collections.abc import Iterator

from pratique.domain.part import Json, Metadata, Part
from pratique.formats.contract import Scope

DOCUMENT = "runs"
# ts/torch_handler: handlers that TorchServe brings along and that a manifest names without a file.
TORCHSERVE_HANDLERS = frozenset(
    {
        "image_classifier",
        "image_segmenter",
        "object_detector",
        "text_classifier",
        "base_handler",
        "dali_image_classifier",
    }
)


def runs(scope: Scope, layout: str, location: str, why: str) -> Metadata:
    """`location` is a file or a folder (ending in `/`) beside the document."""
    return Metadata(scope.at(pointer=""), DOCUMENT, {"layout": layout, "location": location, "why": why[:200]})


def kind_of_layout(value: dict[str, Json]) -> str | None:
    """Which of these documents it is."""
    model = value.get("model")
    if isinstance(model, dict) and "handler" in model and ("modelName" in model or "archiverVersion" in value):
        return "torchserve-manifest"
    if (
        isinstance(value.get("service"), str)
        and {"bentoml_version", "include", "python", "docker", "labels"} & value.keys()
    ):
        return "bento"
    return None


def of_layout(document: str, value: dict[str, Json], scope: Scope) -> Iterator[Part]:
    """What the document makes its framework run."""
    if document == "mlflow-model":
        yield from _mlflow(value, scope)
    elif document == "torchserve-manifest":
        yield from _torchserve(value.get("model"), scope)
    elif document == "bento":
        service = str(value.get("service"))
        module = service.partition(":")[0].removesuffix(".py").replace(".", "/")
        folder = "src/" if "bentoml_version" in value else ""
        yield runs(scope, "BentoML", f"{folder}{module}.py", f"service {service}")


def _torchserve(model: Json, scope: Scope) -> Iterator[Part]:
    """The handler, and the file with the model's class (ts/torch_handler/base_handler.py, `_load_pickled_model`)."""
    for key in ("handler", "modelFile") if isinstance(model, dict) else ():
        named = model.get(key) if isinstance(model, dict) else None
        if isinstance(named, str) and named and named not in TORCHSERVE_HANDLERS:
            file = named.partition(":")[0]
            yield runs(scope, "TorchServe", f"../{file.removesuffix('.py')}.py", f"{key} {named}")


def _mlflow(value: dict[str, Json], scope: Scope) -> Iterator[Part]:
    flavors = value.get("flavors")
    for name, flavor in list(flavors.items())[:64] if isinstance(flavors, dict) else []:
        if not isinstance(flavor, dict):
            continue
        loader, script, code = (flavor.get(key) for key in ("loader_module", "model_code_path", "code"))
        folder = f"{code.rstrip('/')}/" if isinstance(code, str) and code else ""
        if isinstance(loader, str) and not loader.startswith("mlflow."):
            yield runs(scope, "MLflow", f"{folder}{loader.replace('.', '/')}.py", f"{name}: loader_module {loader}")
        elif folder:
            # It stands first on the module path: a module there replaces a library's of the same name.
            yield runs(scope, "MLflow", folder, f"{name}: the folder {code}")
        if isinstance(script, str):
            yield runs(scope, "MLflow", script, f"{name}: model_code_path {script}")
