from collections.abc import Iterator

from pratique.domain.finding import Finding, Severity
from pratique.domain.part import Json, Metadata
from pratique.inspections.rule import Context, rule

MAX_STEPS = 200_000


@rule(
    severity=Severity.HIGH,
    topics=("keras-saved-object",),
    remedy="Do not load it with Keras. Ask for the model without Lambda layers.",
    references=("CWE-502", "CWE-94", "AML.T0011.000"),
)
def tensorflow_keras_lambda(part: Metadata, context: Context) -> Iterator[Finding]:
    """Python bytecode in the Keras metadata of a SavedModel.

    ## What it finds
    Layers whose configuration holds a marshalled function: `Lambda`, or anything that Keras' `func_load` would revive.

    ## Why it matters
    `keras.models.load_model` rebuilds the layer from its configuration, unmarshals the bytecode and runs it.

    ## Limits
    Functions that are only named are not code of this file, and are not reported.

    ## References
    - CWE-502: Deserialization of Untrusted Data; CWE-94: Code Injection; MITRE ATLAS AML.T0011.000: Unsafe AI Artifacts
    """
    for layer, key in _marshalled(part.value):
        message = f"the layer {layer!r} holds marshalled Python bytecode in {key!r}"
        yield context.finding(part.where, message, facts={"layer": layer, "key": key})


def _marshalled(value: Json) -> Iterator[tuple[str, str]]:
    """Layer name and key of each function as bytecode (`[code, defaults, closure]`, or `__lambda__` in Keras 3)."""
    pending: list[tuple[Json, str]] = [(value, "?")]
    steps = 0
    while pending and steps < MAX_STEPS:
        item, layer = pending.pop()
        steps += 1
        if isinstance(item, list):
            pending.extend((child, layer) for child in item)
        elif isinstance(item, dict):
            named = item.get("name")
            layer = named if isinstance(named, str) else layer
            for key, child in item.items():
                revived = item.get(key + "_type") == "lambda" or item.get("class_name") == "__lambda__"
                if revived and _holds_code(child):
                    yield layer, key
                pending.append((child, layer))


def _holds_code(value: Json) -> bool:
    first = value[0] if isinstance(value, list) and value else value
    if isinstance(first, dict):
        first = first.get("code") or (first.get("items") or [None])[0]  # type: ignore[index]
    return isinstance(first, str) and len(first) >= 16


RULE = tensorflow_keras_lambda
