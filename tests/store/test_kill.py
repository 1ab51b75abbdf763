"""kill -9 at every step of append, admit and migrate, on every database: nothing acknowledged is lost, nothing is admitted
without a record."""

from __future__ import annotations

import hashlib
import itertools
import os
import random
import shutil
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pratique.domain.errors import UnavailableError
from pratique.domain.held import Reference
from pratique.domain.ports import Database
from pratique.domain.verdict import Decision
from pratique.engine.plan import Plan
from pratique.flow.acquire import acquire
from pratique.flow.admit import admit
from pratique.flow.identify import identify
from pratique.flow.inspect import inspect
from pratique.flow.judge import judge
from pratique.flow.record import record
from pratique.flow.recorded import check_record
from pratique.ledger import note
from pratique.ledger.audit import audit
from pratique.ledger.log import Log, create
from pratique.policy.parse import load
from pratique.sources.files import InPlace, LocalFiles
from pratique.store.database import open_database
from pratique.store.migrate import Migration, known, migrate
from pratique.store.records import Records
from pratique.store.shelf import FolderShelf
from tests.databases import running_server
from tests.store.mortal import Acknowledged, Death, Mortal, dies, raw

SIGNER = note.signer_of("example.com/pratique", note.ED25519, b"\1" * 32)
NOW = datetime(2026, 11, 24, tzinfo=UTC)
MOST_STEPS = 400  # of any scenario: the loops below end by themselves, when nothing dies any more
Copy = Callable[[], str]


def digest(number: int) -> bytes:
    return hashlib.sha256(b"statement %d" % number).digest()


@contextmanager
def opened(url: str) -> Iterator[Database]:
    """The database as a new process finds it, after what the dead one had sent was carried out or given up."""
    database = open_database(url)
    try:
        with database.write():
            pass
        yield database
    finally:
        database.close()


@pytest.fixture
def copy(tmp_path: Path) -> Callable[[str], str]:
    """Makes a database with the content that the given one had at first; nobody has it open."""
    numbers = itertools.count()

    def of(url: str) -> str:
        if url.startswith("postgresql:"):
            restore(url, first=next(numbers) == 0)
            return url
        return shutil.copy(url, str(tmp_path / f"copy{next(numbers)}.db"))

    return of


def restore(url: str, first: bool) -> None:
    """Copying tables within one PostgreSQL database is much faster than copying databases."""
    import psycopg

    with psycopg.connect(url) as connection:
        if first:
            connection.execute("ALTER SCHEMA pratique RENAME TO original")
        connection.execute("DROP SCHEMA IF EXISTS pratique CASCADE")
        connection.execute("CREATE SCHEMA pratique")
        for (table,) in connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'original'").fetchall():
            connection.execute(f"CREATE TABLE pratique.{table} (LIKE original.{table} INCLUDING ALL)")
            connection.execute(f"INSERT INTO pratique.{table} TABLE original.{table}")


@pytest.fixture
def logged(url: str) -> str:
    """A log whose next entry fills a tile."""
    database = open_database(url, create=True)
    create(database, SIGNER).extend([digest(i) for i in range(255)])
    database.close()
    return url


def test_append(logged: str, copy: Callable[[str], str], tmp_path: Path) -> None:
    for at in range(MOST_STEPS):
        target, told = copy(logged), Acknowledged(tmp_path / f"told{at}")

        def work(target: str = target, told: Acknowledged = told, at: int = at) -> None:
            log = Log(Mortal(open_database(target), Death(at)), SIGNER.verifier, SIGNER)
            for number in (255, 256):
                told.add(str(log.append(digest(number))))

        died = dies(work)
        acknowledged = [int(line) for line in told.lines()]
        with opened(target) as database:
            log = Log(database, SIGNER.verifier, SIGNER)
            found = audit(log)
            assert [log.entry(place) for place in acknowledged] == [digest(place) for place in acknowledged]
            assert 0 <= found.entries - 255 - len(acknowledged) <= 1  # at most the one that nobody was told of
            assert log.append(digest(999)) == found.entries
        if not died:
            break
    assert 20 < at < MOST_STEPS - 1


def test_append_killed_at_any_moment(logged: str, tmp_path: Path) -> None:
    """As above, but from outside and without warning: in the middle of system calls, too."""
    told = Acknowledged(tmp_path / "told")
    rng = random.Random(9)
    for _ in range(25):
        child = os.fork()
        if child == 0:
            log = Log(open_database(logged), SIGNER.verifier, SIGNER)
            for number in itertools.count():
                told.add(f"{log.append(digest(number))} {number}")
        told.wait_for(len(told.lines()) + 1)
        time.sleep(rng.uniform(0, 0.02))
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        with opened(logged) as database:
            audit(Log(database, SIGNER.verifier))
    with opened(logged) as database:
        log = Log(database, SIGNER.verifier)
        pairs = [tuple(map(int, line.split())) for line in told.lines()]
        assert len(pairs) >= 25
        assert all(log.stored_entry(place) == digest(number) for place, number in pairs)
        assert 0 <= audit(log).entries - 255 - len(pairs) <= 25


