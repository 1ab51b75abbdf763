"""What JSON, YAML and TOML documents of model repositories mean: which of them name code, templates or other artifacts.

A document is known by its shape; its name is a hint where the shape says too little. Parts carry JSON pointers (RFC 6901).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pratique.domain.part import Call, Code, Json, Metadata, Name, Operator, Part, Template
from pratique.formats.build_files import steps
from pratique.formats.contract import Scope
from pratique.formats.layouts import kind_of_layout, of_layout
from pratique.formats.tree_indices import integers_of_json, xgboost_defects

MAX_DEPTH = 64
MAX_NODES = 2_000_000
MAX_SUMMARY_TEXT = 2000
# Keys whose class is imported and called with what stands beside them: latent diffusion (ldm/util.py), NeMo
# (nemo/core/classes/common.py, `from_config_dict`), LightningCLI (jsonargparse, `class_path`).
FACTORIES = (("target", "params"), ("class_path", "init_args"))
NEMO = "nemo_version"
DOTTED = re.compile(r"[A-Za-z_]\w*(?:[.:][A-Za-z_]\w*)+")
TEMPLATE_KEYS = ("chat_template", "default_chat_template")


def parts_of_document(value: Json, scope: Scope) -> Iterator[Part]:
    """The parts of a parsed document, none of which accounts for bytes: the reader that parsed it does."""
    if isinstance(value, dict):
        document = kind_of(value, scope.name)
        yield Metadata(scope.at(pointer=""), document, _summary(value))
        if document == "model-index":
            yield from _pipeline(value, scope)
        elif document == "mxnet-symbol":
            yield from _mxnet_nodes(value, scope)
        elif document == "xgboost-model":
            for pointer, message in xgboost_defects(value, integers_of_json):
                yield scope.broken("tree-indices", f"tree {pointer}: {message}", 0, 0)
        elif document in ("mlflow-model", "torchserve-manifest", "bento"):
            yield from of_layout(document, value, scope)
        elif document == "zarr-array":
            yield from _zarr_codecs(value, scope)
        elif document == "exported-weights":
            yield from _exported_weights(value, scope)
        elif document == "notebook":
            yield from _cells(value, scope)
    elif isinstance(value, list) and _is_modules(value):
        yield Metadata(scope.at(pointer=""), "sentence-transformers-modules", value)
        yield from _modules(value, scope)
    yield from _walk(value, scope)


def kind_of(value: dict[str, Json], name: str) -> str:
    """Which document this is."""
    keys = value.keys()
    if "_class_name" in keys and ("_diffusers_version" in keys or name == "model_index.json"):
        return "model-index" if any(isinstance(v, list) and len(v) == 2 for v in value.values()) else "diffusers-config"
    if "peft_type" in keys or name == "adapter_config.json":
        return "adapter-config"
    if "tokenizer_class" in keys or "chat_template" in keys or "added_tokens_decoder" in keys:
        return "tokenizer-config"
    if "architectures" in keys or "model_type" in keys or "auto_map" in keys or "transformers_version" in keys:
        return "hf-config"
    if "flavors" in keys and isinstance(value["flavors"], dict):
        return "mlflow-model"
    if "arg_nodes" in keys and "heads" in keys and isinstance(value.get("nodes"), list):
        return "mxnet-symbol"
    if isinstance(value.get("learner"), dict) and "version" in keys:
        return "xgboost-model"
    if isinstance(value.get("config"), dict) and name.endswith(("_weights_config.json", "_constants_config.json")):
        return "exported-weights"
    if "zarr_format" in keys and ("filters" in keys or "codecs" in keys):
        return "zarr-array"
    if layout := kind_of_layout(value):
        return layout
    if "nbformat" in keys and "cells" in keys:
        return "notebook"
    if "weight_map" in keys:
        return "weight-index"
    return "document"


def _summary(value: dict[str, Json]) -> dict[str, Json]:
    """The document without what is too large to carry along: rules on configuration need its short values."""
    kept: dict[str, Json] = {}
    for key, item in list(value.items())[:500]:
        if isinstance(item, str) and len(item) > MAX_SUMMARY_TEXT:
            continue
        if isinstance(item, dict | list) and len(item) > 200:
            continue
        kept[key] = item
    return kept


def _walk(value: Json, scope: Scope) -> Iterator[Part]:
    """Every place that names a callable (`_target_`) or holds a template, wherever it is nested."""
    pending: list[tuple[Json, str, int]] = [(value, "", 0)]
    count = 0
    seen: set[str] = set()
    while pending:
        node, pointer, depth = pending.pop()
        count += 1
        if count > MAX_NODES or depth > MAX_DEPTH:
            yield scope.broken(
                "document-too-large", f"only {MAX_NODES} values, {MAX_DEPTH} deep, are looked at", lost=True
            )
            return
        if isinstance(node, dict):
            yield from _named_in(node, pointer, scope)
            yield from _exported_in(node, pointer, scope, seen)
            pending += [(v, f"{pointer}/{escape(k)}", depth + 1) for k, v in node.items() if isinstance(v, dict | list)]
        elif isinstance(node, list):
            pending += [(v, f"{pointer}/{i}", depth + 1) for i, v in enumerate(node) if isinstance(v, dict | list)]


def _named_in(node: dict[str, Json], pointer: str, scope: Scope) -> Iterator[Part]:
    target = node.get("_target_")
    if isinstance(target, str):
        arguments = tuple(f"{k}={v!r}"[:120] for k, v in node.items() if k != "_target_")[:8]
        where = scope.at(pointer=f"{pointer}/_target_")
        yield Call(where, dotted(target), "hydra", "_target_", arguments, f"_target_: {target}")
    yield from steps(node, pointer, scope)
    yield from _factories(node, pointer, scope)
    for key in TEMPLATE_KEYS:
        yield from _templates(node.get(key), f"{pointer}/{key}", scope)


def _factories(node: dict[str, Json], pointer: str, scope: Scope) -> Iterator[Part]:
    for key, beside in FACTORIES:
        made = node.get(key)
        if isinstance(made, str) and DOTTED.fullmatch(made) and (beside in node or (not pointer and NEMO in node)):
            given = node.get(beside)
            shown = str(given)[:200] if isinstance(given, dict | list) else ""
            name = dotted(made)
            named: dict[str, Json] = {"module": name.module, "name": name.name, "arguments": shown, "key": key}
            yield Metadata(scope.at(pointer=f"{pointer}/{key}"), "factory", named)


def _exported_in(node: dict[str, Json], pointer: str, scope: Scope, seen: set[str]) -> Iterator[Part]:
    """Of an exported program (torch/_export/serde/serialize.py): expressions that `sympify` evaluates, and operators; each once."""
    expression = node.get("expr_str")
    if isinstance(expression, str) and expression not in seen:
        seen.add(expression)
        yield Code(scope.at(pointer=f"{pointer}/expr_str"), "sympy", expression, "expression")
    target = node.get("target")
    if isinstance(target, str) and target.startswith("torch.ops.") and "inputs" in node and target not in seen:
        seen.add(target)
        domain, _, name = target.removeprefix("torch.ops.").partition(".")
        overload = (("overload", name.partition(".")[2]),)
        yield Operator(scope.at(pointer=f"{pointer}/target"), "torchscript", domain, name.partition(".")[0], overload)


def _zarr_codecs(value: dict[str, Json], scope: Scope) -> Iterator[Part]:
    """Every chunk of a Zarr array is given to its codecs; numcodecs/pickles.py unpickles it."""
    for key in ("filters", "codecs", "compressor"):
        given = value.get(key)
        codecs = given if isinstance(given, list) else [given]
        for number, codec in enumerate(codecs[:64]):
            name = codec.get("id", codec.get("name")) if isinstance(codec, dict) else None
            if isinstance(name, str) and name.rpartition(".")[2] == "pickle":
                where = scope.at(pointer=f"/{key}/{number}" if isinstance(given, list) else f"/{key}")
                yield Call(where, Name("pickle", "loads"), "zarr", key, (), f"{key}: {name}")


def _exported_weights(value: dict[str, Json], scope: Scope) -> Iterator[Part]:
    """The raw tensors beside it (torch/export/pt2_archive/_package.py); those that it says are pickled are read as such."""
    config = value.get("config")
    for entry in config.values() if isinstance(config, dict) else ():
        path = entry.get("path_name") if isinstance(entry, dict) and not entry.get("use_pickle") else None
        if isinstance(path, str):
            yield Metadata(scope.at(pointer=""), "companion", {"location": path})


def _templates(value: Json, pointer: str, scope: Scope) -> Iterator[Part]:
    """A template, or a list of named ones, or a table of them (transformers, `chat_template`)."""
    if isinstance(value, str):
        if "{" in value:
            yield Template(scope.at(pointer=pointer), "jinja2", value)
    elif isinstance(value, list):
        for number, item in enumerate(value[:64]):
            if isinstance(item, dict) and isinstance(item.get("template"), str):
                yield Template(scope.at(pointer=f"{pointer}/{number}/template"), "jinja2", str(item["template"]))
    elif isinstance(value, dict):
        for key, item in list(value.items())[:64]:
            if isinstance(item, str):
                yield Template(scope.at(pointer=f"{pointer}/{escape(key)}"), "jinja2", item)


def _cells(value: dict[str, Json], scope: Scope) -> Iterator[Part]:
    """The code cells of a Jupyter notebook (nbformat 4): Python, and the lines that IPython gives to a shell."""
    cells = value.get("cells")
    for number, cell in enumerate(cells[:5000] if isinstance(cells, list) else []):
        if not isinstance(cell, dict) or cell.get("cell_type") != "code":
            continue
        source = cell.get("source")
        text = "".join(str(line) for line in source) if isinstance(source, list) else str(source or "")
        where = scope.at(pointer=f"/cells/{number}/source")
        python, shell = _split_cell(text)
        yield Code(where, "python", python, "notebook-cell")
        if shell.strip():
            yield Code(where, "shell", shell, "notebook-cell")


SHELL_CELLS = ("%%bash", "%%sh", "%%script bash", "%%script sh", "%%cmd", "%%system", "%%!")
SHELL_LINES = ("!", "%sx ", "%system ", "%sc ")


def _split_cell(text: str) -> tuple[str, str]:
    """A cell's Python and its shell, each with empty lines where the other stands, so that line numbers hold.

    IPython documentation, "Built-in magic commands" and "System shell access".
    """
    lines = text.splitlines()
    first = next((line.strip() for line in lines if line.strip()), "")
    if first.startswith(SHELL_CELLS):
        return "", "\n".join("" if line.lstrip().startswith("%%") else line for line in lines)
    python, shell = [], []
    for line in lines:
        bare = line.lstrip()
        mark = next((m for m in SHELL_LINES if bare.startswith(m)), None)
        assigned = re.fullmatch(r"\s*[\w, ]+=\s*!(.*)", line)
        python.append("" if mark or assigned or bare.startswith("%") else line)
        shell.append(bare.removeprefix(mark).removeprefix("!") if mark else assigned[1] if assigned else "")
    return "\n".join(python), "\n".join(shell)


def _mxnet_nodes(value: dict[str, Json], scope: Scope) -> Iterator[Part]:
    """The nodes of an MXNet symbol (nnvm, src/pass/saveload_json.cc), also inside of its subgraphs."""
    pending: list[tuple[Json, str]] = [(value, "")]
    seen = 0
    while pending and seen < MAX_NODES:
        graph, pointer = pending.pop()
        nodes = graph.get("nodes") if isinstance(graph, dict) else None
        for number, node in enumerate(nodes if isinstance(nodes, list) else []):
            seen += 1
            if not isinstance(node, dict) or not isinstance(node.get("op"), str):
                continue
            where = f"{pointer}/nodes/{number}"
            given = node.get("attrs", node.get("param", {}))
            pairs = tuple(sorted((k, str(v)[:200]) for k, v in given.items())) if isinstance(given, dict) else ()
            yield Operator(scope.at(pointer=where), "mxnet", "", str(node["op"]), pairs)
            inner = node.get("subgraphs")
            pending += [(g, f"{where}/subgraphs/{i}") for i, g in enumerate(inner)] if isinstance(inner, list) else []


def _is_modules(value: list[Json]) -> bool:
    return bool(value) and all(isinstance(item, dict) and "type" in item and "path" in item for item in value[:64])


def _modules(value: list[Json], scope: Scope) -> Iterator[Part]:
    """sentence-transformers imports each `type` and instantiates it (SentenceTransformer.py, `_load_sbert_model`)."""
    for number, item in enumerate(value[:64]):
        type_ = item.get("type") if isinstance(item, dict) else None
        if isinstance(type_, str):
            where = scope.at(pointer=f"/{number}/type")
            yield Call(where, dotted(type_), "sentence-transformers", "type", (), f"type: {type_}")


def _pipeline(value: dict[str, Json], scope: Scope) -> Iterator[Part]:
    """diffusers imports `[library, class]` for every component (pipeline_utils.py, `from_pretrained`)."""
    for key, item in list(value.items())[:200]:
        if isinstance(item, list) and len(item) == 2 and all(isinstance(part, str) for part in item):
            where = scope.at(pointer=f"/{escape(key)}")
            yield Call(where, Name(str(item[0]), str(item[1])), "diffusers", "component", (), f"{key}: {item}")


def dotted(text: str) -> Name:
    """`package.module.name` as a name: the last part is what is called."""
    module, _, name = text.replace(":", ".").rpartition(".")
    return Name(module or "builtins", name)


def escape(key: str) -> str:
    """A JSON pointer's reference token."""
    return key.replace("~", "~0").replace("/", "~1")
