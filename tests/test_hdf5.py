"""HDF5: Keras models in attributes, files that are elsewhere, attacks and their twins."""

from __future__ import annotations

import struct
from contextlib import suppress
from pathlib import Path

import pytest

from pratique import inspect
from pratique.domain.locator import Locator
from pratique.domain.part import Broken, Call, Part, Tensor
from pratique.domain.verdict import Decision
from pratique.drill.attack import Attack
from pratique.drill.attacks.hdf5_models import ATTACKS, model
from pratique.drill.hdf5_writer import hdf5
from pratique.formats.contract import Scope
from pratique.formats.hdf5 import MAX_SLACK_BYTES, read
from pratique.formats.hdf5_bytes import File, Hdf5Error
from pratique.formats.hdf5_chunk_index import extensible_array
from pratique.formats.window import Window


def parts(data: bytes) -> list[Part]:
    return [p for p in read(Window.of_bytes(data), Scope(Locator("model.h5"))) if not hasattr(p, "window")]


def test_the_configuration_and_the_dataset_are_read() -> None:
    found = parts(model())
    assert [str(p.target) for p in found if isinstance(p, Call)] == ["keras.Sequential", "keras.layers.Dense"]
    assert [(p.name, p.dtype, p.shape) for p in found if isinstance(p, Tensor)] == [("/w", "float32", (2,))]
    assert not [p for p in found if isinstance(p, Broken)]


def test_a_configuration_that_is_no_json_is_not_passed_over() -> None:
    assert [p.defect for p in parts(hdf5({"model_config": b"{"})) if isinstance(p, Broken)] == ["hdf5-malformed"]


@pytest.mark.parametrize("rest", [b"x" * 16, b"x" * (MAX_SLACK_BYTES + 1)])
def test_what_follows_the_file_is_a_gap(tmp_path: Path, rest: bytes) -> None:
    (tmp_path / "model.h5").write_bytes(model() + rest)
    found = inspect(tmp_path / "model.h5")
    assert found.verdict.decision is Decision.HOLD
    assert [gap.kind for gap in found.report.coverage.gaps] == ["unaccounted"]


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda a: a.id)
def test_an_attack_is_refused_for_its_reason_and_its_twin_is_not(attack: Attack, tmp_path: Path) -> None:
    assert attack.twin is not None
    for kind, build, decision in (("a", attack.build, Decision.REFUSE), ("b", attack.twin, Decision.ADMIT)):
        folder = tmp_path / kind
        folder.mkdir()
        build(folder)
        found = inspect(folder)
        assert found.verdict.decision is decision, (found.report.findings, found.report.coverage.gaps)
        if kind == "a":
            assert set(attack.trips) <= {f.rule for f in found.report.findings}


SYSTEM = b"cos\nsystem\n(S'echo pratique-drill'\ntR."


@pytest.mark.parametrize("size", [1, 4, 8])
def test_filters_are_undone(size: int) -> None:
    """Shuffle puts the elements' first bytes together; deflate and a checksum come after it."""
    import zlib

    from pratique.formats.hdf5_filters import unfiltered

    data = bytes(range(41))
    whole = len(data) // size * size
    shuffled = b"".join(data[i:whole:size] for i in range(size)) + data[whole:]
    stored = zlib.compress(shuffled) + bytes(4)
    assert unfiltered(stored, [(2, (size,)), (1, (6,)), (3, ())]) == data
    assert unfiltered(shuffled, [(2, (size,)), (1, (6,))]) is None  # no deflate data
    assert unfiltered(data, [(32000, ())]) is None  # LZF


def test_a_pickle_among_variable_length_values_is_found(tmp_path: Path) -> None:
    """PyTables keeps the objects of an object array in a global heap, and unpickles them when they are read."""
    size = 4096
    entry = (1).to_bytes(2, "little") + bytes(6) + len(SYSTEM).to_bytes(8, "little") + SYSTEM
    heap = (b"GCOL\1" + bytes(3) + size.to_bytes(8, "little") + entry).ljust(size, b"\0")
    written = hdf5({}) + heap
    end = (len(written)).to_bytes(8, "little")
    marked = written.replace((len(written) - size).to_bytes(8, "little"), end, 1)
    (tmp_path / "table.h5").write_bytes(marked)
    found = inspect(tmp_path / "table.h5")
    assert found.verdict.decision is Decision.REFUSE
    assert "loading/dangerous-call" in {finding.rule for finding in found.report.findings}


def extensible(smallest: int, pointers: int, inline: list[int], direct: list[int]) -> tuple[bytes, int]:
    """A file of 64 bytes, an extensible array behind it whose first data block holds `direct`; its address."""
    start = 64
    counts = struct.pack("<6Q", 0, 0, 1, 0, 0, 0)
    index = start + 12 + 48 + 8 + 4
    head = (
        b"EAHD\0\0" + bytes((8, 32, len(inline), smallest, pointers, 10)) + counts + struct.pack("<Q", index) + bytes(4)
    )
    supers = 1 + 32 - (smallest.bit_length() - 1) - 2 * (pointers.bit_length() - 1)
    pointed = 2 * (pointers - 1)
    block = index + 14 + 8 * (len(inline) + pointed + supers) + 4
    none = b"\xff" * 8
    places = struct.pack("<Q", block) + none * (pointed - 1) + none * supers
    body = b"EAIB\0\0" + struct.pack(f"<Q{len(inline)}Q", start, *inline) + places + bytes(4)
    data = b"EADB\0\0" + struct.pack("<Q", start) + bytes(4) + struct.pack(f"<{len(direct)}Q", *direct) + bytes(4)
    return bytes(start) + head + body + data, start


def test_an_extensible_array_names_its_chunks() -> None:
    """The index block's own elements come first, then the first data block's."""
    data, address = extensible(4, 2, [1000, 1008], [2000, 2008, 2016, (1 << 64) - 1])
    file = File(Window.of_bytes(data), 0)
    found = list(extensible_array(file, address, 8))
    assert found == [(1000, 8), (1008, 8), (2000, 8), (2008, 8), (2016, 8)]
    assert sum(length for _, length in file.seen) == len(data) - 64


@pytest.mark.parametrize("cut", range(64, 300, 7))
def test_a_damaged_chunk_index_is_a_defect_and_no_crash(cut: int) -> None:
    data, address = extensible(4, 2, [1000, 1008], [2000, 2008, 2016, 2024])
    for broken in (data[:cut], data[:cut] + b"\xff" + data[cut + 1 :]):
        with suppress(Hdf5Error):
            assert len(list(extensible_array(File(Window.of_bytes(broken), 0), address, 8))) < 10_000


def test_blocks_that_are_held_twice_end_the_array() -> None:
    data, address = extensible(4, 2, [], [2000, 2008, 2016, 2024])
    first = data.index(b"EAIB") + 14
    twice = data[: first + 8] + data[first : first + 8] + data[first + 16 :]
    with pytest.raises(Hdf5Error, match="twice"):
        list(extensible_array(File(Window.of_bytes(twice), 0), address, 8))