def test_admit(logged: str, copy: Callable[[str], str], tmp_path: Path) -> None:
    shelf = tmp_path / "shelf"
    steps = 0
    for at in range(MOST_STEPS):
        steps = at
        target, told = copy(logged), Acknowledged(tmp_path / f"told{at}")
        held = tmp_path / f"held{at}"
        held.mkdir()
        (held / "README.txt").write_text(f"A model that does nothing, number {at}.\n")
        died = dies(lambda: admitting(target, held, shelf, told, Death(at)))  # noqa: B023 - called at once
        artifact = told.lines()[0]
        with opened(target) as database:
            log, store = Log(database, SIGNER.verifier, SIGNER), Records(database)
            audit(log)
            kept = store.latest(artifact)
            if kept is not None:
                check_record(kept, log.entry(kept.entry))
            standing = (shelf / artifact).exists()
            assert standing != held.exists()  # it is in quarantine or on the shelf, whole, and not in between
            if standing:
                assert kept is not None, "admitted without a record"
                assert kept.decision is Decision.ADMIT
            if "recorded" in told.lines():
                assert kept is not None
            if "admitted" in told.lines():
                assert standing
        if not died:
            assert told.lines()[1:] == ["recorded", "admitted"]
            break
    assert 30 < steps < MOST_STEPS - 1


def admitting(url: str, held: Path, shelf: Path, told: Acknowledged, death: Death) -> None:
    """The six steps. Renaming and synchronising are steps at which the process may die, too."""
    identified = identify(acquire(Reference(str(held)), LocalFiles(), InPlace()))
    told.add(identified.artifact.id.digest)
    report = inspect(identified, Plan())
    verdict = judge(report, load("balanced"), (), NOW)
    database = Mortal(open_database(url), death)
    receipt = record(
        identified, report, verdict, DigestSigner(), Log(database, SIGNER.verifier, SIGNER), Records(database)
    )
    told.add("recorded")
    os.rename = death.around(os.rename)
    os.fsync = death.around(os.fsync)
    admit(receipt, FolderShelf(str(shelf)))
    told.add("admitted")


class DigestSigner:
    def sign(self, payload: bytes) -> bytes:
        return hashlib.sha256(payload).digest()


LATER = Migration(
    len(known()) + 1,
    "test",
    "CREATE TABLE log_entry_new (position BIGINT PRIMARY KEY, digest BYTEA NOT NULL);\n"
    "INSERT INTO log_entry_new SELECT position, digest FROM log_entry;\n"
    "DROP TABLE log_entry;\n"
    "ALTER TABLE log_entry_new RENAME TO log_entry;\n",
)


@pytest.mark.parametrize("start", [0, 1], ids=["from nothing", "with a log in it"])
def test_migrate(url: str, copy: Callable[[str], str], start: int) -> None:
    everything = (*known(), LATER)
    database = raw(url, create=True)
    if start:
        migrate(database, everything[:start])
        create(database, SIGNER).extend([digest(i) for i in range(300)])
    database.close()
    for at in range(MOST_STEPS):
        target = copy(url)
        died = dies(lambda: migrate(Mortal(raw(target), Death(at)), everything) and None)  # noqa: B023 - called at once
        database = raw(target)
        migrate(database, everything)
        numbers = [number for (number,) in database.rows("SELECT number FROM migration ORDER BY number")]
        assert numbers == [step.number for step in everything]
        if start:
            assert audit(Log(database, SIGNER.verifier)).entries == 300
        else:
            assert create(database, SIGNER).append(digest(0)) == 0
        database.close()
        if not died:
            break
    assert 10 < at < MOST_STEPS - 1


def test_a_crash_of_the_server_loses_nothing(tmp_path: Path) -> None:
    """PostgreSQL itself is stopped without a checkpoint, while a process appends."""
    told = Acknowledged(tmp_path / "told")
    with running_server() as server:
        url = server.new_database()
        database = open_database(url, create=True)
        create(database, SIGNER)
        child = os.fork()
        if child == 0:
            try:
                log = Log(open_database(url), SIGNER.verifier, SIGNER)
                for number in itertools.count():
                    told.add(f"{log.append(digest(number))}")
            finally:
                os._exit(1)  # by UnavailableError, when the server goes away
        told.wait_for(3)
        server.stop("immediate")
        os.waitpid(child, 0)
        server.start()
        acknowledged = len(told.lines())
        assert acknowledged >= 3
        with pytest.raises(UnavailableError, match="nothing was acknowledged"):
            database.rows("SELECT 1")  # on the connection from before the crash; the next use connects again
        found = audit(Log(database, SIGNER.verifier))
        assert 0 <= found.entries - acknowledged <= 1
        database.close()
