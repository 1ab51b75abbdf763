"""An icon of one picture, a bitmap of one pixel, and an Apple icon."""

from __future__ import annotations

import struct


def samples() -> dict[str, bytes]:
    picture = struct.pack("<IiiHHIIiiII", 40, 1, 2, 1, 32, 0, 4, 0, 0, 0, 0) + b"\1\2\3\4" + bytes(4)
    icon = struct.pack("<HHHBBBBHHII", 0, 1, 1, 1, 1, 0, 0, 1, 32, len(picture), 22) + picture
    body = struct.pack("<IiiHHIIiiII", 40, 1, 1, 1, 24, 0, 4, 0, 0, 0, 0) + b"\1\2\3\0"
    bitmap = b"BM" + struct.pack("<III", 14 + len(body), 0, 54) + body
    apple = b"icns" + struct.pack(">I", 24) + b"icp4" + struct.pack(">I", 16) + bytes(8)
    return {"one.ico": icon, "one.bmp": bitmap, "one.icns": apple}
