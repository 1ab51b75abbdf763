"""Small valid XML models."""

from __future__ import annotations

from pratique.drill.attacks.xml_models import openvino, pmml


def samples() -> dict[str, bytes]:
    return {"model.xml": openvino().encode(), "model.pmml": pmml().encode()}
