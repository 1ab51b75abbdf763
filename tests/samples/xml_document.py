"""Small valid XML models."""

from __future__ import annotations

from pratique.drill.attacks.xml_models import openvino, pmml


def samples() -> dict[str, bytes]:
    drawing = b'<!-- a box --><svg xmlns="http://www.w3.org/2000/svg"><rect width="9" height="9"/></svg>\n'
    return {"model.xml": openvino().encode(), "model.pmml": pmml().encode(), "box.svg": drawing}
