"""The one archive of these formats that holds nothing unread: a 7z file without members."""

import zlib

POINTER = bytes(20)  # offset, size and CRC of the next header: there is none


def samples() -> dict[str, bytes]:
    return {"empty.7z": b"7z\xbc\xaf\x27\x1c\0\4" + zlib.crc32(POINTER).to_bytes(4, "little") + POINTER}
