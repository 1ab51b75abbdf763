"""Write `capabilities/keras.json` from unpacked wheels of keras and tf-keras, read as syntax and never imported.

python tools/keras_names.py KERAS_FOLDER TF_KERAS_FOLDER
"""

from __future__ import annotations

import ast
import json
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

TABLE = Path(__file__).resolve().parent.parent / "src/pratique/code/capabilities/keras.json"
# Public modules whose names a configuration may revive. Everything else stays unknown.
PUBLIC = (
    "activations", "constraints", "dtype_policies", "initializers", "layers", "losses", "metrics", "models",
    "optimizers", "quantizers", "random", "regularizers", "mixed_precision", "ops", "preprocessing", "experimental",
)  # fmt: skip
SOURCES = (
    "activations", "constraints", "dtype_policies", "initializers", "layers", "losses", "metrics", "models", "engine",
    "optimizers", "quantizers", "random", "regularizers", "mixed_precision", "ops", "feature_column", "backend",
)  # fmt: skip
# What these do goes beyond making state: code, other files, other libraries' objects.
NEVER = frozenset(
    {"Lambda", "TFSMLayer", "TorchModuleWrapper", "JaxLayer", "FlaxLayer", "clone_model", "load_model", "save_model",
     "model_from_json", "model_from_yaml", "model_from_config", "deserialize", "get", "from_config", "load_weights"}
)  # fmt: skip
DANGEROUS = (
    ("DESERIALISES", "loads a model, whose own content then executes",
     {"keras.models": ["load_model", "model_from_json", "model_from_yaml", "model_from_config", "clone_model"],
      "keras.saving": ["load_model", "load_weights", "deserialize_keras_object"],
      "keras.layers": ["TFSMLayer", "TorchModuleWrapper", "deserialize"],
      "keras.utils": ["deserialize_keras_object", "legacy.deserialize_keras_object"],
      "keras.src.saving.*": [], "keras.saving.*": [],
      "keras.src.export.tfsm_layer": ["TFSMLayer"],
      "keras.src.utils.torch_utils": ["TorchModuleWrapper"]}),
    ("DYNAMIC_CODE", "turns off safe mode, or revives marshalled bytecode",
     {"keras.config": ["enable_unsafe_deserialization"],
      "keras.src.saving.serialization_lib": ["enable_unsafe_deserialization"],
      "keras.src.utils.python_utils": ["func_load"],
      "keras.src.utils.generic_utils": ["func_load"],
      "keras.utils.generic_utils": ["func_load"]}),
    ("NETWORK", "downloads a file to a path of the configuration's choice, and unpacks it",
     {"keras.utils": ["get_file"], "keras.src.utils.file_utils": ["get_file", "*"],
      "keras.utils.data_utils": ["get_file"], "keras.src.utils.data_utils": ["get_file"],
      "keras.applications.*": [], "keras.datasets.*": [], "keras.src.datasets.*": []}),
)  # fmt: skip


def modules(root: Path) -> Iterator[tuple[str, ast.Module]]:
    """Every module below `root` by its name as seen from `keras`."""
    for path in sorted(root.rglob("*.py")):
        if path.name.endswith("_test.py"):
            continue
        parts = path.relative_to(root).with_suffix("").parts
        parts = parts[:-1] if parts[-1] == "__init__" else parts
        yield ".".join(("keras", *parts)), ast.parse(path.read_text(encoding="utf-8"))


def names_of(name: str, tree: ast.Module, classes: dict[str, set[str]], functions: dict[str, set[str]]) -> None:
    """Classes and functions of a source module; names re-exported by an API module."""
    parts = [p for p in name.split(".")[1:] if p not in ("api", "_v2", "_v1", "keras", "_tf_keras")]
    if parts[:1] == ["src"]:
        if len(parts) < 2 or parts[1] not in SOURCES:
            return
        for node in tree.body:
            if isinstance(node, ast.ClassDef):
                classes[name].add(node.name)
            elif isinstance(node, ast.FunctionDef) and parts[1] in ("activations", "losses", "metrics", "ops"):
                functions[name].add(node.name)
        return
    if parts and parts[0] not in PUBLIC:
        return
    public = ".".join(("keras", *parts))
    for node in tree.body:
        if isinstance(node, ast.ImportFrom) and ".src" in f".{node.module}":
            for alias in node.names:
                shown = alias.asname or alias.name
                kind = classes if shown[:1].isupper() else functions
                if kind is classes or parts[:1] in (["activations"], ["losses"], ["metrics"], ["ops"], ["random"]):
                    kind[public].add(shown)


def kept(found: dict[str, set[str]]) -> dict[str, list[str]]:
    return {module: sorted(names - NEVER) for module, names in sorted(found.items()) if names - NEVER}


def main() -> None:
    classes: dict[str, set[str]] = defaultdict(set)
    functions: dict[str, set[str]] = defaultdict(set)
    for folder in sys.argv[1:]:
        for name, tree in modules(Path(folder)):
            names_of(name, tree, classes, functions)
    for name in ("Functional", "Sequential", "Model"):
        for module in ("keras", "keras.models", "keras.layers", "keras.engine.functional", "keras.engine.sequential"):
            classes[module].add(name)
    classes["keras"] |= {"DTypePolicy", "FloatDTypePolicy", "Variable", "KerasTensor"}
    classes["keras.layers"] |= {"BatchNormalizationV1", "BatchNormalizationV2", "TFOpLambda", "SlicingOpLambda"}
    classes["keras.layers"] |= {"TensorFlowOpLayer", "ClassMethod", "InstanceProperty", "InstanceMethod"}
    for module in [m for m in functions if m.split(".")[-1] in ("activations", "losses", "metrics")]:
        functions["keras.functions"] |= functions[module]
    # Before 2.13 the sources stood in `keras.engine`, `keras.layers` …; these are the modules that old files name.
    for found in (classes, functions):
        for module in [m for m in found if m.startswith("keras.src.")]:
            found["keras." + module.removeprefix("keras.src.")] |= found[module]
    source = "sources of keras and tf-keras, read by tools/keras_names.py"
    entries = [
        {"effect": effect, "reason": reason, "source": "keras documentation", "modules": listed}
        for effect, reason, listed in DANGEROUS
    ]
    entries.append({"effect": "INERT_CLASS", "reason": "a Keras object made of its configuration's numbers and text",
                    "source": source, "modules": kept(classes)})  # fmt: skip
    entries.append({"effect": "INERT_FUNCTION", "reason": "computes on tensors", "source": source,
                    "modules": kept(functions)})  # fmt: skip
    document = {"schema": "pratique.capabilities/1", "version": "2026.11.23", "library": "keras", "entries": entries}
    TABLE.write_text(json.dumps(document, indent=0, separators=(",", ":")) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
