"""The cache of reports: the same bytes with and without it, and nothing in it is believed that this user did not write."""

from __future__ import annotations

import dataclasses
import json
import os
from pathlib import Path

import pytest

from pratique import inspect, wiring
from pratique.cli.main import main
from pratique.domain.codec import decode, encode
from pratique.domain.report import Report
from pratique.store.reports import ReportCache, folder

from .test_cases import CASES, plant


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ReportCache:
    monkeypatch.setenv("PRATIQUE_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setattr(wiring, "CACHED_FROM_BYTES", 0)
    return ReportCache(folder(os.environ))


@pytest.mark.parametrize("case", CASES, ids=lambda p: "/".join(p.parts[-3:]))
def test_every_report_survives_being_kept(case: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    planted = plant(case, tmp_path / "planted")
    monkeypatch.chdir(planted.parent)
    report = inspect(planted.name).report
    again = decode(Report, json.loads(json.dumps(encode(report))))
    assert again == report


def test_the_second_report_is_the_first_byte_for_byte(cache: ReportCache, tmp_path: Path) -> None:
    target = tmp_path / "x.pkl"
    target.write_bytes(b"cos\nsystem\n(S'echo pratique-drill'\ntR.")
    plain = inspect(target).to_json()
    assert cache.entries() == []
    assert inspect(target, cached=True).to_json() == plain
    assert len(cache.entries()) == 1
    assert inspect(target, cached=True).to_json() == plain
    target.write_bytes(b"N.")
    assert inspect(target, cached=True).verdict.decision.name == "ADMIT"


def test_a_kept_report_is_used(cache: ReportCache, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "x.pkl"
    target.write_bytes(b"N.")
    first = inspect(target, cached=True)
    monkeypatch.setattr(wiring, "inspect_step", lambda *words, **more: pytest.fail("it was inspected again"))
    assert inspect(target, cached=True).report == first.report
    with pytest.raises(pytest.fail.Exception):
        inspect(target, cached=True, disabled_rules=("loading/dangerous-call",))


@pytest.mark.parametrize("damage", ["cut", "bit", "other entry", "garbage", "key of others", "no key"])
def test_what_this_user_did_not_write_is_not_believed(cache: ReportCache, tmp_path: Path, damage: str) -> None:
    hostile, harmless = tmp_path / "x.pkl", tmp_path / "y.pkl"
    hostile.write_bytes(b"cos\nsystem\n(S'echo pratique-drill'\ntR.")
    harmless.write_bytes(b"N.")
    inspect(harmless, cached=True)
    (good,) = (Path(entry.path) for entry in cache.entries())
    inspect(hostile, cached=True)
    (bad,) = (Path(entry.path) for entry in cache.entries() if Path(entry.path) != good)
    data = bad.read_bytes()
    if damage == "cut":
        bad.write_bytes(data[: len(data) // 2])
    elif damage == "bit":
        bad.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
    elif damage == "other entry":
        bad.write_bytes(good.read_bytes())
    elif damage == "garbage":
        bad.write_bytes(os.urandom(4096))
    elif damage == "key of others":
        os.chmod(Path(cache.folder) / "key", 0o644)
    else:
        (Path(cache.folder) / "key").write_bytes(b"")
    assert inspect(hostile, cached=True).verdict.decision.name == "REFUSE"
    assert inspect(harmless, cached=True).verdict.decision.name == "ADMIT"


def test_it_stays_bounded_and_gives_up_quietly(
    cache: ReportCache, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pratique.store.reports.MAX_ENTRIES", 3)
    target = tmp_path / "x.txt"
    for n in range(6):
        target.write_text(f"note {n}\n")
        inspect(target, cached=True)
    assert len(cache.entries()) == 3
    monkeypatch.setenv("PRATIQUE_CACHE_DIR", str(target))  # a file: nothing can be kept there
    assert inspect(target, cached=True).verdict.decision.name == "ADMIT"


def test_the_command_line_can_do_without(
    cache: ReportCache, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    target = tmp_path / "x.txt"
    target.write_text("note\n")
    assert main(["inspect", str(target), "--no-cache"]) == 0
    assert cache.entries() == []
    assert main(["inspect", str(target)]) == 0
    assert len(cache.entries()) == 1


@dataclasses.dataclass(frozen=True)
class Other:
    name: str


@pytest.mark.parametrize("data", [None, [], {}, {"_": "Report"}, {"_": "Other", "name": 1}, "x", 1])
def test_decoding_refuses_what_does_not_fit(data: object) -> None:
    with pytest.raises(ValueError, match=r"not a|fits|fit"):
        decode(Report, data)
    assert decode(Other, {"_": "Other", "name": "x"}) == Other("x")
