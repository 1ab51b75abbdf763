"""`pratique admit`, the record that it leaves, and what load-time checks make of it."""

from __future__ import annotations

import json
import pickle
import shutil
import sqlite3
from pathlib import Path

import pytest

import pratique
from pratique.attest import dsse, keys
from pratique.cli.main import main
from pratique.domain.errors import TamperedError, UnavailableError

HOSTILE = b'cos\nsystem\n(S"echo pratique-drill"\ntR.'


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "home"
    monkeypatch.setenv("PRATIQUE_HOME", str(folder))
    monkeypatch.chdir(tmp_path)
    return folder


@pytest.fixture
def log(home: Path) -> Path:
    assert main(["log", "create", "example.com/test"]) == 0
    return home


@pytest.fixture
def model(tmp_path: Path) -> Path:
    folder = tmp_path / "model"
    (folder / "empty").mkdir(parents=True)
    (folder / "config.json").write_text('{"model_type": "bert"}')
    (folder / "weights.pkl").write_bytes(pickle.dumps([1, 2, 3]))
    (folder / "run.sh").write_text("#!/bin/sh\necho hello\n")
    (folder / "run.sh").chmod(0o755)
    return folder


def test_a_copy_is_admitted_to_the_shelf(
    log: Path, model: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()
    assert main(["admit", str(model), "--shelf", "shelf", "--format", "json"]) == 0
    document = json.loads(capsys.readouterr().out)
    stands = Path(document["receipt"]["path"])
    assert stands.parent == Path("shelf")
    assert stands.name == document["artifact"]["id"].rpartition(":")[2]
    assert sorted(p.name for p in stands.iterdir()) == ["config.json", "empty", "run.sh", "weights.pkl"]
    assert (stands / "run.sh").stat().st_mode & 0o100
    assert model.exists(), "the original is not touched"
    assert list(Path("shelf/.quarantine").iterdir()) == []
    assert main(["log", "verify"]) == 0


def test_a_single_file_keeps_its_name(log: Path, model: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["admit", str(model / "weights.pkl"), "--shelf", "shelf"]) == 0
    path = Path(capsys.readouterr().out.splitlines()[-1].split()[-1])
    assert path.name == "weights.pkl"
    assert path.read_bytes() == (model / "weights.pkl").read_bytes()


def test_what_is_refused_is_recorded_and_kept_out(
    log: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "model.pt").write_bytes(HOSTILE)
    assert main(["admit", "model.pt", "--shelf", "shelf"]) == 1
    assert sorted(p.name for p in Path("shelf").iterdir()) == [".quarantine"]
    assert list(Path("shelf/.quarantine").iterdir()) == []
    assert "entry 0" in capsys.readouterr().out
    assert main(["log", "show"]) == 0
    assert "REFUSE  model.pt" in capsys.readouterr().out


def test_without_a_log_nothing_is_admitted(model: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["admit", str(model)]) == 2
    assert "pratique log create" in capsys.readouterr().err
    with pytest.raises(UnavailableError, match="no store"):
        pratique.verified_open(model / "weights.pkl")


def test_the_statement_is_signed_and_names_every_member(log: Path, model: Path) -> None:
    assert main(["admit", str(model)]) == 0
    statement, signature = (
        sqlite3.connect(log / "store.db").execute("select statement, signature from record").fetchone()
    )
    key = keys.load_public(str(log / "signing.key.pub"))
    assert dsse.verify(signature, "application/vnd.pratique.report+json", (key,)).payload == statement
    members = {m["path"]: m for m in json.loads(statement)["members"]}
    assert set(members) == {"config.json", "empty", "run.sh", "weights.pkl"}
    assert (members["run.sh"]["executable"], members["empty"]["type"]) == (True, "folder")


def test_loading_what_was_admitted_and_nothing_else(log: Path, model: Path, tmp_path: Path) -> None:
    assert main(["admit", str(model)]) == 0
    (tmp_path / "other.pkl").write_bytes(pickle.dumps([4]))
    with pratique.guard(only=("pickle",)):
        with (model / "weights.pkl").open("rb") as file:
            assert pickle.load(file) == [1, 2, 3]
        with (tmp_path / "other.pkl").open("rb") as file, pytest.raises(pratique.NotAdmittedError):
            pickle.load(file)
    (model / "weights.pkl").write_bytes(pickle.dumps([1, 2, 4]))
    with pytest.raises(pratique.NotAdmittedError):
        pratique.verified_open(model / "weights.pkl")


def test_a_later_refusal_counts(log: Path, model: Path) -> None:
    assert main(["admit", str(model)]) == 0
    (model / "added.pkl").write_bytes(HOSTILE)
    assert main(["admit", str(model)]) == 1
    with pytest.raises(pratique.NotAdmittedError):
        pratique.verified_open(model / "weights.pkl")


@pytest.mark.parametrize(
    "change",
    [
        "update record set decision = 'ADMIT'",
        "update record set statement = cast(replace(cast(statement as text), 'REFUSE', 'ADMIT') as blob), decision = 'ADMIT'",
    ],
)
def test_a_store_that_was_changed_admits_nothing(log: Path, tmp_path: Path, change: str) -> None:
    (tmp_path / "model.pt").write_bytes(HOSTILE)
    assert main(["admit", "model.pt"]) == 1
    with sqlite3.connect(log / "store.db") as database:
        database.execute(change)
    with pytest.raises(TamperedError):
        pratique.verified_open("model.pt")


def test_an_index_that_was_changed_admits_nothing(log: Path, model: Path, tmp_path: Path) -> None:
    assert main(["admit", str(model)]) == 0
    hostile = tmp_path / "model.pt"
    hostile.write_bytes(HOSTILE)
    from hashlib import sha256

    with sqlite3.connect(log / "store.db") as database:
        database.execute("insert into record_file values (?, 0)", (sha256(HOSTILE).hexdigest(),))
    with pytest.raises(TamperedError, match="does not name the file"):
        pratique.verified_open(hostile)


def test_an_older_copy_of_the_store_is_noticed(log: Path, model: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["admit", str(model)]) == 0
    for name in ("store.db", "store.db-wal", "store.db-shm"):
        if (log / name).exists():
            shutil.copy(log / name, log / f"old-{name}")
    (model / "added.pkl").write_bytes(HOSTILE)
    assert main(["admit", str(model)]) == 1
    for name in ("store.db", "store.db-wal", "store.db-shm"):
        (log / name).unlink(missing_ok=True)
        if (log / f"old-{name}").exists():
            shutil.copy(log / f"old-{name}", log / name)
    capsys.readouterr()
    assert main(["admit", str(model)]) == 1
    assert "truncated or rolled back" in capsys.readouterr().err
    with pytest.raises(TamperedError, match="truncated or rolled back"):
        pratique.verified_open(model / "weights.pkl")
