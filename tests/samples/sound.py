"""One Ogg page, a FLAC stream's beginning, and four MPEG frames behind an ID3 tag."""

from __future__ import annotations


def samples() -> dict[str, bytes]:
    page = b"OggS\0\2" + bytes(20) + b"\1" + b"\4" + b"\1\2\3\4"
    flac = b"fLaC" + b"\x80\0\0\x22" + bytes(34) + b"\xff\xf8" + bytes(8)
    frame = b"\xff\xfb\x10\0" + bytes(100)  # MPEG 1, layer 3, 32 kbit/s at 44.1 kHz: 104 bytes
    return {"one.ogg": page, "one.flac": flac, "one.mp3": b"ID3\4\0\0\0\0\0\0" + frame * 4, "bare.mp3": frame * 4}
