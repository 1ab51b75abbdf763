"""ROWS: order-free, and different for every other change."""

from __future__ import annotations

import hashlib
import json
import random
from pathlib import Path

import pytest
from blake3 import blake3
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from pratique.fingerprints.multiset import LANES, MultisetHash
from pratique.fingerprints.rows import RowPrint, row_print
from pratique.fingerprints.values import encode
from pratique.sources.files import InPlace

QUARANTINE = InPlace()
ROWS = [{"id": n, "text": f"row {n}", "score": n / 3, "tags": ["a", n % 2], "none": None} for n in range(500)]


def of(path: Path) -> RowPrint:
    return row_print(str(path), tuple(QUARANTINE.entries(str(path))), QUARANTINE)


def lines(path: Path, rows: list[dict[str, object]]) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def test_order_and_files_do_not_matter(tmp_path: Path) -> None:
    expected = of(lines(tmp_path / "a.jsonl", ROWS))
    assert expected.rows == 500
    shuffled = random.Random(1).sample(ROWS, len(ROWS))
    split = tmp_path / "split"
    split.mkdir()
    lines(split / "0.jsonl", shuffled[:200])
    lines(split / "1.jsonl", shuffled[200:])
    assert of(split).fingerprint == expected.fingerprint


@pytest.mark.parametrize("change", ["one value", "a row twice", "a row less", "1 is not 1.0", "text is not number"])
def test_what_matters(tmp_path: Path, change: str) -> None:
    before = of(lines(tmp_path / "a.jsonl", ROWS)).fingerprint
    rows = [dict(row) for row in ROWS]
    if change == "one value":
        rows[7]["text"] = "row 8"
    elif change == "a row twice":
        rows.append(rows[0])
    elif change == "a row less":
        rows.pop()
    else:
        rows[1]["id"] = 1.0 if change == "1 is not 1.0" else "1"
    assert of(lines(tmp_path / "a.jsonl", rows)).fingerprint != before


def test_columnar_files_give_the_same(tmp_path: Path) -> None:
    arrow = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    rows = [{**row, "tags": [str(t) for t in row["tags"]]} for row in ROWS]  # type: ignore[attr-defined]
    table = arrow.Table.from_pylist(rows[::-1])
    parquet.write_table(table, tmp_path / "a.parquet", row_group_size=64)
    with arrow.OSFile(str(tmp_path / "a.arrow"), "wb") as file, arrow.ipc.new_file(file, table.schema) as writer:
        writer.write_table(table)
    expected = of(lines(tmp_path / "a.jsonl", rows)).fingerprint
    assert expected is not None
    assert of(tmp_path / "a.parquet").fingerprint == expected
    assert of(tmp_path / "a.arrow").fingerprint == expected
    data = (tmp_path / "a.parquet").read_bytes()
    (tmp_path / "b.parquet").write_bytes(data[:300] + b"\xff" * 40 + data[340:])
    broken = of(tmp_path / "b.parquet")
    assert broken.fingerprint != expected


def test_csv(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text('id,text\n1,"a, b"\n2,"line\nbreak"\n')
    (tmp_path / "b.csv").write_text('id,text\r\n2,"line\nbreak"\r\n1,"a, b"\r\n')
    (tmp_path / "c.csv").write_text('id,text\n1,"a, b",more\n2,"line\nbreak"\n')
    assert of(tmp_path / "a.csv").rows == 2
    assert (
        of(tmp_path / "a.csv").fingerprint == of(tmp_path / "b.csv").fingerprint != of(tmp_path / "c.csv").fingerprint
    )


def test_a_folder_of_files(tmp_path: Path) -> None:
    root = tmp_path / "images"
    (root / "cat").mkdir(parents=True)
    (root / "dog").mkdir()
    (root / "cat" / "1.bin").write_bytes(b"\0one")
    (root / "dog" / "2.bin").write_bytes(b"\0two")
    before = of(root).fingerprint
    (root / "cat" / "1.bin").rename(root / "cat" / "9.bin")
    assert of(root).fingerprint == before, "a name is not part of a row"
    (root / "cat" / "9.bin").rename(root / "dog" / "9.bin")
    assert of(root).fingerprint != before, "a label is"


def test_rows_that_are_no_json_count(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(b'{"a":1}\nnot json\n' + b"[" * 5000 + b'\n{"a":1,"a":2}\n')
    before = of(path)
    assert before.rows == 4
    path.write_bytes(path.read_bytes().replace(b"not", b"nop"))
    assert of(path).fingerprint != before.fingerprint
    path.write_bytes(path.read_bytes().replace(b"nop", b"not").replace(b'"a":2', b'"a":1'))
    assert of(path).fingerprint != before.fingerprint


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(some.lists(some.binary(max_size=20), max_size=30), some.randoms(use_true_random=False))
def test_the_state_is_the_sum_of_lanes(elements: list[bytes], chance: random.Random) -> None:
    state = MultisetHash()
    for element in chance.sample(elements, len(elements)):
        state.add(element)
    sums = [0] * LANES
    for element in elements:
        wide = blake3(element).digest(length=2 * LANES)
        for lane in range(LANES):
            sums[lane] = (sums[lane] + int.from_bytes(wide[2 * lane : 2 * lane + 2], "little")) & 0xFFFF
    expected = b"".join(lane.to_bytes(2, "little") for lane in sums)
    assert state.state == expected
    whole = hashlib.sha256(b"rows/1\n" + len(elements).to_bytes(8, "little") + expected).hexdigest()
    assert state.digest("rows/1") == whole


def test_lanes_do_not_overflow_into_each_other() -> None:
    state = MultisetHash()
    count = (1 << 16) + 3
    for _ in range(count):
        state.add(b"same")
    wide = blake3(b"same").digest(length=2 * LANES)
    first, last = int.from_bytes(wide[:2], "little"), int.from_bytes(wide[-2:], "little")
    assert state.state[:2] == (first * count & 0xFFFF).to_bytes(2, "little")
    assert state.state[-2:] == (last * count & 0xFFFF).to_bytes(2, "little")


JSON = some.recursive(
    some.none() | some.booleans() | some.integers() | some.floats(allow_nan=False) | some.text(),
    lambda inner: some.lists(inner, max_size=3) | some.dictionaries(some.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(JSON, JSON)
def test_encodings_differ_where_values_do(one: object, other: object) -> None:
    same = repr(pruned(one)) == repr(pruned(other))
    assert (encode(one) == encode(other)) == same


def pruned(value: object) -> object:
    """Objects without their nulls, members sorted."""
    if isinstance(value, dict):
        return {"object": sorted(((k, pruned(v)) for k, v in value.items() if v is not None), key=lambda pair: pair[0])}
    return [pruned(item) for item in value] if isinstance(value, list) else value


def test_the_vectors_of_the_specification(tmp_path: Path) -> None:
    found = of(lines(tmp_path / "a.jsonl", [{"a": "x"}, {"a": 1, "b": None}]))
    assert str(found.fingerprint) in (Path(__file__).parents[2] / "docs/spec/fingerprint.md").read_text()
    assert encode({"b": [1, 1.5, True], "a": "é", "n": None}) == b"o2:s1:as2:\xc3\xa9s1:bl3:i1;d?\xf8\0\0\0\0\0\0t"
