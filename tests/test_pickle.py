"""The abstract unpickler, mechanism by mechanism, and against CPython's own."""

from __future__ import annotations

import collections
import functools
import io
import pickle
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pratique.domain.locator import Locator
from pratique.domain.part import Broken, Call, Import, Metadata, Part
from pratique.engine.walk import Account, Walk
from pratique.formats.contract import CERTAIN, Head, Nested, Scope
from pratique.formats.pickle import FORMAT
from pratique.formats.window import Budget, Window


def read(data: bytes) -> list[Part | Nested]:
    return list(FORMAT.read(Window.of_bytes(data), Scope(Locator("x.pkl"))))


def walk(data: bytes, name: str = "x.pkl") -> tuple[list[Part], Account]:
    walk_ = Walk(Budget())
    return list(walk_.parts(Window.of_bytes(data, walk_.budget), Scope(Locator(name)))), walk_.account


def calls(data: bytes) -> list[str]:
    return [f"{part.target} {part.how}" for part in read(data) if isinstance(part, Call)]


def imports(data: bytes) -> list[tuple[str, str]]:
    return [(str(part.target), part.via) for part in read(data) if isinstance(part, Import)]


def defects(data: bytes) -> set[str]:
    return {part.defect for part in read(data) if isinstance(part, Broken)}


def probe(data: bytes) -> int:
    return FORMAT.probe(Head(data[:8192], Window.of_bytes(data), "x"))


def text(value: str) -> bytes:
    data = value.encode()
    return b"\x8c" + bytes([len(data)]) + data


def names(module: str, name: str) -> bytes:
    return text(module) + text(name) + b"\x93"


def p4(body: bytes) -> bytes:
    return b"\x80\x04" + body + b"."


SYSTEM = names("os", "system")
ARGUMENT = text("echo pratique-drill") + b"\x85"
GETATTR, IMPORT = names("builtins", "getattr"), names("importlib", "import_module")


@pytest.mark.parametrize(
    ("data", "how"),
    [
        (b"cos\nsystem\n(S'x'\ntR.", "REDUCE"),
        (b"(S'x'\nios\nsystem\n.", "INST"),
        (b"(cos\nsystem\nS'x'\no.", "OBJ"),
        (b"\x80\x02cos\nsystem\nU\x01x\x85\x81.", "NEWOBJ"),
        (p4(SYSTEM + ARGUMENT + b"}\x92"), "NEWOBJ_EX"),
    ],
)
def test_every_opcode_that_calls(data: bytes, how: str) -> None:
    assert calls(data) == [f"os.system {how}"]
    assert not defects(data)
    assert probe(data) == CERTAIN


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (GETATTR + IMPORT + text("os") + b"\x85R" + text("system") + b"\x86R" + ARGUMENT + b"R", "os.system REDUCE"),
        (names("functools", "partial") + SYSTEM + b"\x85R" + ARGUMENT + b"R", "os.system functools.partial"),
        (names("builtins", "map") + SYSTEM + b"]" + text("x") + b"a\x86R", "os.system map"),
        (
            names("copyreg", "_reconstructor") + SYSTEM + names("builtins", "object") + b"N\x87R",
            "os.system copyreg._reconstructor",
        ),
        (names("copyreg", "__newobj__") + SYSTEM + b"\x85R", "os.system copyreg.__newobj__"),
        (
            names("operator", "methodcaller")
            + text("system")
            + text("x")
            + b"\x86R"
            + IMPORT
            + text("os")
            + b"\x85R\x85R",
            "os.system operator.methodcaller",
        ),
        (
            names("operator", "attrgetter") + text("path.join") + b"\x85R" + IMPORT + text("os") + b"\x85R\x85R)R",
            "os.path.join REDUCE",
        ),
        (
            names("builtins", "__dict__") + b"0" + names("builtins", "__dict__.get") + text("eval") + b"\x85R)R",
            "builtins.eval REDUCE",
        ),
        (
            names("operator", "getitem") + names("builtins", "__dict__") + text("exec") + b"\x86R)R",
            "builtins.exec REDUCE",
        ),
        (names("os", "system.__call__") + ARGUMENT + b"R", "os.system __call__"),
        (SYSTEM + b"2" + ARGUMENT + b"R", "os.system REDUCE"),
        (SYSTEM + b"\x940h\x00" + ARGUMENT + b"R", "os.system REDUCE"),
    ],
)
def test_the_callable_is_found_behind_what_forwards_it(body: bytes, expected: str) -> None:
    assert expected in calls(p4(body))


