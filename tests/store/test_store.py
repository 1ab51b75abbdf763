"""Records, migrations and bad stores, on every database."""

from __future__ import annotations

import contextlib
import os
import sqlite3
import threading
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pratique.domain.errors import PratiqueError, TamperedError, UnavailableError, UsageError
from pratique.domain.record import Record
from pratique.domain.verdict import Decision
from pratique.flow.recorded import storable
from pratique.ledger import note
from pratique.ledger.log import Log, create
from pratique.store import sqlite
from pratique.store.database import BACKENDS, open_database
from pratique.store.migrate import Migration, known, migrate
from pratique.store.records import PAGE, Records
from pratique.store.shelf import FolderShelf
from tests.databases import KINDS, Server, running_server
from tests.store.mortal import raw

AT = datetime(2026, 11, 24, 1, 2, 3, tzinfo=UTC)
RECORD = Record(
    "a" * 64, 0, Decision.ADMIT, "hf://org/model@main", "balanced", "d" * 64, b'{"x": "\xc3\xa9\x00"}', b"\x00\xff"
)


def records(url: str) -> Records:
    return Records(open_database(url, create=not os.path.exists(url)), now=lambda: AT)


def test_what_is_saved_comes_back_with_its_time(url: str) -> None:
    store = records(url)
    assert store.latest(RECORD.artifact) is None
    store.save(RECORD)
    expected = replace(RECORD, recorded_at="2026-11-24T01:02:03+00:00")
    assert store.latest(RECORD.artifact) == expected
    assert list(records(url).records()) == [expected]


def test_names_that_databases_refuse_are_written_visibly(url: str) -> None:
    store = records(url)
    store.save(replace(RECORD, reference=storable("models/\udcff\0\N{PILE OF POO}")))
    kept = store.latest(RECORD.artifact)
    assert kept is not None
    assert kept.reference == "models/\\udcff\\0\N{PILE OF POO}"


def test_saving_again_changes_nothing_and_another_is_refused(url: str) -> None:
    store = records(url)
    store.save(RECORD)
    Records(open_database(url)).save(RECORD)  # at another time
    assert store.latest(RECORD.artifact) == replace(RECORD, recorded_at="2026-11-24T01:02:03+00:00")
    with pytest.raises(UsageError, match="entry 0 already has another record"):
        store.save(replace(RECORD, decision=Decision.REFUSE))
    assert [kept.decision for kept in store.records()] == [Decision.ADMIT]


def test_the_latest_verdict_counts_and_history_stays(url: str) -> None:
    store = records(url)
    for entry in range(2 * PAGE + 3):
        store.save(replace(RECORD, entry=entry, artifact=f"{entry % 3}" * 64, decision=list(Decision)[entry % 2]))
    latest = store.latest("1" * 64)
    assert latest is not None
    assert latest.entry == 2 * PAGE + 2
    assert [kept.entry for kept in store.records()] == list(range(2 * PAGE + 3))
    assert [kept.entry for kept in store.records(after=PAGE)] == list(range(PAGE + 1, 2 * PAGE + 3))


def test_a_record_with_an_unknown_decision_is_damage(url: str) -> None:
    store = records(url)
    store.save(RECORD)
    open_database(url).rows("UPDATE record SET decision = 'PERHAPS'")
    with pytest.raises(TamperedError, match="entry 0 has decision 'PERHAPS'"):
        store.latest(RECORD.artifact)


def test_a_failed_write_leaves_nothing(url: str) -> None:
    database = open_database(url, create=True)

    def add(*digests: bytes) -> None:
        with database.write():
            for position, digest in enumerate(digests):
                database.rows("INSERT INTO log_entry (position, digest) VALUES (?, ?)", (position, digest))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        add(b"x" * 32)
    with pytest.raises(TamperedError):
        add(b"x" * 32, b"too short")
    assert database.rows("SELECT count(*) FROM log_entry") == [(0,)]
    with database.write():  # and the next write is possible
        database.rows("INSERT INTO log_entry (position, digest) VALUES (?, ?)", (0, b"x" * 32))
    assert open_database(url).rows("SELECT digest FROM log_entry") == [(b"x" * 32,)]


