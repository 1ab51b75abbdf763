"""Bytecode: names and strings are read for every version, and nothing is unmarshalled."""

from __future__ import annotations

import struct
import time

import pytest

from pratique.domain.locator import Locator
from pratique.domain.part import Code, Part
from pratique.engine.walk import Account, Walk
from pratique.formats.contract import Scope
from pratique.formats.marshal_values import MarshalProblem, Reader
from pratique.formats.window import Budget, Limits, Window
from tests.samples.pyc import MAGICS, pyc, samples, text


def walk(data: bytes) -> tuple[list[Part], Account]:
    budget = Budget(Limits(seconds=20))
    walk_ = Walk(budget)
    return list(walk_.parts(Window.of_bytes(data, budget), Scope(Locator("m.pyc")))), walk_.account


def listing(parts: list[Part]) -> str:
    return next(p.source for p in parts if isinstance(p, Code))


@pytest.mark.parametrize("version", [v for v in MAGICS if v != "2.7"])
def test_names_and_strings_are_read(version: str) -> None:
    parts, account = walk(pyc(("os", "system"), (text("echo"),), version))
    assert listing(parts) == "<module> in m.py: os system\n    'echo'"
    assert not account.gaps


def test_the_bytecode_of_this_python_is_read() -> None:
    parts, _ = walk(samples()["own.pyc"])
    assert "<module> in m.py: os f" in listing(parts)


def test_what_a_constant_holds_is_seen() -> None:
    elf = b"\x7fELF\x02\x01\x01" + bytes(57)
    parts, account = walk(pyc((), (b"s" + struct.pack("<i", len(elf)) + elf,)))
    assert "Native" in {type(p).__name__ for p in parts}
    assert not account.gaps


def test_bytes_behind_the_module_are_a_gap() -> None:
    _, account = walk(pyc(("a",)) + b"hidden" * 10)
    assert account.total_bytes - account.accounted_bytes == 60


@pytest.mark.parametrize(
    "data",
    (
        b"(\xff\xff\xff\x7f",
        b"(\xff\xff\xff\xff",
        b")\1" * 5000,
        b"r\0\0\0\0",
        b"c",
        b"q",
        b"l\0\0\0\x80",
        b"{N",
    ),
)
def test_lies_are_refused(data: bytes) -> None:
    with pytest.raises(MarshalProblem):
        Reader(data, 0, 3413).value()


def test_a_tuple_of_itself_and_many_references_end_soon() -> None:
    started = time.process_time()
    doubled = b"\xa9\2NN" + b"".join(b"\xa9\2r" + struct.pack("<i", i) + b"r" + struct.pack("<i", i) for i in range(40))
    parts, _ = walk(pyc((), (b"\xa9\1r\0\0\0\0", b"(\x29\0\0\0" + doubled)))
    assert listing(parts)
    assert time.process_time() - started < 2
