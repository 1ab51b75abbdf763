"""`pratique log`: what users see, and exit codes: 0 verified, 1 not what was signed, 2 usage, 3 unavailable."""

from __future__ import annotations

import hashlib
import json
import resource
import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pratique.cli.main import main
from pratique.domain.held import Reference
from pratique.engine.plan import Plan
from pratique.flow.acquire import acquire
from pratique.flow.identify import identify
from pratique.flow.inspect import inspect
from pratique.flow.judge import judge
from pratique.flow.record import record
from pratique.ledger import note
from pratique.ledger.log import Log
from pratique.policy.parse import load
from pratique.sources.files import InPlace, LocalFiles
from pratique.store.database import open_database
from pratique.store.records import Records

NAME = "example.com/pratique"
CPU_SECONDS = 0.15  # the bar for a cold start; the test allows twice that, as its machine may be slow
NOT_AT_START = {
    "shutil", "urllib.parse", "urllib.request", "http.client", "ssl", "psycopg", "yaml", "jinja2", "tree_sitter", "rich",
    "tempfile", "pathlib", "multiprocessing", "pratique.flow.record", "pratique.formats.index", "pratique.wiring",
}  # fmt: skip
Run = Callable[..., tuple[int, str, str]]


class Receipts:
    def sign(self, payload: bytes) -> bytes:
        return b"signature"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PRATIQUE_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.fixture
