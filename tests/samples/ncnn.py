"""Small valid ncnn networks."""

from __future__ import annotations

NETWORK = b"7767517\n2 2\nInput data 0 1 data 0=4\nReLU relu 1 1 data out\n"


def samples() -> dict[str, bytes]:
    return {"model.param": NETWORK}
