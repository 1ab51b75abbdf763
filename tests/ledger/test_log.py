"""The log on every database: what it promises, and that nobody changes it unnoticed."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from pratique.domain.errors import TamperedError, UsageError
from pratique.domain.ports import Database
from pratique.ledger import checkpoint as checkpoints
from pratique.ledger import note, proof_bundle, tree
from pratique.ledger.audit import audit
from pratique.ledger.log import Log, create
from pratique.ledger.tree import leaf_hash, verify_consistency, verify_inclusion
from pratique.store.database import open_database

SIGNER = note.signer_of("example.com/pratique", note.ED25519, b"\1" * 32)
THIEF = note.signer_of("example.com/pratique", note.ED25519, b"\2" * 32)
SIZE = 600  # two full tiles, a partial one, and a partial one above


def digest(number: int) -> bytes:
    return hashlib.sha256(b"statement %d" % number).digest()


def new_log(url: str, size: int = 0) -> Log:
    log = create(open_database(url, create=True), SIGNER)
    log.extend([digest(i) for i in range(size)])
    return log


def reopened(log: Log, url: str) -> Log:
    log.database.close()
    return Log(open_database(url), SIGNER.verifier, SIGNER)


def test_what_is_appended_is_proven_and_survives(url: str) -> None:
    log = new_log(url)
    assert checkpoints.open_note(log.checkpoint(), SIGNER.verifier).checkpoint.size == 0
    for i in range(5):
        assert log.append(digest(i)) == i
    assert log.extend([digest(i) for i in range(5, SIZE)]) == range(5, SIZE)
    log = reopened(log, url)
    for i in (0, 255, 256, 511, 512, SIZE - 1):
        proof = log.prove(i)
        assert (proof.index, proof.size, log.entry(i), log.find(digest(i))) == (i, SIZE, digest(i), [i])
        verify_inclusion(i, SIZE, leaf_hash(digest(i)), proof.root, proof.path)
        assert proof_bundle.verify(log.bundle(i), SIGNER.verifier, digest(i)).index == i
    old = checkpoints.open_note(log.checkpoint(), SIGNER.verifier).checkpoint
    log.append(digest(SIZE))
    path, signed = log.consistency(old.size)
    verify_consistency(old.size, SIZE + 1, old.root, signed.checkpoint.root, path)
    found = audit(log, [old])
    assert (found.entries, found.tiles, found.remembered) == (SIZE + 1, 4, 1)


def test_a_log_is_begun_once_and_never_by_accident(url: str) -> None:
    log = new_log(url, 3)
    with pytest.raises(UsageError, match="already holds a log"):
        create(log.database, SIGNER)
    log.database.rows("DELETE FROM log_checkpoint")
    with pytest.raises(UsageError, match="already holds a log"):
        create(log.database, SIGNER)
    with pytest.raises(UsageError, match="holds no log"):
        Log(log.database, SIGNER.verifier)


def test_only_digests_are_taken(url: str) -> None:
    log = new_log(url)
    for entry in (b"", b"x" * 31, b"x" * 33, b"the whole statement"):
        with pytest.raises(UsageError, match="digests of 32 bytes"):
            log.append(entry)
    with pytest.raises(UsageError, match="no entry 0"):
        log.prove(0)
    assert log.extend([]) == range(0)


def test_without_the_key_nothing_is_appended(url: str) -> None:
    log = new_log(url, 3)
    with pytest.raises(UsageError, match="needs its signing key"):
        Log(log.database, SIGNER.verifier).append(digest(0))
    with pytest.raises(TamperedError, match="not signed by"):
        Log(log.database, THIEF.verifier, THIEF)
    with pytest.raises(UsageError, match="the signing key is of"):
        Log(log.database, SIGNER.verifier, THIEF)


def test_writers_do_not_fork_the_log(url: str) -> None:
    """Several connections append at the same time; each entry gets a place of its own."""
    new_log(url).database.close()
    places: list[int] = []

    def append(worker: int) -> None:
        log = Log(open_database(url), SIGNER.verifier, SIGNER)
        places.extend(log.append(digest(100 * worker + i)) for i in range(10))
        log.database.close()

    threads = [threading.Thread(target=append, args=(worker,)) for worker in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(places) == list(range(40))
    assert audit(Log(open_database(url), SIGNER.verifier)).entries == 40


def test_threads_share_one_log(url: str) -> None:
    log = new_log(url)
    failures: list[Exception] = []

    def use(worker: int) -> None:
        try:
            for i in range(10):
                place = log.append(digest(100 * worker + i))
                assert log.entry(place) == digest(100 * worker + i)
        except Exception as error:  # noqa: BLE001 - a thread's failure must reach the test
            failures.append(error)

    threads = [threading.Thread(target=use, args=(worker,)) for worker in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures
    assert audit(log).entries == 40


def resign(database: Database, signer: note.SignerKey, size: int, root: bytes) -> None:
    signed = checkpoints.sign(checkpoints.Checkpoint(SIGNER.verifier.name, size, root), signer)
    database.rows("DELETE FROM log_checkpoint")
    database.rows("INSERT INTO log_checkpoint (size, note, cosigned) VALUES (?, ?, 0)", (size, bytes(signed.note)))


FLIP = "UPDATE log_tile SET hashes = ? WHERE level = ? AND number = ?"


def flip(level: int, number: int) -> Callable[[Database], None]:
    def change(database: Database) -> None:
        hashes = database.rows("SELECT hashes FROM log_tile WHERE level = ? AND number = ?", (level, number))[0][0]
        database.rows(FLIP, (bytes([hashes[0] ^ 1]) + hashes[1:], level, number))

    return change


def sql(statement: str, *values: int | bytes) -> Callable[[Database], None]:
    return lambda database: database.rows(statement, values) and None


TAMPERING: dict[str, Callable[[Database], None]] = {
    "an entry is changed": sql("UPDATE log_entry SET digest = ? WHERE position = 7", b"x" * 32),
    "an entry is removed": sql("DELETE FROM log_entry WHERE position = 300"),
    "the last entry is removed": sql("DELETE FROM log_entry WHERE position = ?", SIZE - 1),
    "an entry is slipped in": sql("INSERT INTO log_entry (position, digest) VALUES (?, ?)", SIZE, b"x" * 32),
    "two entries are exchanged": lambda database: (
        [
            database.rows("UPDATE log_entry SET digest = ? WHERE position = ?", (digest(i), j))
            for i, j in ((3, 9), (9, 3))
        ]
        and None
    ),
    "a full tile is changed": flip(0, 0),
    "the right edge is changed": flip(0, 2),
    "a tile above is changed": flip(1, 0),
    "a tile is removed": sql("DELETE FROM log_tile WHERE level = 0 AND number = 1"),
    "a tile is cut short": sql("UPDATE log_tile SET hashes = ? WHERE level = 0 AND number = 2", b"x" * 32),
    "the checkpoint is signed by another key": lambda database: resign(database, THIEF, SIZE, b"r" * 32),
    "the checkpoint is cut": sql("UPDATE log_checkpoint SET note = ?", b"example.com/pratique\n600\n"),
    "the checkpoint is of another tree": lambda database: resign(database, SIGNER, SIZE, b"r" * 32),
    "the checkpoint is older than the entries": lambda database: resign(
        database, SIGNER, 256, tree.perfect_root([leaf_hash(digest(i)) for i in range(256)])
    ),
}


@pytest.mark.parametrize("change", TAMPERING.values(), ids=TAMPERING.keys())
def test_tampering_is_noticed_and_nothing_is_signed_on_top_of_it(url: str, change: Callable[[Database], None]) -> None:
    log = new_log(url, SIZE)
    change(log.database)
    with pytest.raises(TamperedError):
        audit(reopened(log, url))


@pytest.mark.parametrize("name", ["the right edge is changed", "a tile above is changed", "a tile is cut short"])
def test_the_edge_is_checked_when_the_log_is_opened_and_before_each_append(url: str, name: str) -> None:
    log = new_log(url, SIZE)
    TAMPERING[name](log.database)
    before = log.database.rows("SELECT note FROM log_checkpoint")
    with pytest.raises(TamperedError):
        log.append(digest(SIZE))
    assert log.database.rows("SELECT note FROM log_checkpoint") == before
    with pytest.raises(TamperedError):
        reopened(log, url)


def test_no_false_proof_leaves(url: str) -> None:
    log = new_log(url, SIZE)
    flip(0, 0)(log.database)
    with pytest.raises(TamperedError):
        log.prove(1)
    log.database.rows("UPDATE log_entry SET digest = ? WHERE position = 599", (b"x" * 32,))
    with pytest.raises(TamperedError):
        log.bundle(599)


def test_a_thief_of_the_key_cannot_truncate_rewrite_or_fork(fresh: Callable[[], str]) -> None:
    """Each of these logs is whole and rightly signed: only somebody who remembers a checkpoint can tell."""
    known = new_log(fresh(), SIZE).current().checkpoint
    assert audit(new_log(fresh(), SIZE), [known]).remembered == 1
    with pytest.raises(TamperedError, match="truncated or rolled back"):
        audit(new_log(fresh(), SIZE - 1), [known])
    rewritten = new_log(fresh())
    rewritten.extend([digest(0), b"x" * 32, *(digest(i) for i in range(2, SIZE + 50))])
    with pytest.raises(TamperedError, match="rewritten or forked"):
        audit(rewritten, [known])
    forked = new_log(fresh(), SIZE - 1)
    forked.append(b"x" * 32)
    with pytest.raises(TamperedError, match="rewritten or forked"):
        audit(forked, [known])
    with pytest.raises(TamperedError, match="of the log 'example\\.com/other'"):
        audit(new_log(fresh(), SIZE), [checkpoints.Checkpoint("example.com/other", known.size, known.root)])


def test_an_open_log_notices_that_it_was_rolled_back(tmp_path: Path) -> None:
    """The file under an open log is exchanged for an older copy: rows change, and the process remembers."""
    path = str(tmp_path / "log.db")
    log = new_log(path, 3)
    older = {t: log.database.rows(f"SELECT * FROM {t}") for t in ("log_entry", "log_tile", "log_checkpoint")}
    log.append(digest(3))
    for table, rows in older.items():
        log.database.rows(f"DELETE FROM {table}")
        for row in rows:
            log.database.rows(f"INSERT INTO {table} VALUES ({', '.join('?' * len(row))})", row)
    with pytest.raises(TamperedError, match="truncated or rolled back"):
        log.append(digest(4))
    assert (
        Log(log.database, SIGNER.verifier).current().checkpoint.size == 3
    )  # a new process needs a remembered checkpoint


def test_a_log_with_a_memory_is_not_opened_on_an_older_copy(fresh: Callable[[], str]) -> None:
    known = new_log(fresh(), 5).current().checkpoint
    older = new_log(fresh(), 4).database
    with pytest.raises(TamperedError, match="truncated or rolled back"):
        Log(older, SIGNER.verifier, SIGNER, known)
    assert Log(new_log(fresh(), 6).database, SIGNER.verifier, SIGNER, known).append(digest(6)) == 6


def test_stored_hashes_cannot_hide_a_fork(url: str) -> None:
    """Who has the key writes another history, and leaves the old hashes where somebody might compare them."""
    known = new_log(url, 200).current().checkpoint
    database = open_database(url)
    honest = Log(database, SIGNER.verifier).stored_tile(0, 0) or b""
    for table in ("log_entry", "log_tile", "log_checkpoint"):
        database.rows(f"DELETE FROM {table}")
    forked = create(database, SIGNER)
    forked.extend([b"x" * 32] * 600)
    database.rows(FLIP, (honest + (forked.stored_tile(0, 0) or b"")[len(honest) :], 0, 0))
    assert tree.root(200, forked.reader(forked.current().checkpoint).node) == known.root
    with pytest.raises(TamperedError, match="rewritten or forked"):
        forked.check_descent(known, forked.current().checkpoint)


@pytest.mark.parametrize("table", ["log_entry", "log_tile", "log_checkpoint"])
def test_a_lost_table_is_named_and_nothing_else_is_lost(url: str, table: str) -> None:
    log = new_log(url, 3)
    log.database.rows(f"DROP TABLE {table}")
    with pytest.raises(TamperedError, match=rf"(?s)damaged.*{table}"):
        audit(log)


def test_cosigned_checkpoints_are_kept_and_plain_ones_replaced(url: str) -> None:
    witness = note.signer_of("witness.example/w1", note.COSIGNATURE, b"\3" * 32)
    stranger = note.signer_of("witness.example/w2", note.COSIGNATURE, b"\4" * 32)
    log = new_log(url, 3)
    text = log.current().note.text
    with pytest.raises(TamperedError, match="none of the cosignatures"):
        log.attach(3, [note.sign(text, stranger, 5)], (witness.verifier,))
    for time in (5, 6):  # the later one takes the place of the earlier
        cosigned = log.attach(3, [note.sign(text, stranger, 5), note.sign(text, witness, time)], (witness.verifier,))
        assert cosigned.witnesses == ((witness.verifier, time),)
    with pytest.raises(TamperedError, match="not valid"):
        log.attach(3, [note.sign("other", witness, 7)], (witness.verifier,))
    log.append(digest(3))
    log.append(digest(4))
    assert log.database.rows("SELECT size FROM log_checkpoint ORDER BY size") == [(3,), (5,)]
    proven = proof_bundle.verify(log.bundle(2), SIGNER.verifier, digest(2), (witness.verifier,), 1)
    assert proven.signed.checkpoint.size == 3
    assert proof_bundle.verify(log.bundle(4), SIGNER.verifier, digest(4)).signed.checkpoint.size == 5
    assert audit(log).cosigned == 1
    with pytest.raises(UsageError, match="no longer kept"):
        log.attach(4, [], (witness.verifier,))
