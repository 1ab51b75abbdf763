"""Keras configurations (`config.json` of a `.keras` file, `model_config` of HDF5): what loading them resolves and calls.

Source: https://keras.io/api/models/model_saving_apis/serialization_utils/ and keras/src/saving/serialization_lib.py,
`deserialize_keras_object`: an object with `class_name` and `config` is imported from `module` and revived by
`from_config`; `__lambda__`, and the legacy Lambda layer, hold marshalled Python bytecode in base64.
"""

from __future__ import annotations

import builtins
import json
import re
from collections.abc import Iterator
from typing import Any

from pratique.domain.artifact import ArtifactKind
from pratique.domain.part import Call, Code, Import, Json, Member, Metadata, Name, Operator, Part
from pratique.formats.contract import CERTAIN, Format, Head, Scope, Yield
from pratique.formats.documents import escape, parts_of_document
from pratique.formats.json import BOM, MAX_PARSED_BYTES, SPACE
from pratique.formats.window import Window

MAX_PROBED_BYTES = 64 << 20
MAX_OBJECTS = 1_000_000
MAX_DEPTH = 400
PYTHON_BUILTINS = frozenset(dir(builtins))
REGISTERED = "<registered>"  # no module can have this name: what the loading program registered
ALIASES = (
    "tensorflow.compat.v1.keras",
    "tensorflow.compat.v2.keras",
    "tensorflow.python.keras",
    "tensorflow_core.python.keras",
    "tensorflow.keras",
    "tf_keras.api._v2.keras",
    "tf_keras.api._v1.keras",
    "keras.api._v2.keras",
    "keras.api._v1.keras",
    "keras._tf_keras.keras",
    "keras.api",
    "tf_keras",
)
# Values that `deserialize_keras_object` makes itself, of nothing but their own numbers and text.
VALUES = frozenset(
    {"__keras_tensor__", "__tensor__", "__numpy__", "__bytes__", "__ellipsis__", "__slice__", "__tuple__"}
)
# Parts of the TensorFlow API that only compute on tensors; plain names such as `reshape` are in none, and compute too.
COMPUTING = frozenset(
    [
        "math",
        "nn",
        "linalg",
        "image",
        "signal",
        "random",
        "strings",
        "__operators__",
        "bitwise",
        "sets",
        "sparse",
        "ragged",
        "quantization",
        "dtypes",
        "audio",
        "sort",
        "abs",
        "add",
        "add_n",
        "argmax",
        "argmin",
        "argsort",
        "broadcast_to",
        "cast",
        "clip_by_value",
        "concat",
        "constant",
        "convert_to_tensor",
        "cos",
        "cumsum",
        "divide",
        "einsum",
        "equal",
        "exp",
        "expand_dims",
        "eye",
        "fill",
        "gather",
        "gather_nd",
        "greater",
        "greater_equal",
        "identity",
        "less",
        "less_equal",
        "logical_and",
        "logical_not",
        "logical_or",
        "matmul",
        "maximum",
        "meshgrid",
        "minimum",
        "multiply",
        "negative",
        "norm",
        "not_equal",
        "one_hot",
        "ones",
        "ones_like",
        "pad",
        "pow",
        "range",
        "rank",
        "realdiv",
        "repeat",
        "reshape",
        "reverse",
        "roll",
        "round",
        "scatter_nd",
        "sequence_mask",
        "shape",
        "sigmoid",
        "sign",
        "sin",
        "size",
        "slice",
        "split",
        "sqrt",
        "square",
        "squeeze",
        "stack",
        "stop_gradient",
        "strided_slice",
        "subtract",
        "tan",
        "tanh",
        "tensordot",
        "tile",
        "transpose",
        "truediv",
        "unstack",
        "where",
        "zeros",
        "zeros_like",
        "reduce_all",
        "reduce_any",
        "reduce_max",
        "reduce_mean",
        "reduce_min",
        "reduce_prod",
        "reduce_sum",
        "ensure_shape",
        "boolean_mask",
        "floor",
        "foldl",
        "cond",
        "unique",
        "searchsorted",
        "space_to_batch",
        "batch_to_space",
    ]
)
NODE_OPERATOR = re.compile(r'"?op"?\s*:\s*"(\w{1,100})"')
LEGACY_HOMES = (
    ("initializer", "keras.initializers"),
    ("regularizer", "keras.regularizers"),
    ("constraint", "keras.constraints"),
    ("optimizer", "keras.optimizers"),
    ("loss", "keras.losses"),
    ("metric", "keras.metrics"),
    ("learning_rate", "keras.optimizers.schedules"),
    ("dtype", "keras.dtype_policies"),
    ("policy", "keras.dtype_policies"),
)


