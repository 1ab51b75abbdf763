"""Small valid ExecuTorch programs."""

from __future__ import annotations

from pratique.drill.graph_writer import executorch


def samples() -> dict[str, bytes]:
    return {"model.pte": executorch("XnnpackBackend")}
