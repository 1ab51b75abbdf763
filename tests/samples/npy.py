"""Small `.npy` files of versions 1 to 3."""

import struct


def npy(descr: str, shape: tuple[int, ...], data: bytes, version: int = 1) -> bytes:
    text = f"{{'descr': {descr}, 'fortran_order': False, 'shape': {shape!r}, }}"
    width = 2 if version == 1 else 4
    padded = text + " " * (-(len(text) + 9 + width) % 64) + "\n"
    return (
        b"\x93NUMPY"
        + bytes([version, 0])
        + struct.pack("<H" if version == 1 else "<I", len(padded))
        + padded.encode()
        + data
    )


def samples() -> dict[str, bytes]:
    plain = npy("'<f8'", (3,), bytes(24))
    return {
        "floats.npy": plain,
        "structured.npy": npy("[('a', '<i4'), ('b', '<f8', (2,))]", (2,), bytes(40), version=2),
        "text.npy": npy("'<U3'", (2, 1), bytes(24), version=3),
        "objects.npy": npy("'|O'", (1,), b"\x80\x03]q\x00K\x01a."),
        "two.npy": plain + plain,
    }
