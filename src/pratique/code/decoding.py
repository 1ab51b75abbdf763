"""Undoes what hides a constant: base64, hexadecimal, compression, rot13, reversal. Bounded; nothing is executed."""

from __future__ import annotations

import base64
import binascii
import bz2
import codecs
import lzma
import re
import zlib
from collections.abc import Callable, Iterator
from urllib.parse import unquote_to_bytes

MAX_DECODED_BYTES = 1 << 20
MAX_LAYERS = 5
MAX_LITERALS = 200
PYTHON = re.compile(
    r"(?:^|[\n;])\s*(?:import\s+\w|from\s+[\w.]+\s+import\b|def\s+\w+\(|class\s+\w+|(?:exec|eval|print|__import__)\s*\()|__import__\s*\("
)
SHELL = re.compile(r"#!\s*/|\b(?:curl|wget|bash|sh|nc|python3?|powershell|chmod|echo)\b\s+\S")
_BASE64 = re.compile(r"[A-Za-z0-9+/_-]{32,}={0,2}")
_HEXADECIMAL = re.compile(r"(?:[0-9a-fA-F]{2}){16,}")
LITERAL = re.compile(rb"""["']([A-Za-z0-9+/_=-]{40,})["']""")


def _inflated(data: bytes, wbits: int) -> bytes:
    return zlib.decompressobj(wbits).decompress(data, MAX_DECODED_BYTES)


def _gzip(data: bytes) -> bytes:
    return _inflated(data, zlib.MAX_WBITS | 16)


def _padded(data: bytes) -> bytes:
    return data + b"=" * (-len(data) % 4)


def _any_zlib(data: bytes) -> bytes:
    return _inflated(data, zlib.MAX_WBITS | 32)


_DECODERS: dict[str, Callable[[bytes], bytes]] = {
    "base64.b64decode": lambda d: base64.b64decode(_padded(d)),
    "base64.standard_b64decode": lambda d: base64.b64decode(_padded(d)),
    "base64.urlsafe_b64decode": lambda d: base64.urlsafe_b64decode(_padded(d)),
    "base64.decodebytes": base64.decodebytes,
    "base64.b32decode": base64.b32decode,
    "base64.b16decode": base64.b16decode,
    "base64.b85decode": base64.b85decode,
    "base64.a85decode": base64.a85decode,
    "quopri.decodestring": binascii.a2b_qp,
    "binascii.a2b_qp": binascii.a2b_qp,
    "urllib.parse.unquote_to_bytes": unquote_to_bytes,
    "binascii.unhexlify": binascii.unhexlify,
    "binascii.a2b_hex": binascii.unhexlify,
    "binascii.a2b_base64": lambda d: base64.b64decode(_padded(d)),
    "builtins.bytes.fromhex": lambda d: bytes.fromhex(d.decode("ascii")),
    "builtins.bytearray.fromhex": lambda d: bytes.fromhex(d.decode("ascii")),
    "zlib.decompress": _any_zlib,
    "gzip.decompress": _gzip,
    "bz2.decompress": lambda d: bz2.BZ2Decompressor().decompress(d, MAX_DECODED_BYTES),
    "lzma.decompress": lambda d: lzma.LZMADecompressor(memlimit=64 << 20).decompress(d, MAX_DECODED_BYTES),
}
CODECS = {
    "rot13": "rot13", "rot_13": "rot13", "hex": "binascii.unhexlify", "hex_codec": "binascii.unhexlify",
    "base64": "base64.decodebytes", "base64_codec": "base64.decodebytes", "zlib": "zlib.decompress",
    "zip": "zlib.decompress", "zlib_codec": "zlib.decompress", "bz2": "bz2.decompress", "bz2_codec": "bz2.decompress",
}  # fmt: skip
NAMES = frozenset(_DECODERS) | {"codecs.decode", "marshal.loads", "codecs.getdecoder()"}


def decoded(name: str, value: str | bytes) -> bytes | None:
    """What the standard library's decoder `name` makes of a constant, or None."""
    data = value.encode("utf-8", "replace") if isinstance(value, str) else value
    decode = _DECODERS.get(name)
    if decode is None or len(data) > 4 * MAX_DECODED_BYTES:
        return None
    try:
        return decode(data)[:MAX_DECODED_BYTES]
    except (ValueError, zlib.error, lzma.LZMAError, EOFError, OSError, MemoryError):
        return None


def by_codec(codec: str, value: str | bytes) -> str | bytes | None:
    """`codecs.decode(value, codec)` for the codecs that hide text."""
    name = CODECS.get(codec.lower().replace("-", "_"))
    if name == "rot13":
        return codecs.decode(value if isinstance(value, str) else value.decode("latin-1"), "rot13")
    if name is not None:
        return decoded(name, value)
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    return None


def payloads(text: str) -> Iterator[str]:
    """The programs that a literal becomes when its layers are taken off, outermost first."""
    pending: list[tuple[bytes, int]] = [(text.encode("utf-8", "replace"), 0)]
    seen: set[bytes] = set()
    while pending:
        data, depth = pending.pop()
        if data in seen or depth > MAX_LAYERS or len(seen) > 64:
            continue
        seen.add(data)
        shown = program(data)
        if shown is not None and depth:
            yield shown
            continue
        for layer in _layers(data):
            pending.append((layer, depth + 1))


def _layers(data: bytes) -> Iterator[bytes]:
    for start in (data, data[::-1]):
        text = start.strip().decode("latin-1")
        names: list[str] = []
        if _HEXADECIMAL.fullmatch(text):
            names.append("binascii.unhexlify")
        if _BASE64.fullmatch(text):
            names += ["base64.urlsafe_b64decode" if set(text) & set("-_") else "base64.b64decode"]
        if start[:2] in (b"x\x9c", b"x\xda", b"x\x01", b"\x1f\x8b"):
            names.append("zlib.decompress")
        names += ["bz2.decompress"] if start[:3] == b"BZh" else []
        names += ["lzma.decompress"] if start[:6] == b"\xfd7zXZ\0" else []
        for name in names:
            found = decoded(name, start.strip() if name.startswith(("b", "base")) else start)
            if found:
                yield found


def program(data: bytes | str) -> str | None:
    """The text, if it reads as Python or as a shell's commands."""
    text = data if isinstance(data, str) else data.decode("utf-8", "replace")
    if len(text) < 8 or "\ufffd" in text[:4096]:
        return None
    readable = sum(c.isprintable() or c in "\n\r\t" for c in text[:4096])
    if readable < len(text[:4096]) or not (PYTHON.search(text) or SHELL.search(text)):
        return None
    return text
