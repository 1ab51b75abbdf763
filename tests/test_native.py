"""Machine code: what it imports, and what it holds, are read as the formats say; nothing in it makes the reader fail."""

from __future__ import annotations

import random
import time

import pytest

from pratique.drill.elf_writer import library
from pratique.formats.contract import Head
from pratique.formats.native import kind_of
from pratique.formats.native_imports import Imports, imports_of
from pratique.formats.native_strings import AROUND_BYTES, PIECE_BYTES, telling_strings
from pratique.formats.window import Window
from tests.samples.native import dll, dylib, samples, universal

MINER = b"stratum+tcp://pool.drill.invalid:3333"


def imported(data: bytes) -> Imports:
    window = Window.of_bytes(data)
    return imports_of(window, kind_of(Head(data[:64], window, "x")) or "")


@pytest.mark.parametrize(
    ("data", "symbol", "needs"),
    (
        (library(("system", "malloc")), "system", "libc.so.6"),
        (dll(), "CreateProcess", "KERNEL32.dll"),
        (dylib(), "posix_spawn", "/usr/lib/libSystem.B.dylib"),
        (universal(), "posix_spawn", "/usr/lib/libSystem.B.dylib"),
    ),
)
def test_imports_are_read(data: bytes, symbol: str, needs: str) -> None:
    found = imported(data)
    assert (found.symbols, found.libraries, found.read) == ({symbol}, [needs], True)


def test_a_library_of_this_system_is_read() -> None:
    import _ctypes

    with open(_ctypes.__file__, "rb") as file:
        found = imported(file.read())
    assert "dlopen" in found.symbols


def test_nothing_makes_the_reader_fail() -> None:
    rng = random.Random(1)
    for data in samples().values():
        for _ in range(200):
            hostile = bytearray(data)
            for _ in range(rng.randrange(1, 8)):
                hostile[rng.randrange(8, len(data)) if len(data) > 8 else 0] = rng.choice(
                    (0, 1, 127, 255, rng.randrange(256))
                )
            imported(bytes(hostile[: rng.randrange(64, 4096)]))


@pytest.mark.parametrize(
    "at", (100, PIECE_BYTES - 20, PIECE_BYTES + 1, PIECE_BYTES - AROUND_BYTES, 3 * PIECE_BYTES - 1)
)
@pytest.mark.parametrize("width", (1, 2))
def test_strings_are_found_wherever_they_stand(at: int, width: int) -> None:
    text = MINER if width == 1 else MINER.decode().encode("utf-16-le")
    data = bytes(at) + text + bytes(9 * PIECE_BYTES // 2 - at)
    found = list(telling_strings(Window.of_bytes(data)))
    assert [(t.kind.name, t.offset, t.text) for t in found] == [("miner", at, MINER.decode())]


def test_hostile_strings_end_soon() -> None:
    started = time.process_time()
    for text in (
        b"curl ",
        b"curl http://aaaa ",
        b"powershell ",
        b"powershell -e ",
        b"wget http://a.b/" + b"a" * 99,
        b"/dev/tcp/ ",
    ):
        found = list(telling_strings(Window.of_bytes((text * (PIECE_BYTES // len(text)))[:PIECE_BYTES])))
        assert [t.kind.name for t in found] in ([], ["flood"]), text
    assert time.process_time() - started < 20
