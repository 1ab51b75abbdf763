"""A Flax checkpoint: one array of two numbers in an extension."""

from __future__ import annotations


def samples() -> dict[str, bytes]:
    array = b"\x93\x91\x02\xa7float32\xc4\x08" + bytes(8)
    kernel = b"\xa6kernel\xc7" + bytes((len(array), 1)) + array
    return {"flax_model.msgpack": b"\x81\xa6params\x81\xa5dense\x82" + kernel + b"\xa4bias\xcb" + bytes(8)}