def run(home: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    def log(*words: str) -> tuple[int, str, str]:
        code = main(["log", *words])
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    return log


@pytest.fixture
def log(run: Run, home: Path) -> Log:
    """A log with three recorded verdicts."""
    assert run("create", NAME)[0] == 0
    signer = note.parse_signer((home / "log.key").read_text())
    log = Log(open_database(str(home / "store.db")), signer.verifier, signer)
    for i in range(3):
        target = home / f"{i}.txt"
        target.write_text(f"hello {i}\n")
        identified = identify(acquire(Reference(str(target)), LocalFiles(), InPlace()))
        report = inspect(identified, Plan())
        verdict = judge(report, load("balanced"), (), datetime(2026, 11, 24, tzinfo=UTC))
        record(identified, report, verdict, Receipts(), log, Records(log.database))
    return log


def test_a_log_is_created_once_with_a_secret_key(run: Run, home: Path) -> None:
    code, out, _ = run("create", NAME)
    assert code == 0
    assert (home / "log.vkey").read_text().strip() in out
    assert (home / "log.key").stat().st_mode & 0o077 == 0
    assert (home / "log.key").read_text().strip() not in out
    assert run("create", NAME)[0] == 2
    assert "is the key of" in run("create", "example.com/other")[2]
    assert "cannot name a key" in run("key", "a b", "--output", "k")[2]


def test_a_log_whose_creation_was_cut_short_can_be_created(run: Run, home: Path) -> None:
    home.mkdir()
    key = note.generate(NAME)
    (home / "log.key").write_text(key.text())
    assert run("create", NAME)[0] == 0
    assert (home / "log.vkey").read_text() == f"{key.verifier}\n"
    assert run("verify")[0] == 0


def test_show(run: Run, log: Log) -> None:
    code, out, _ = run("show")
    assert code == 0
    assert "entries    3" in out
    assert out.count("ADMIT") == 3
    assert "by policy balanced" in out
    document = json.loads(run("show", "--format", "json")[1])
    assert [entry["index"] for entry in document["entries"]] == [0, 1, 2]
    entry = document["entries"][1]
    assert run("show", "1")[1] == run("show", entry["digest"])[1] == run("show", entry["artifact"])[1]
    assert run("prove", "9" * 19)[0] == run("witness", "request", "--old", "9" * 19)[0] == 2
    assert run("show", "3")[0] == run("show", "f" * 64)[0] == run("show", "x")[0] == 2


def test_prove_and_verify_offline(run: Run, log: Log, home: Path, tmp_path: Path) -> None:
    kept = next(Records(log.database).records())
    key = (home / "log.vkey").read_text().strip()
    assert run("prove", kept.artifact, "--output", "p.tlog-proof")[0] == 0
    assert run("prove", "0")[1] == Path("p.tlog-proof").read_text()
    log.database.close()
    shutil.rmtree(home)
    Path("statement").write_bytes(kept.statement)
    Path("other").write_bytes(kept.statement + b" ")
    code, out, _ = run("verify", "p.tlog-proof", "--key", key, "--statement", "statement")
    assert code == 0
    assert f"{hashlib.sha256(kept.statement).hexdigest()} is entry 0 of 3 in {NAME}" in out
    for words in (["--statement", "other"], ["--digest", "0" * 64], ["--key", str(note.generate(NAME).verifier)],
                  ["--witness", str(note.generate("w", note.COSIGNATURE).verifier)]):  # fmt: skip
        code, _, err = run("verify", "p.tlog-proof", "--key", key, *words)
        assert (code, err.startswith("pratique: verification failed: p.tlog-proof: ")) == (1, True)
    Path("p.tlog-proof").write_bytes(Path("p.tlog-proof").read_bytes()[:-20])
    assert run("verify", "p.tlog-proof", "--key", key)[0] == 1
    assert run("verify", "missing", "--key", key)[0] == 2
    assert run("verify", "--digest", "0" * 64, "--key", key)[0] == 2
    assert run("verify", "p.tlog-proof", "--key", "x+y+z")[0] == 2
    assert run("verify", "p.tlog-proof", "--key", key, "--quorum", "1")[0] == 2


def test_verify_the_log(run: Run, log: Log) -> None:
    code, out, _ = run("verify", "--remember", "known")
    assert code == 0
    assert "3 entries in 1 tiles lead to the signed root" in out
    assert "records that say what was logged: 3 of 3" in out
    log.append(b"x" * 32)
    assert "1 remembered" in run("verify", "--against", "known")[1]
    assert "\n3\n" in Path("known").read_text()
    assert run("verify", "--remember", "known")[0] == 0
    assert "\n4\n" in Path("known").read_text()


@pytest.mark.parametrize(
    ("statement", "message"),
    [
        ("UPDATE record SET decision = 'REFUSE' WHERE entry = 1", "says something else than its signed statement"),
        ("UPDATE record SET statement = x'7b7d' WHERE entry = 1", "not the one whose digest the log holds"),
        ("UPDATE record SET entry = 7 WHERE entry = 1", "a record is of entry 7"),
        ("UPDATE log_entry SET digest = zeroblob(32) WHERE position = 1", "tile 0/0 does not hold"),
        ("DELETE FROM log_entry WHERE position = 1", "entry 1 is missing"),
        ("DELETE FROM log_checkpoint", "the log is gone"),
        ("DROP TABLE log_tile", "is damaged"),
    ],
)
def test_tampering_is_exit_1_and_says_what(run: Run, log: Log, statement: str, message: str) -> None:
    assert run("verify", "--remember", "known")[0] == 0
    log.database.rows(statement)
    code, _, err = run("verify", "--remember", "known")
    assert (code, message in err) == (1, True), err


def test_a_rolled_back_and_a_removed_log_are_exit_1(run: Run, log: Log, home: Path) -> None:
    log.database.rows("PRAGMA wal_checkpoint(TRUNCATE)")
    older = (home / "store.db").read_bytes()
    log.append(b"x" * 32)
    assert run("verify", "--remember", "known")[0] == 0
    log.database.close()
    (home / "store.db").write_bytes(older)
    assert run("verify")[0] == 0  # it is a whole log, and only who remembers can tell
    code, _, err = run("verify", "--remember", "known")
    assert (code, "truncated or rolled back" in err) == (1, True)
    (home / "store.db").unlink()
    code, _, err = run("verify", "--remember", "known")
    assert (code, "the log is gone" in err) == (1, True)
    assert run("verify")[0] == 2
    Path("known").write_text("not a checkpoint")
    assert "the remembered checkpoint known: the note is cut short" in run("verify", "--remember", "known")[2]


def test_what_cannot_be_reached_is_exit_3(run: Run, log: Log, tmp_path: Path) -> None:
    pytest.importorskip("psycopg", reason="psycopg (extra `postgresql`) is not installed")
    code, _, err = run("verify", "--store", f"postgresql://u@/db?host={tmp_path}")
    assert (code, err.startswith("pratique: postgresql:///db: ")) == (3, True)


def test_a_damaged_key_is_exit_2_and_named(run: Run, log: Log, home: Path) -> None:
    text = (home / "log.vkey").read_text()
    (home / "log.vkey").write_text(text.replace("pratique", "pratiquf"))
    code, _, err = run("verify")
    assert (code, "the verifier key example.com/pratiquf is damaged" in err) == (2, True)
    (home / "log.vkey").write_bytes(b"\xff\x00")
    assert run("show")[0] == 2


def test_cosignatures_by_file(run: Run, log: Log) -> None:
    code, key, _ = run("key", "witness.example/w1", "--witness", "--output", "w.key")
    assert code == 0
    assert run("key", "witness.example/w1", "--witness", "--output", "w.key")[0] == 2  # a key is not overwritten
    key = key.strip()
    assert run("verify", "--witness", key)[0] == 1
    Path("request").write_text(run("witness", "request")[1])
    asked = ["witness", "cosign", "request", "--signing-key", "w.key", "--memory", "memory"]
    code, line, _ = run(*asked)
    assert code == 0
    Path("answer").write_text(line)
    log.append(b"x" * 32)
    assert run("witness", "add", "answer", "request", "--witness", key)[0] == 2  # that checkpoint is no longer kept
    Path("request").write_text(run("witness", "request", "--old", "3")[1])
    Path("answer").write_text(run(*asked)[1])
    assert run("witness", "add", "answer", "request", "--witness", key)[0] == 0
    assert "cosigned by witness.example/w1 at 20" in run("verify", "--witness", key)[1]
    assert run("prove", "0", "--output", "p")[0] == 0
    assert run("verify", "p", "--witness", key)[0] == 0
    Path("request").write_text(run("witness", "request", "--old", "3")[1])
    assert "last cosigned a tree of 4" in run(*asked)[2]


def test_export_writes_the_static_layout(run: Run, log: Log) -> None:
    log.extend([hashlib.sha256(b"%d" % i).digest() for i in range(3, 260)])
    assert run("export", "static")[0] == 0
    names = sorted(str(path.relative_to("static")) for path in Path("static").rglob("*") if path.is_file())
    assert names == [
        "checkpoint",
        "tile/0/000",
        "tile/0/001.p/4",
        "tile/1/000.p/1",
        "tile/entries/000",
        "tile/entries/001.p/4",
    ]
    assert Path("static/checkpoint").read_bytes() == log.checkpoint()
    assert Path("static/tile/entries/001.p/4").read_bytes()[-34:] == b"\0\x20" + log.entry(259)


@pytest.mark.parametrize("words", [["show"], ["verify"]])
def test_starting_imports_little(log: Log, words: list[str]) -> None:
    script = (
        f"import sys; from pratique.cli.main import main; main(['log', *{words}]); print(*sys.modules, file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert not NOT_AT_START & set(done.stderr.split())


def test_a_cold_start_is_cheap(log: Log, home: Path) -> None:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    rounds = 3
    for _ in range(rounds):
        done = subprocess.run([sys.executable, "-m", "pratique", "log", "show"], capture_output=True, check=False)
        assert done.returncode == 0, done.stderr
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    assert spent / rounds < 2 * CPU_SECONDS
