"""A small writer of 7z archives (7zFormat.txt of the LZMA SDK): one solid block, with one coder, optionally a filter."""

from __future__ import annotations

import bz2
import lzma
import struct
import zlib
from dataclasses import dataclass

MAGIC = b"7z\xbc\xaf\x27\x1c"
SYMBOLIC_LINK = 0o120777 << 16 | 0x8000 | 0x400  # Unix mode, the flag for it, and reparse point
_LZMA2 = {"id": lzma.FILTER_LZMA2, "dict_size": 1 << 16}
_LZMA1 = {"id": lzma.FILTER_LZMA1, "dict_size": 1 << 16, "lc": 3, "lp": 0, "pb": 2}
METHODS = {"copy": b"\0", "lzma": b"\x03\x01\x01", "lzma2": b"\x21", "deflate": b"\x04\x01\x08", "bzip2": b"\x04\x02\x02",
           "zstd": b"\x04\xf7\x11\x01", "aes": b"\x06\xf1\x07\x01", "ppmd": b"\x03\x04\x01"}  # fmt: skip
PROPERTIES = {"lzma": b"\x5d" + struct.pack("<I", 1 << 16), "lzma2": b"\x08"}
FILTERS = {"x86": (b"\x03\x03\x01\x03", lzma.FILTER_X86), "delta": (b"\x03", lzma.FILTER_DELTA)}


@dataclass(frozen=True, slots=True)
class Item:
    """A member; without content it is a folder."""

    name: str
    content: bytes | None = None
    attributes: int = 0
    anti: bool = False


def number(value: int) -> bytes:
    """7zFormat.txt, "UINT64": the leading ones of the first byte count the bytes that follow."""
    for extra in range(8):
        if value < 1 << (7 * (extra + 1)):
            first = (0xFF00 >> extra & 0xFF) | value >> 8 * extra
            return bytes([first]) + (value & (1 << 8 * extra) - 1).to_bytes(extra, "little")
    return b"\xff" + value.to_bytes(8, "little")


def packed(content: bytes, method: str) -> bytes:
    if method == "deflate":
        deflate = zlib.compressobj(wbits=-15)
        return deflate.compress(content) + deflate.flush()
    if method == "bzip2":
        return bz2.compress(content)
    if method == "zstd":
        import zstandard

        return zstandard.compress(content)
    if method == "lzma2":
        return lzma.compress(content, lzma.FORMAT_RAW, filters=[_LZMA2])
    if method == "lzma":
        # the "alone" form would say the size in its header; the raw form ends with a mark, which 7z has not
        return lzma.compress(content, lzma.FORMAT_RAW, filters=[_LZMA1])
    return content


def filtered(content: bytes, name: str) -> bytes:
    """`content` through a filter alone: encoded in front of LZMA2, which is then decoded without the filter."""
    options = {"id": FILTERS[name][1], "dist": 1} if name == "delta" else {"id": FILTERS[name][1]}
    coded = lzma.compress(content, lzma.FORMAT_RAW, filters=[options, _LZMA2])
    return lzma.decompress(coded, lzma.FORMAT_RAW, filters=[_LZMA2])


def _bits(flags: list[bool]) -> bytes:
    padded = flags + [False] * (-len(flags) % 8)
    return bytes(sum(flag << 7 - i for i, flag in enumerate(padded[at : at + 8])) for at in range(0, len(padded), 8))


def _property(id_: int, data: bytes) -> bytes:
    return number(id_) + number(len(data)) + data


def _coder(method: bytes, properties: bytes) -> bytes:
    flags = len(method) | (0x20 if properties else 0)
    return bytes([flags]) + method + (number(len(properties)) + properties if properties else b"")


def _streams(position: int, size: int, method: str, unpacked: int, filter_: str | None, crc: int | None) -> bytes:
    """PackInfo and CodersInfo of one folder; a filter is its first coder, and takes what the second gives."""
    coder = _coder(METHODS[method], PROPERTIES.get(method, b""))
    folder = b"\x01" + coder
    if filter_ is not None:
        properties = b"\0" if filter_ == "delta" else b""
        folder = b"\x02" + _coder(FILTERS[filter_][0], properties) + coder + number(0) + number(1)
    sizes = number(unpacked) * (2 if filter_ else 1)
    digest = b"" if crc is None else b"\x0a\x01" + struct.pack("<I", crc)
    pack = b"\x06" + number(position) + number(1) + b"\x09" + number(size) + b"\0"
    return pack + b"\x07\x0b" + number(1) + b"\0" + folder + b"\x0c" + sizes + digest + b"\0"


def _files(items: list[Item]) -> bytes:
    out = b"\x05" + number(len(items))
    empty = [item.content is None for item in items]
    if any(empty):
        out += _property(0x0E, _bits(empty))
    if any(item.anti for item in items):
        out += _property(0x10, _bits([item.anti for item in items if item.content is None]))
    out += _property(0x11, b"\0" + b"".join(item.name.encode("utf-16-le") + b"\0\0" for item in items))
    out += _property(0x15, b"\x01\0" + b"".join(struct.pack("<I", item.attributes) for item in items))
    return out + b"\0"


def seven_zip(
    items: list[Item],
    method: str = "lzma2",
    *,
    filter_: str | None = None,
    header_method: str | None = None,
    wrong_crc: bool = False,
) -> bytes:
    """An archive of `items` in one block; `header_method` packs the header too. Sizes are in bytes."""
    contents = [item.content for item in items if item.content is not None]
    joined = b"".join(contents)
    block = packed(filtered(joined, filter_) if filter_ else joined, method)
    header = b"\x01"
    if contents:
        crcs = [zlib.crc32(content) ^ wrong_crc for content in contents]
        counts = b"\x0d" + number(len(contents))
        sizes = b"\x09" + b"".join(number(len(content)) for content in contents[:-1]) if len(contents) > 1 else b""
        digests = b"\x0a\x01" + struct.pack(f"<{len(crcs)}I", *crcs)
        header += b"\x04" + _streams(0, len(block), method, len(joined), filter_, None)
        header += b"\x08" + counts + sizes + digests + b"\0" + b"\0"
    header += _files(items) + b"\0"
    if header_method is not None:
        plain = header
        coded = packed(plain, header_method)
        header = b"\x17" + _streams(len(block), len(coded), header_method, len(plain), None, zlib.crc32(plain)) + b"\0"
        block += coded
    pointer = struct.pack("<QQI", len(block), len(header), zlib.crc32(header))
    return MAGIC + b"\0\4" + struct.pack("<I", zlib.crc32(pointer)) + pointer + block + header