def test_writers_wait_for_each_other(url: str) -> None:
    open_database(url, create=True).close()
    seen: list[int] = []

    def count() -> None:
        database = open_database(url)
        for _ in range(5):
            with database.write():
                ((number,),) = database.rows("SELECT count(*) FROM log_entry")
                database.rows("INSERT INTO log_entry (position, digest) VALUES (?, ?)", (number, b"x" * 32))
                seen.append(number)
        database.close()

    threads = [threading.Thread(target=count) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(seen) == list(range(20))


def test_migrations_are_numbered_without_a_gap() -> None:
    assert [step.number for step in known()] == list(range(1, len(known()) + 1))
    assert all(step.statements and step.name for step in known())


def test_an_older_store_is_migrated_with_what_is_in_it(url: str) -> None:
    database = raw(url, create=True)
    assert migrate(database, known()[:1]) == 1
    signer = note.generate("example.com/pratique")
    create(database, signer).append(b"x" * 32)
    database.close()
    database = open_database(url)
    assert Log(database, signer.verifier).entry(0) == b"x" * 32
    assert migrate(database, known()) == 0


def test_two_processes_may_migrate_at_once(url: str) -> None:
    raw(url, create=True).close()
    failures: list[PratiqueError] = []

    def work() -> None:
        try:
            open_database(url, create=True).close()
        except PratiqueError as error:
            failures.append(error)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures
    assert len(raw(url).rows("SELECT number FROM migration")) == len(known())


def test_a_store_of_a_newer_release_is_left_alone(url: str) -> None:
    database = open_database(url, create=True)
    migrate(database, (*known(), Migration(len(known()) + 1, "later", "CREATE TABLE later (x BIGINT);\n")))
    with pytest.raises(UsageError, match="newer Pratique"):
        open_database(url)


def test_a_foreign_migration_is_noticed(url: str) -> None:
    open_database(url, create=True).rows("UPDATE migration SET digest = 'x' WHERE number = 2")
    with pytest.raises(TamperedError, match="migration 2 is not the one"):
        open_database(url)


def test_every_kind_of_store_runs_this_suite() -> None:
    assert set(KINDS) == {module.rpartition(".")[2] for module in BACKENDS.values()}


@pytest.mark.parametrize("form", ["{}", "sqlite:{}", "sqlite://{}"])
def test_the_forms_of_a_sqlite_url(tmp_path: Path, form: str) -> None:
    path = tmp_path / "sub" / "with space?#%41.db"
    assert open_database(form.format(path), create=True).place == str(path)
    assert path.exists()


def test_a_store_is_made_only_on_request(url: str) -> None:
    with pytest.raises(UsageError, match="no store"):
        open_database(url)
    assert not os.path.exists(url)


@pytest.mark.parametrize("url", ["mysql://host/db", "http://x"])
def test_other_kinds_of_stores_are_usage_errors(url: str) -> None:
    with pytest.raises(UsageError, match="no such kind of store"):
        open_database(url)


def test_an_unreachable_server_is_unavailable_and_its_password_stays_secret(tmp_path: Path) -> None:
    pytest.importorskip("psycopg", reason="psycopg (extra `postgresql`) is not installed")
    with pytest.raises(UnavailableError) as caught:
        open_database(f"postgresql://u:secret@/db?host={tmp_path}&password=secret")
    assert "secret" not in str(caught.value)
    with pytest.raises(UsageError) as misspelt:
        open_database("postgresql://u:secret@/db?pasword=secret")
    assert "secret" not in str(misspelt.value)


def test_a_server_that_refuses_writes_is_unavailable(server: Server) -> None:
    database = open_database(server.new_database(), create=True)
    database.rows("SET default_transaction_read_only TO on")
    with pytest.raises(UnavailableError, match="read-only"):
        Records(database).save(RECORD)
    database.rows("SET default_transaction_read_only TO off")
    database.rows("CREATE ROLE reader")
    database.rows("GRANT USAGE ON SCHEMA pratique TO reader")
    database.rows("SET ROLE reader")
    with pytest.raises(UnavailableError, match="permission denied"):
        Records(database).latest(RECORD.artifact)


def test_a_role_that_may_forget_is_overruled(server: Server) -> None:
    url = server.new_database()
    relaxed = raw(url)
    relaxed.rows("ALTER ROLE pratique SET synchronous_commit TO off")
    try:
        assert raw(url).rows("SHOW synchronous_commit") == [("on",)]
    finally:
        relaxed.rows("ALTER ROLE pratique RESET synchronous_commit")


def test_a_server_that_may_forget_is_refused() -> None:
    with running_server() as server:
        url = server.new_database()
        server.stop()
        server.start("-c fsync=off")
        with pytest.raises(UnavailableError, match="fsync off"):
            open_database(url, create=True)


def test_sqlite_synchronises_every_commit(tmp_path: Path) -> None:
    database = open_database(str(tmp_path / "a.db"), create=True)
    assert database.rows("PRAGMA journal_mode") == [("wal",)]
    assert database.rows("PRAGMA synchronous") == [(2,)]  # FULL
    assert (tmp_path / "a.db").stat().st_mode & 0o077 == 0


def test_a_locked_store_is_unavailable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = str(tmp_path / "a.db")
    database = open_database(path, create=True)
    monkeypatch.setattr(sqlite, "WAIT_SECONDS", 0.05)
    with database.write(), pytest.raises(UnavailableError, match="locked"):
        Records(open_database(path)).save(RECORD)


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: b"",
        lambda data: b"this is not a database\n" * 300,
        lambda data: data[:4096] + b"\xff" * 4096 + data[8192:],
        lambda data: data[:5000],
        lambda data: b"\0" * len(data),
        lambda data: data[:100] + b"\xff" * 3996 + data[4096:],
    ],
)
def test_a_damaged_file_is_an_error_that_says_so(tmp_path: Path, damage) -> None:  # type: ignore[no-untyped-def]
    path = tmp_path / "a.db"
    database = open_database(str(path), create=True)
    signer = note.generate("example.com/pratique")
    create(database, signer).extend([bytes([i]) * 32 for i in range(200)])
    Records(database).save(RECORD)
    database.close()
    broken = damage(path.read_bytes())
    path.write_bytes(broken)
    with pytest.raises((TamperedError, UsageError), match=r"a\.db"):
        read_all(str(path), signer.verifier)
    assert path.read_bytes()[: len(broken)] == broken[: len(path.read_bytes())]  # nothing was overwritten


