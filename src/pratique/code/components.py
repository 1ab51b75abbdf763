"""Which components of a diffusers pipeline are public classes of diffusers and transformers (`tools/components.py` gathers them).

diffusers imports `library.class` and calls its `from_pretrained` on the component's own folder, which is inspected like the rest;
a class without that method is refused by diffusers itself (`pipeline_loading_utils.py`, `LOADABLE_CLASSES`).
"""

from __future__ import annotations

import json
import os
from functools import lru_cache

CARRIER = "diffusers"


def is_public(library: str | None, name: str | None) -> bool:
    return name is not None and name in _names(library or "")


@lru_cache(maxsize=64)
def _names(library: str) -> frozenset[str]:
    return frozenset(str(_libraries().get(library, "")).split())


@lru_cache(maxsize=1)
def _libraries() -> dict[str, str]:
    with open(os.path.join(os.path.dirname(__file__), "components.json"), encoding="utf-8") as file:
        libraries: dict[str, str] = json.load(file)["libraries"]
    return libraries
