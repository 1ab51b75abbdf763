"""Small valid Caffe networks."""

from __future__ import annotations

from pratique.drill.graph_writer import caffe


def samples() -> dict[str, bytes]:
    return {"net.caffemodel": caffe("ReLU")}