def test_names_that_are_put_together_are_known_and_marked() -> None:
    joined = names("operator", "add") + text("o") + text("s") + b"\x86R"
    assert ("os.system", "computed") in imports(p4(joined + text("system") + b"\x93"))


def test_names_that_only_running_would_tell_are_unknown() -> None:
    unknown = names("builtins", "input") + b")R"
    assert ("?.system", "computed") in imports(p4(unknown + text("system") + b"\x93"))
    assert calls(p4(unknown + text("system") + b"\x93)R"))[-1] == "?.system REDUCE"


def test_names_from_the_memo_even_when_overwritten() -> None:
    body = text("json") + b"q\x000" + text("os") + b"q\x000h\x00" + text("system") + b"\x93"
    assert imports(p4(body)) == [("os.system", "memo")]


def test_extension_codes_are_unknown_globals() -> None:
    assert imports(b"\x80\x02\x82\x05.") == [("?.?", "extension")]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("__builtin__\neval", "builtins.eval"),
        ("commands\ngetoutput", "subprocess.getoutput"),
        ("copy_reg\n_reconstructor", "copyreg._reconstructor"),
        ("urllib\nurlopen", "urllib.request.urlopen"),
        ("exceptions\nValueError", "builtins.ValueError"),
    ],
)
def test_python_2_names_are_read_as_python_3_reads_them(old: str, new: str) -> None:
    assert imports(f"c{old}\n.".encode()) == [(new, "literal")]
    assert imports(b"\x80\x03" + f"c{old}\n.".encode()) == [(old.replace("\n", "."), "literal")]


def test_setstate_planted_in_the_instance_is_called_by_the_next_build() -> None:
    body = names("collections", "UserDict") + b")\x81}" + text("__setstate__") + SYSTEM + b"sb" + text("x") + b"b"
    assert calls(p4(body))[-1] == "os.system BUILD"


def test_extend_planted_in_the_instance_is_called_by_appends() -> None:
    body = names("collections", "UserDict") + b")\x81}" + text("extend") + SYSTEM + b"sb(" + text("x") + b"e"
    assert "os.system APPENDS" in calls(p4(body))


@pytest.mark.parametrize(
    "tail", [b"N}" + text("x") + b"K\x01s\x86b", text("k") + text("v") + b"s", b"K\x01a", b"(K\x01\x90"]
)
def test_changing_what_was_imported(tail: bytes) -> None:
    assert "pickle-mutates-global" in defects(p4(names("os", "environ") + tail))


@pytest.mark.parametrize(
    "data",
    [
        b"\x80\x04\x95\x02\0\0\0\0\0\0\0]K\x01a.",  # an opcode across the frame's end
        b"\x80\x04\x95\x10\0\0\0\0\0\0\0\x95\x01\0\0\0\0\0\0\0].......",  # a frame in a frame
        b"\x80\x04\x95\x08\0\0\0\0\0\0\0].cos\nx\n.",  # STOP in the frame
        b"cos\nsystem\n(lR.",  # list arguments
        b"I010\n.",
        b"I 1\n.",
        b"N0I1\nI1\0x\n.",
        b"Np0_0\n.",
        b"\x80\x04" + names("x", "y") + b"(e.",  # APPENDS of nothing
        b"\x80\x04" + names("x", "y") + b"(K\x01u.",
        b"\x80\x04" + names("x", "y") + b"(\x90.",  # ADDITEMS of nothing
        b"\x80\x04\x95\x20\0\0\0\0\0\0\0cos\nsystem\n.",  # a frame longer than the data
        b"ios\nsystem\n.",  # INST without a MARK: imported first by one of them
        b"cos\n\n.",
        b"]]b.",
    ],
)
def test_where_the_c_and_the_python_unpickler_differ(data: bytes) -> None:
    assert "pickle-unpicklers-differ" in defects(data)


