"""Undoing the filters of HDF5 chunks: deflate, shuffle, Fletcher-32.

Source: HDF5 File Format Specification 3.0, section IV.A.2.l (filter pipeline); H5Zshuffle.c, H5Zfletcher32.c.
"""

from __future__ import annotations

import zlib

from pratique.formats.hdf5_bytes import File, Message

DEFLATE, SHUFFLE, FLETCHER32 = 1, 2, 3
NAMED = 256  # identifiers from here on have a name, in version 2
MAX_FILTERS = 32
MAX_CHUNK_BYTES = 16 << 20


def pipeline(file: File, message: Message) -> list[tuple[int, tuple[int, ...]]]:
    """Identifier and client data of each filter, in the order in which they were applied."""
    data = message.data
    version, count = file.number(data, 0, 1), min(file.number(data, 1, 1), MAX_FILTERS)
    at = 8 if version == 1 else 2
    found = []
    for _ in range(count):
        identifier, at = file.number(data, at, 2), at + 2
        named = 0
        if version == 1 or identifier >= NAMED:
            named, at = file.number(data, at, 2), at + 2
        values, at = file.number(data, at + 2, 2), at + 4
        at += (named + 7) // 8 * 8 if version == 1 else named
        found.append((identifier, tuple(file.number(data, at + 4 * i, 4) for i in range(values))))
        at += 4 * values + (4 if version == 1 and values % 2 else 0)
    return found


def unfiltered(data: bytes, filters: list[tuple[int, tuple[int, ...]]]) -> bytes | None:
    """At most `MAX_CHUNK_BYTES` of the chunk's elements, or None where a filter is another one or does not fit."""
    for identifier, values in reversed(filters):
        if identifier == DEFLATE:
            try:
                data = zlib.decompressobj().decompress(data, MAX_CHUNK_BYTES)
            except zlib.error:
                return None
        elif identifier == SHUFFLE:  # without an element size the library leaves it out (variable-length elements)
            data = _unshuffled(data, values[0]) if values else data
        elif identifier == FLETCHER32:
            data = data[:-4]
        else:
            return None
    return data


def _unshuffled(data: bytes, size: int) -> bytes:
    """The first bytes of all elements stood together, then the second ones; a rest that is no element is as it was."""
    count = len(data) // size if size else 0
    if count < 2 or size < 2:
        return data
    result = bytearray(data)
    for position in range(size):
        result[position : count * size : size] = data[position * count : (position + 1) * count]
    return bytes(result)