def keras_parts(config: Json, scope: Scope, pointer: str = "") -> Iterator[Part]:
    """Imports, calls and bytecode of a parsed configuration. They have pointers, and account for no bytes."""
    pending: list[tuple[Json, str, str, int]] = [(config, pointer, "", 0)]
    count = 0
    while pending:
        node, at, home, depth = pending.pop()
        count += 1
        if count > MAX_OBJECTS or depth > MAX_DEPTH:
            message = f"only {MAX_OBJECTS} values, {MAX_DEPTH} deep, are looked at"
            yield scope.broken("keras-config-too-large", message, lost=True)
            return
        if isinstance(node, list):
            pending += [(v, f"{at}/{i}", home, depth + 1) for i, v in enumerate(node) if isinstance(v, dict | list)]
        elif isinstance(node, dict):
            if "class_name" in node and "config" in node:
                yield from _object(node, at, home, scope)
            for key, value in node.items():
                if isinstance(value, dict | list):
                    pending.append((value, f"{at}/{escape(key)}", _home(key, home), depth + 1))


def _home(key: str, inherited: str) -> str:
    """The module in which Keras 2 looked for a bare class name that stands under `key`."""
    if key in {"layers", "layer"}:
        return ""
    for ending, module in LEGACY_HOMES:
        if ending in key:
            return module
    return inherited


def _object(node: dict[str, Json], at: str, home: str, scope: Scope) -> Iterator[Part]:
    class_name, inner = node["class_name"], node["config"]
    if not isinstance(class_name, str):
        message = "the class name of an object is no text"
        yield scope.broken("keras-config-class-name", message, 0, 0, pointer=at)
        return
    if class_name == "__lambda__":
        yield _bytecode(inner, f"{at}/config", scope)
    elif class_name == "function":
        yield from _function(node, at, scope)
    elif class_name == "__typespec__":
        spec = node.get("spec_name")
        yield from _call(node, spec if isinstance(spec, str) else "?", at, home, scope)
    elif class_name not in VALUES:
        yield from _call(node, class_name, at, home, scope)
        if isinstance(inner, dict):
            yield from _legacy_lambda(inner, f"{at}/config", scope)
            yield from _tensorflow_layer(class_name, inner, f"{at}/config", scope)


def _tensorflow_layer(class_name: str, inner: dict[str, Json], at: str, scope: Scope) -> Iterator[Part]:
    """Layers of Keras 2 that call TensorFlow by name (`keras/layers/core/tf_op_layer.py`)."""
    function, node = inner.get("function"), inner.get("node_def")
    if class_name in ("TFOpLambda", "ClassMethod", "InstanceMethod") and isinstance(function, str):
        module, _, name = f"tensorflow.{function}".rpartition(".")
        if function.partition(".")[0] not in COMPUTING:
            yield Call(scope.at(pointer=f"{at}/function"), Name(module, name), "keras", "deserialize", (), function)
    if class_name == "TensorFlowOpLayer" and isinstance(node, str):
        found = NODE_OPERATOR.search(node)
        yield Operator(scope.at(pointer=f"{at}/node_def"), "tensorflow", "", found[1] if found else "?")


def _call(node: dict[str, Json], class_name: str, at: str, home: str, scope: Scope) -> Iterator[Part]:
    target = _target(node, class_name, home)
    inner = node["config"]
    arguments = tuple(f"{k}={v!r}"[:80] for k, v in list(inner.items())[:8]) if isinstance(inner, dict) else ()
    where = scope.at(pointer=at)
    yield Import(where, target, "keras")
    yield Call(where, target, "keras", "deserialize", arguments, f"{target}.from_config(…)")


def _target(node: dict[str, Json], class_name: str, home: str) -> Name:
    module, registered = node.get("module"), node.get("registered_name")
    if isinstance(module, str) and module:
        return Name(normalised(module), class_name)
    if isinstance(registered, str) and registered:
        return Name(REGISTERED, registered.rpartition(">")[2])
    package, mark, name = class_name.rpartition(">")
    if mark:  # Keras 2: `Package>Class` of what the loading program registered
        return Name(REGISTERED, f"{package}>{name}") if package != "Custom" else Name(REGISTERED, name)
    return Name(home or "keras.layers", class_name)


