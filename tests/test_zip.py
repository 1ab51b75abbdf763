"""What a zip or compressed stream hides is read from every view, and what real writers do is quiet."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import time
import zipfile
import zlib

import pytest

from pratique.domain.locator import Locator
from pratique.domain.part import Broken, Call
from pratique.drill.attacks.zip_views import ATTACKS, ECHO, QUIET, zipped
from pratique.engine.walk import Account, Walk
from pratique.formats.contract import Scope
from pratique.formats.window import Budget, Window


def walk(data: bytes, name: str = "model.zip") -> tuple[set[str], set[str], Account]:
    """Defects, names called, and the account."""
    budget = Budget()
    walked = Walk(budget)
    parts = list(walked.parts(Window.of_bytes(data, budget), Scope(Locator(name))))
    called = {str(p.target) for p in parts if isinstance(p, Call)}
    return {p.defect for p in parts if isinstance(p, Broken)}, called, walked.account


@pytest.mark.parametrize("attack", [a for a in ATTACKS if "differ" in a.id or "hidden" in a.id], ids=lambda a: a.id)
def test_the_hidden_content_is_read(attack, tmp_path) -> None:  # type: ignore[no-untyped-def]
    attack.build(tmp_path)
    (file,) = tmp_path.iterdir()
    assert "os.system" in walk(file.read_bytes(), file.name)[1]


def test_a_pickle_before_an_archive_is_read_in_full() -> None:
    defects, called, _ = walk(ECHO + zipped(("notes.pkl", QUIET)))
    assert "os.system" in called
    assert "zip-prefix" in defects


def test_always_written_zip64_records_are_accounted_for() -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive, archive.open("a.pkl", "w", force_zip64=True) as member:
        member.write(QUIET)
    defects, _, account = walk(target.getvalue())
    assert not defects
    assert not account.gaps


@pytest.mark.parametrize(
    ("name", "pack"), [("gz", gzip.compress), ("bz2", bz2.compress), ("xz", lzma.compress), ("z", zlib.compress)]
)
def test_a_packed_pickle_is_read(name, pack) -> None:  # type: ignore[no-untyped-def]
    assert "os.system" in walk(pack(ECHO), f"model.pkl.{name}")[1]
    assert walk(pack(ECHO)[:-3], f"model.pkl.{name}")[2].gaps


def test_a_bomb_is_a_gap_soon() -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(8):
            archive.writestr(f"{number}.bin", bytes(40 << 20))
    started = time.process_time()
    account = walk(target.getvalue())[2]
    assert {gap.kind for gap in account.gaps} >= {"budget"}
    assert time.process_time() - started < 5


def test_an_lz4_bomb_ends_below_the_ratio_it_can_reach() -> None:
    import lz4.frame

    started = time.process_time()
    account = walk(lz4.frame.compress(bytes(256 << 20)), "bomb.lz4")[2]
    assert "budget" in {gap.kind for gap in account.gaps}
    assert time.process_time() - started < 5


def test_an_unread_archive_is_a_gap() -> None:
    assert [g.kind for g in walk(b"Rar!\x1a\x07\x01\0" + bytes(40), "a.rar")[2].gaps] == ["unsupported"]


def test_an_old_joblib_file_is_read() -> None:
    data = b"ZF" + hex(len(ECHO)).encode().ljust(19) + zlib.compress(ECHO)
    _, called, account = walk(data, "old.pkl")
    assert "os.system" in called
    assert not account.gaps
