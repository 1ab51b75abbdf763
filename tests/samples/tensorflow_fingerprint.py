"""Small valid SavedModel fingerprints."""

from __future__ import annotations

from pratique.drill.protobuf_writer import message, number, text


def samples() -> dict[str, bytes]:
    hashes = [number(field, 0x9E37_79B9_7F4A_7C15 // field) for field in range(1, 6)]
    return {"fingerprint.pb": b"".join([*hashes, message(6, number(1, 1)), text(7, "1234567890")])}
