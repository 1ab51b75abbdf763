"""Sound: Ogg pages (RFC 3533), FLAC (RFC 9639), MPEG audio frames with ID3v2 (ISO/IEC 11172-3, id3.org)."""

from __future__ import annotations

from collections.abc import Iterator

from pratique.domain.artifact import ArtifactKind
from pratique.domain.part import Member
from pratique.formats.contract import CERTAIN, Format, Head, Scope, Yield
from pratique.formats.window import Window

MAX_STEPS = 5_000_000
# kbit/s by layer, for MPEG 1; then for MPEG 2 and 2.5 (ISO/IEC 11172-3 2.4.2.3, 13818-3 2.4.2.3)
RATES_1 = {
    3: (32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448),
    2: (32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384),
    1: (32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
}
RATES_2 = {
    3: (32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256),
    2: (8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
    1: (8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}
SAMPLES = {3: (44100, 48000, 32000), 2: (22050, 24000, 16000), 0: (11025, 12000, 8000)}
ID3_TAIL = 128


def probe(head: Head) -> int:
    data = head.data
    if data[:4] == b"OggS":
        return CERTAIN if data[4:5] == b"\0" else 0
    if data[:4] == b"fLaC":
        return CERTAIN if len(data) >= 8 else 0
    if data[:3] == b"ID3":
        return CERTAIN if len(data) >= 10 and all(byte < 0x80 for byte in data[6:10]) else 0
    first = _frame_bytes(data[:4])
    second = _frame_bytes(data[first : first + 4]) if first else 0
    return CERTAIN if second and _frame_bytes(data[first + second : first + second + 4]) else 0


def read(window: Window, scope: Scope) -> Iterator[Yield]:
    magic = window.read_at(0, 4)
    end = _ogg(window) if magic == b"OggS" else _flac(window) if magic == b"fLaC" else _mpeg(window)
    yield Member(scope.at(0, end), "sound", end)


def _ogg(window: Window) -> int:
    at = 0
    for _ in range(MAX_STEPS):
        window.budget.tick()
        page = window.read_at(at, 27 + 255)
        if page[:4] != b"OggS" or len(page) < 27:
            break
        segments = page[27 : 27 + page[26]]
        end = at + 27 + page[26] + sum(segments)
        if len(segments) < page[26] or end > window.size:
            break
        at = end
    return at


def _flac(window: Window) -> int:
    """Metadata blocks; the frames after them are found by decoding only, so they count as far as they begin."""
    at = 4
    for _ in range(1024):
        block = window.read_at(at, 4)
        if len(block) < 4:
            return at
        end = at + 4 + int.from_bytes(block[1:], "big")
        if end > window.size:
            return at
        at = end
        if block[0] & 0x80:
            break
    return window.size if window.read_at(at, 2)[:1] == b"\xff" else at


def _mpeg(window: Window) -> int:
    tag = window.read_at(0, 10)
    at = 0
    if tag[:3] == b"ID3" and len(tag) == 10:
        at = 10 + sum(byte << shift for byte, shift in zip(tag[6:], (21, 14, 7, 0), strict=True))
        at += 10 if tag[5] & 0x10 else 0
        while at < window.size and window.read_at(at, 1) == b"\0":  # padding that encoders leave outside of the tag
            window.budget.tick()
            at += 1
    for _ in range(MAX_STEPS):
        window.budget.tick()
        size = _frame_bytes(window.read_at(at, 4))
        if not size:
            break
        at += size
    if window.size - at == ID3_TAIL and window.read_at(at, 3) == b"TAG":
        at = window.size
    return min(at, window.size)


def _frame_bytes(head: bytes) -> int:
    """The length of the MPEG audio frame with this header; 0 if it is none."""
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE0 != 0xE0:
        return 0
    version, layer = head[1] >> 3 & 3, head[1] >> 1 & 3
    rate, frequency, padding = head[2] >> 4, head[2] >> 2 & 3, head[2] >> 1 & 1
    if version == 1 or layer == 0 or rate in (0, 15) or frequency == 3:
        return 0
    bits = (RATES_1 if version == 3 else RATES_2)[layer][rate - 1] * 1000
    samples = SAMPLES[version][frequency]
    if layer == 3:
        return (12 * bits // samples + padding) * 4
    slots = 72 if layer == 1 and version != 3 else 144
    return slots * bits // samples + padding


FORMAT = Format(
    id="sound",
    title="sound (Ogg, FLAC, MP3)",
    kind=ArtifactKind.DATASET,
    read=read,
    probe=probe,
    magics=(
        (0, b"OggS"),
        (0, b"fLaC"),
        (0, b"ID3"),
        *((0, bytes((255, second))) for second in (0xFB, 0xFA, 0xF3, 0xF2, 0xE3)),
    ),
    extensions=(".ogg", ".oga", ".opus", ".flac", ".mp3"),
    opens_with="nothing",
)
