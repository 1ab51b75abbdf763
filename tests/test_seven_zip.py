"""7z: what is inside is read, what cannot be unpacked is a gap, and limits hold."""

from __future__ import annotations

import time
from collections.abc import Callable
from unittest.mock import patch

import pytest

from pratique.domain.locator import Locator
from pratique.domain.part import Call, Part
from pratique.drill.seven_zip_writer import Item, packed, seven_zip
from pratique.engine.walk import Account, Walk
from pratique.formats.contract import Scope
from pratique.formats.seven_zip_header import Bytes, HeaderError
from pratique.formats.window import Budget, Limits, Window

MARK_BYTES = 2  # of the end mark of LZMA; the decoder reads the others ahead
ECHO = b"cos\nsystem\n(S'echo pratique-drill'\ntR."


def walk(data: bytes, limits: Limits | None = None) -> tuple[list[Part], Account]:
    budget = Budget(limits or Limits(seconds=20))
    walk_ = Walk(budget)
    return list(walk_.parts(Window.of_bytes(data, budget), Scope(Locator("a.7z")))), walk_.account


@pytest.mark.parametrize("method", ("copy", "lzma2", "deflate", "bzip2", "zstd"))
def test_a_pickle_inside_is_read(method: str) -> None:
    parts, account = walk(seven_zip([Item("notes.txt", b"notes\n"), Item("model.pkl", ECHO)], method))
    assert [str(p.target) for p in parts if isinstance(p, Call)] == ["os.system"]
    assert [p.where.members for p in parts if isinstance(p, Call)] == [("model.pkl",)]
    assert not account.gaps


def test_lzma_needs_no_end_mark() -> None:
    """7z leaves the mark out, and the size in the header ends the content."""
    parts, account = walk(_with_packed(ECHO, lambda data: data[:-MARK_BYTES]))
    assert [str(p.target) for p in parts if isinstance(p, Call)] == ["os.system"]
    assert not account.gaps


@pytest.mark.parametrize("method, kind", (("aes", "encrypted"), ("ppmd", "unsupported")))
def test_what_is_not_unpacked_is_a_gap(method: str, kind: str) -> None:
    _, account = walk(seven_zip([Item("model.pkl", ECHO)], method))
    assert [gap.kind for gap in account.gaps] == [kind, "unaccounted"][: len(account.gaps)]
    _, account = walk(seven_zip([Item("model.pkl", ECHO)], "copy", header_method=method))
    assert kind in [gap.kind for gap in account.gaps]


def test_a_bomb_is_a_gap_soon() -> None:
    started = time.process_time()
    data = seven_zip([Item("zeros.bin", bytes(200 << 20))], "lzma2")
    built = time.process_time() - started
    _, account = walk(data)
    assert "budget" in {gap.kind for gap in account.gaps}
    assert time.process_time() - started - built < 5


def test_members_of_a_block_are_counted_against_the_limit() -> None:
    data = seven_zip([Item(f"{number}.txt", b"notes\n") for number in range(60)])
    _, account = walk(data, Limits(members=50))
    assert "budget" in {gap.kind for gap in account.gaps}


def test_bytes_behind_the_packed_data_are_a_gap() -> None:
    content = b"notes\n" * 50
    hidden = b"hidden".ljust(500, b"!")
    _, account = walk(_with_packed(content, lambda data: data + hidden))
    assert account.total_bytes - account.accounted_bytes >= len(hidden) - 64


def _with_packed(content: bytes, change: Callable[[bytes], bytes]) -> bytes:
    """An LZMA archive of `model.pkl` whose packed bytes are changed, and counted by the header as they are then."""
    with patch("pratique.drill.seven_zip_writer.packed", lambda data, method: change(packed(data, method))):
        return seven_zip([Item("model.pkl", content)], "lzma")


@pytest.mark.parametrize("value", (0, 1, 127, 128, 16383, 16384, 1 << 40, (1 << 64) - 1))
def test_numbers(value: int) -> None:
    from pratique.drill.seven_zip_writer import number

    assert Bytes(number(value)).number() == value


def test_a_count_beyond_the_header_is_refused() -> None:
    with pytest.raises(HeaderError):
        Bytes(b"\xff" + b"\xff" * 8).count()