@pytest.mark.parametrize(
    ("data", "defect"),
    [
        (b"\x80\x02R.", "stack-underflow"),
        (b"\x80\x02K\x01", "truncated"),
        (b"\x80\x02X\xff\xff\0\0a", "truncated"),
        (b"\x80\x02\x95\xff\xff\xff\xff\xff\xff\xff\xff.", "truncated"),
        (b"\x80\x02\xff", "opcode"),
        (b"\x80\x02h\x05.", "memo"),
        (b"\x80\x02t.", "mark"),
        (b"\x80\x02K\x01(K\x02\x86.", "stack-underflow"),
        (b"\x80\x02Nr\xff\xff\xff\xff.", "memo-bomb"),
        (b"\x80\x02K\x01\x80\x04.", "protocol-again"),
        (b"\x80\x07N.", "protocol"),
        (b"\x80\x02K\x01)R.", "not-callable"),
        (b"\x80\x04K\x01K\x02\x93.", "stack-global"),
        (b"\x80\x02cos\x07\nx\n.", "odd-name"),
        (b"\x80\x02\x8b\xff\xff\xff\xff.", "negative-length"),
    ],
)
def test_defects(data: bytes, defect: str) -> None:
    assert f"pickle-{defect}" in defects(data)


def test_a_frame_longer_than_the_data_hides_nothing() -> None:
    assert calls(b"\x80\x04\x95\xff\0\0\0\0\0\0\0" + SYSTEM + ARGUMENT + b"R.") == ["os.system REDUCE"]


def test_what_came_before_a_break_is_kept() -> None:
    data = b"\x80\x02cos\nsystem\n(S'x'\ntR\xff\xffcos\nsystem\n"
    assert calls(data) == ["os.system REDUCE"]
    assert any(gap.kind == "broken" for gap in walk(data)[1].gaps)


def test_pickles_in_a_row_and_what_trails_them() -> None:
    two = pickle.dumps([1], 2) + b"cos\nsystem\n(S'x'\ntR."
    assert calls(two) == ["os.system REDUCE"]
    assert not walk(two)[1].gaps
    assert [gap.kind for gap in walk(two + b"<rest>")[1].gaps] == ["unaccounted"]


@pytest.mark.parametrize("inner", [b"cos\nsystem\n(S'echo'\ntR.", b"\x80\x04" + SYSTEM + ARGUMENT + b"R."])
@pytest.mark.parametrize("pad", [b"", b"x" * 100_000])
def test_a_pickle_inside_of_bytes(inner: bytes, pad: bytes) -> None:
    parts, _ = walk(pickle.dumps([pad, inner], 4))
    assert any(isinstance(part, Call) and part.target.name == "system" for part in parts)


def test_context_shows_the_opcodes_before_a_call() -> None:
    (call,) = [part for part in read(b"cos\nsystem\n(S'echo hi'\ntR.") if isinstance(part, Call)]
    assert [line.split(": ")[1].split()[0] for line in call.context.splitlines()] == [
        "GLOBAL", "MARK", "STRING", "TUPLE", "REDUCE",
    ]  # fmt: skip
    assert call.arguments == ("'echo hi'",)


def test_large_payloads_are_skipped_and_accounted_for() -> None:
    data = pickle.dumps([b"x" * 3_000_000, "y" * 3_000_000, bytearray(1_000_000), SYSTEM], 5)
    parts, account = walk(data)
    assert not account.gaps
    assert account.accounted_bytes == len(data)
    assert not any(isinstance(part, Broken) for part in parts)


def test_a_call_after_more_memo_than_is_kept() -> None:
    many = (
        b"\x80\x04]\x94("
        + b"\x8c\x02ab\x94" * 320_000
        + b"e0"
        + SYSTEM
        + b"\x940j"
        + (320_001).to_bytes(4, "little")
        + ARGUMENT
        + b"R."
    )
    assert calls(many) == ["os.system REDUCE"]
    lists = b"\x80\x04" + b"]\x940" * 310_000 + b"j" + (305_000).to_bytes(4, "little") + b"K\x01a."
    assert calls(lists) == []
    assert not defects(lists)


