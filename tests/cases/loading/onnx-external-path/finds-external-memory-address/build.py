"""ONNX external data whose place is an address in the runtime's memory."""

from pratique.drill.attack import attacks

build = attacks()["onnx-external-memory-address"].build
