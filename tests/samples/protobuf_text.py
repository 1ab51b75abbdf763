"""Small valid networks in text form."""

from __future__ import annotations

from pratique.drill.attacks.text_networks import prototxt, saved_model


def samples() -> dict[str, bytes]:
    return {"saved_model.pbtxt": saved_model("Relu").encode(), "deploy.prototxt": prototxt('type: "ReLU"').encode()}