def test_joblib_arrays_hide_no_opcodes_from_pickle_load() -> None:
    dtype = names("numpy", "dtype") + text("u1") + b"\x89\x88\x87R"
    payload = SYSTEM + ARGUMENT + b"R0."
    state = b"}(" + text("shape") + b"K" + bytes([len(payload)]) + b"\x85" + text("dtype") + dtype
    state += text("order") + text("C") + text("subclass") + names("numpy", "ndarray") + text("allow_mmap") + b"\x89u"
    wrapper = names("joblib.numpy_pickle", "NumpyArrayWrapper") + b")\x81" + state + b"b"
    data = b"\x80\x04" + wrapper + payload + b"."
    assert "os.system REDUCE" in calls(data)
    assert "pickle-unpicklers-differ" in defects(data)
    quiet = b"\x80\x04" + wrapper + bytes(len(payload)) + b"."
    assert not defects(quiet)
    assert walk(quiet)[1].gaps == []


# Against CPython


class Logging(pickle.Unpickler):
    """CPython's unpickler, with what it looks up."""

    def __init__(self, data: bytes) -> None:
        super().__init__(io.BytesIO(data))
        self.found: set[str] = set()

    def find_class(self, module: str, name: str) -> object:
        found = super().find_class(module, name)
        self.found.add(name)
        return found


LEAVES = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary() | st.complex_numbers()
    | st.dates() | st.datetimes() | st.times() | st.timedeltas() | st.fractions() | st.uuids()
    | st.decimals(allow_nan=False) | st.just(range(3)) | st.just(collections.Counter("abc")) | st.just(len)
    | st.just(ValueError("x")) | st.just(functools.partial(int, base=2)) | st.just(collections.deque([1]))
    | st.just(collections.defaultdict(list, a=[1]))
)  # fmt: skip
VALUES = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner) | st.dictionaries(st.text(), inner) | st.tuples(inner, inner) | st.sets(st.integers())
    ),
    max_leaves=12,
)


@settings(max_examples=150, deadline=None)
@given(VALUES, st.integers(0, 5))
def test_benign_objects_are_read_whole_and_name_what_cpython_looks_up(value: object, protocol: int) -> None:
    data = pickle.dumps(value, protocol)
    unpickler = Logging(data)
    unpickler.load()
    parts, account = walk(data)
    assert not [part for part in parts if isinstance(part, Broken)]
    assert account.gaps == []
    assert account.accounted_bytes == len(data)
    looked_up = {part.target.name for part in parts if isinstance(part, Import) and part.via != "computed"}
    expected = unpickler.found
    assert len(looked_up) == len(expected)
    assert protocol < 3 or looked_up == expected


@settings(max_examples=100, deadline=None)
@given(VALUES, st.integers(0, 5), st.randoms(use_true_random=False))
def test_damage_never_raises(value: object, protocol: int, chance: random.Random) -> None:
    data = bytearray(pickle.dumps(value, protocol))
    for _ in range(3):
        data[chance.randrange(len(data))] = chance.randrange(256)
    read(bytes(data))
    read(bytes(data[: chance.randrange(len(data))]))


@settings(max_examples=300, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [bytes([c]) for c in b"(.0125KNRSUXVab]}cdeghiloptqrstu)\x80\x81\x85\x86\x87\x88\x8c\x92\x93\x94\x95\n'0os"]
        ),
        max_size=60,
    )
)
def test_opcode_soup_never_raises(soup: list[bytes]) -> None:
    read(b"\x80\x04" + b"".join(soup))
    probe(b"".join(soup))


@pytest.mark.parametrize(
    "prose",
    [
        b"Copyright (c) 2026\nLicensed under the Apache License, Version 2.0\n",
        b"MIT. A short licence.\n",
        b"Nothing here.\n",
        b"I\nII\nIII\n",
        b"cat\ndog\nrat\nzebra\n",
        b"(a, b)\n",
        b"]\n",
        b"}\n",
        b"import os\nprint(1)\n",
        b"class A:\n    pass\n",
        b"from x import y\n",
        b"1,2,3\n4,5,6\n",
        b'{"a": 1}\n',
        b"Keras\n=====\n",
        b"Voil\xc3\xa0\n",
        b"PK\x03\x04\x14\0\0\0\0\0",
    ],
)
def test_text_is_no_pickle(prose: bytes) -> None:
    assert probe(prose) <= 20
    assert probe(prose * 200) <= 20


def test_metadata_says_what_the_stream_was() -> None:
    (summary,) = [part for part in read(pickle.dumps([1, 2], 4)) if isinstance(part, Metadata)]
    assert isinstance(summary.value, dict)
    assert summary.value["protocol"] == 4
    assert summary.value["ended"] is True
