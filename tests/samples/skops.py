"""A skops schema: a dictionary with one text."""

from __future__ import annotations

import json


def node(class_name: str, module: str, loader: str, **more: object) -> dict[str, object]:
    return {"__class__": class_name, "__module__": module, "__loader__": loader, **more}


def samples() -> dict[str, bytes]:
    text = node("str", "builtins", "JsonNode", content='"a"', is_json=True)
    keys = node("list", "builtins", "ListNode", content=[node("str", "builtins", "TypeNode")])
    root = node("dict", "builtins", "DictNode", content={"k": text}, key_types=keys, protocol=2)
    return {"schema.json": json.dumps(root).encode()}