def read_all(path: str, key: note.VerifierKey) -> None:
    database = open_database(path)
    Log(database, key)
    list(Records(database).records())
    ((result,),) = database.rows("PRAGMA integrity_check(1)")
    if result != "ok":
        raise TamperedError(f"{path}: the damage is where nothing was read: {result}")


def test_a_full_disk_is_unavailable_and_acknowledges_nothing(tmp_path: Path) -> None:
    database = open_database(str(tmp_path / "a.db"), create=True)
    store = Records(database)
    store.save(RECORD)
    ((pages,),) = database.rows("PRAGMA page_count")
    database.rows(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(UnavailableError, match="full"):
        store.save(replace(RECORD, entry=1, statement=b"x" * 100_000))
    assert [kept.entry for kept in store.records()] == [0]


def test_a_folder_that_cannot_be_written_is_unavailable(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(UnavailableError):
        open_database(str(tmp_path / "file" / "a.db"), create=True)


def test_a_doctored_schema_runs_nothing(tmp_path: Path) -> None:
    """A trigger that hides an entry again is caught by the check of the tiles, not trusted."""
    path = str(tmp_path / "a.db")
    signer = note.generate("example.com/pratique")
    log = create(open_database(path, create=True), signer)
    with contextlib.closing(sqlite3.connect(path)) as doctor:
        doctor.execute("CREATE TRIGGER t AFTER INSERT ON log_tile BEGIN UPDATE log_tile SET hashes = zeroblob(32); END")
    log.append(b"x" * 32)
    with pytest.raises(TamperedError, match="do not lead to the root"):
        Log(open_database(path), signer.verifier)


def test_the_shelf_takes_an_artifact_once(tmp_path: Path) -> None:
    shelf = FolderShelf(str(tmp_path / "shelf"))
    held = tmp_path / "held"
    held.mkdir()
    (held / "a").write_text("a")
    (held / "link").symlink_to("/etc/passwd")
    path = shelf.put(str(held), "a" * 64)
    assert sorted(os.listdir(path)) == ["a", "link"]
    assert not held.exists()
    file = tmp_path / "file"
    file.write_text("b")
    assert shelf.put(str(file), "a" * 64) == path  # it stands there already
    assert file.exists()
    assert Path(shelf.put(str(file), "b" * 64)).read_text() == "b"
    with pytest.raises(UnavailableError):
        shelf.put(str(tmp_path / "gone"), "c" * 64)
    for name in ("../x", "", "A" * 64, "a" * 63):
        with pytest.raises(UsageError):
            shelf.put(str(held), name)