def _function(node: dict[str, Json], at: str, scope: Scope) -> Iterator[Part]:
    """A function by name. Keras imports its module; the layer that holds it calls it when the model runs."""
    name, module = node["config"], node.get("module")
    if not isinstance(name, str):
        yield scope.broken("keras-config-class-name", "the name of a function is no text", 0, 0, pointer=at)
        return
    where = scope.at(pointer=at)
    if not isinstance(module, str) or not module:
        target = Name(REGISTERED, name.rpartition(">")[2])
    elif module == "builtins" and name not in PYTHON_BUILTINS:  # Keras' own functions first (BUILTIN_MODULES)
        target = Name("keras.functions", name)
    else:
        target = Name(normalised(module), name)
    yield Import(where, target, "keras")
    yield Call(where, target, "keras", "deserialize", (), f"function {target}")


def _legacy_lambda(inner: dict[str, Json], at: str, scope: Scope) -> Iterator[Part]:
    """`KEY_type: lambda`, or a function as `[code, defaults, closure]` (Keras 2, `Lambda.get_config`)."""
    for key in ("function", "output_shape", "mask", "arguments"):
        value = inner.get(key)
        listed = isinstance(value, list) and len(value) == 3 and isinstance(value[0], str)
        if listed or (inner.get(f"{key}_type") == "lambda" and value is not None):
            yield _bytecode(value, f"{at}/{key}", scope)


def _bytecode(value: Json, at: str, scope: Scope) -> Code:
    code: Json = value
    while isinstance(code, dict | list) and code:
        code = code[0] if isinstance(code, list) else code.get("value", code.get("code"))
    size = len(code) * 3 // 4 if isinstance(code, str) else 0
    return Code(scope.at(pointer=at), "python-bytecode", f"<marshalled code of about {size} bytes>", "lambda")


def normalised(module: str) -> str:
    """The module's name in the `keras` package, whichever of the packages that carry Keras it was saved from."""
    for alias in ALIASES:
        if module == alias or module.startswith(f"{alias}."):
            return f"keras{module[len(alias) :]}"
    return module


MAX_SEARCHED = 200_000  # values looked at


def is_keras_config(value: Any) -> bool:
    """Whether a parsed document holds a Keras object anywhere: a class name with its configuration.

    Keras descends into lists and into objects without a class (`deserialize_keras_object`), so the top need not be one.
    """
    pending, count = [value], 0
    while pending and count < MAX_SEARCHED:
        node = pending.pop()
        count += 1
        if (
            isinstance(node, dict)
            and isinstance(node.get("class_name"), str)
            and isinstance(node.get("config"), dict | list)
        ):
            return True
        children = node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
        pending.extend(child for child in children if isinstance(child, dict | list))
    return False


def _parsed(window: Window, limit: int) -> Any:
    """The document, or `None` where it is none."""
    try:
        return json.loads(window.read_at(0, limit).removeprefix(BOM).decode("utf-8"))
    except (ValueError, RecursionError):
        return None


def probe(head: Head) -> int:
    data = head.data.removeprefix(BOM).lstrip(SPACE)
    window = head.window
    if data[:1] not in (b"{", b"[") or window.size > MAX_PROBED_BYTES:
        return 0
    # Parsing is dear. A key may be spelled with escapes, hence the second search.
    if window.find(b'"class_name"') < 0 and window.find(b"\\u00") < 0:
        return 0
    return CERTAIN if is_keras_config(_parsed(window, MAX_PROBED_BYTES)) else 0


def read(window: Window, scope: Scope) -> Iterator[Yield]:
    value = _parsed(window, MAX_PARSED_BYTES)
    if not isinstance(value, dict | list):
        yield scope.broken("keras-config-malformed", "not JSON, or not an object", 0, window.size, lost=True)
        return
    yield Member(scope.at(0, window.size), "keras-config-document", window.size)
    yield Metadata(scope.at(pointer=""), "keras-config", value)
    yield from keras_parts(value, scope)
    yield from parts_of_document(value, scope)


FORMAT = Format(
    id="keras-config",
    title="Keras configuration",
    kind=ArtifactKind.MODEL,
    read=read,
    probe=probe,
    first_bytes=b" \t\r\n{[\xef",
    extensions=(),
    opens_with="every class that it names is imported and revived; Lambda layers are Python bytecode",
    families=("json", "text"),
)
