"""A catalogue of two messages, in both byte orders, and one with a part that differs from system to system."""

from __future__ import annotations

import struct

MESSAGES = (
    (b"", b"Content-Type: text/plain; charset=UTF-8\nPlural-Forms: nplurals=2; plural=n != 1;\n"),
    (b"yes", b"ja"),
)


def catalogue(order: str, revision: int = 0, extra: bytes = b"") -> bytes:
    tables, strings = b"", b""
    base = 28 + len(extra) + 16 * len(MESSAGES)
    for side in (0, 1):
        for message in MESSAGES:
            tables += struct.pack(order + "2I", len(message[side]), base + len(strings))
            strings += message[side] + b"\0"
    start = 28 + len(extra)
    head = (0x950412DE, revision, len(MESSAGES), start, start + 8 * len(MESSAGES), 0, start)
    return struct.pack(order + "7I", *head) + extra + tables + strings


def samples() -> dict[str, bytes]:
    # one segment `PRIu`, one string of `<4 bytes> PRIu <1 byte>` for either side
    fields = struct.pack("<5I", 1, 48, 1, 61, 65)
    segment = struct.pack("<2I", 5, 56) + b"PRIu\0"
    string = struct.pack("<5I", 89, 4, 0, 1, 0xFFFFFFFF)
    extra = fields + segment + struct.pack("<2I", 69, 69) + string + b"%d x\0"
    return {
        "little.mo": catalogue("<"),
        "big.mo": catalogue(">"),
        "parts.mo": catalogue("<", 1, extra),
    }
