"""Arrays and older torch files: what carries a pickle, and what contradicts itself."""

from __future__ import annotations

import struct

import pytest

from pratique.domain.locator import Locator
from pratique.domain.part import Broken, Call, Part, Tensor
from pratique.engine.walk import Account, Walk
from pratique.formats.contract import Scope
from pratique.formats.window import Budget, Window
from tests.samples.npy import npy
from tests.samples.torch_legacy import samples as torch_samples

SYSTEM = b"cos\nsystem\n(S'echo pratique-drill'\ntR."


def walk(data: bytes, name: str) -> tuple[list[Part], Account]:
    walk_ = Walk(Budget())
    return list(walk_.parts(Window.of_bytes(data, walk_.budget), Scope(Locator(name)))), walk_.account


def defects(data: bytes, name: str = "x.npy") -> set[str]:
    return {part.defect for part in walk(data, name)[0] if isinstance(part, Broken)}


@pytest.mark.parametrize("descr", ["'|O'", "'O'", "'O8'", "[('a', '<i4'), ('b', '|O')]", "[('a', [('b', 'O')])]"])
def test_an_array_of_objects_is_a_pickle(descr: str) -> None:
    parts, account = walk(npy(descr, (1,), SYSTEM), "x.npy")
    assert [part.target.name for part in parts if isinstance(part, Call)] == ["system"]
    assert not account.gaps


@pytest.mark.parametrize(
    ("data", "defect"),
    [
        (npy("'<f8'", (4,), bytes(24)), "npy-truncated"),
        (npy("'<f8'", (1 << 40, 1 << 40), b""), "npy-truncated"),
        (npy("'object'", (1,), SYSTEM), "npy-header"),
        (npy("__import__('os').system('x')", (1,), b""), "npy-header"),
        (npy("'<f8', 'descr': '|O'", (3,), SYSTEM), "npy-duplicate-key"),
        (npy("[" * 200 + "]" * 200, (1,), b""), "npy-header"),
        (npy("'<f8'", (-1,), bytes(8)), "npy-header"),
        (b"\x93NUMPY\x01\x00\xff\xff{}", "npy-header"),
    ],
)
def test_headers_that_contradict_themselves(data: bytes, defect: str) -> None:
    assert defect in defects(data)


def test_python_2_headers_are_read() -> None:
    data = npy("'<f8'", (3,), bytes(24)).replace(b"(3,), } ", b"(3L,), }")
    parts, account = walk(data, "x.npy")
    assert [part.shape for part in parts if isinstance(part, Tensor)] == [(3,)]
    assert not account.gaps


def test_bytes_behind_an_array_are_no_part_of_it() -> None:
    assert [gap.kind for gap in walk(npy("'<f8'", (3,), bytes(24)) + b"more", "x.npy")[1].gaps] == ["unaccounted"]


def test_storages_of_older_torch_files_are_accounted_for() -> None:
    data = torch_samples()["weights.pt"]
    parts, account = walk(data, "weights.pt")
    assert [(part.name, part.dtype, part.shape) for part in parts if isinstance(part, Tensor)] == [
        ("42", "FloatStorage", (2,))
    ]
    assert account.gaps == []
    assert [gap.kind for gap in walk(data + b"more", "weights.pt")[1].gaps] == ["unaccounted"]


def test_storages_that_do_not_fit_their_references() -> None:
    data = torch_samples()["weights.pt"]
    assert "torch-legacy-size" in defects(data[:-16] + struct.pack("<qf", 1, 1.0), "weights.pt")
    assert "torch-legacy-storage" in defects(data[:-16] + struct.pack("<qff", 1 << 61, 1.0, 2.0), "weights.pt")
