"""Witnesses: what they cosign, what they refuse, and that they do not forget."""

from __future__ import annotations

import contextlib
import os
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from pratique.domain.errors import PratiqueError, TamperedError, UnavailableError, UsageError
from pratique.ledger import note
from pratique.ledger.log import Log, create
from pratique.ledger.witness import Request, StaleError, Witness, parse
from pratique.sources.http import post
from pratique.store.database import open_database
from tests.ledger.test_log import SIGNER, digest
from tests.store.mortal import Acknowledged, Death, dies

KEY = note.signer_of("witness.example/w1", note.COSIGNATURE, b"\5" * 32)
TIME = 1_795_000_000


@pytest.fixture
def log(tmp_path: Path) -> Log:
    log = create(open_database(str(tmp_path / "log.db"), create=True), SIGNER)
    log.extend([digest(i) for i in range(10)])
    return log


@pytest.fixture
def witness(tmp_path: Path) -> Witness:
    return Witness(KEY, (SIGNER.verifier,), str(tmp_path / "memory"), now=lambda: TIME)


def request(log: Log, old: int) -> bytes:
    path, signed = log.consistency(old)
    return bytes(Request(old, path, signed.note))


def test_a_witness_follows_a_log(log: Log, witness: Witness) -> None:
    for old, new in ((0, 10), (10, 15), (15, 15), (15, 300)):
        log.extend([digest(i) for i in range(log.current().checkpoint.size, new)])
        data = request(log, old)
        assert bytes(parse(data)) == data
        lines = witness.cosign(data)
        cosigned = log.attach(new, note.parse_signatures(lines), (KEY.verifier,))
        assert cosigned.witnesses == ((KEY.verifier, TIME),)


def test_a_witness_asks_to_start_from_what_it_knows(log: Log, witness: Witness) -> None:
    witness.cosign(request(log, 0))
    log.append(digest(10))
    for old in (0, 5, 11):
        with pytest.raises(StaleError) as caught:
            witness.cosign(request(log, old))
        assert caught.value.size == 10
    assert witness.cosign(request(log, 10))


def test_a_witness_refuses_a_fork_a_rewriting_and_a_truncation(log: Log, witness: Witness, tmp_path: Path) -> None:
    witness.cosign(request(log, 0))
    other = create(open_database(str(tmp_path / "other.db"), create=True), SIGNER)
    other.extend([digest(i) for i in range(9)])
    with pytest.raises(TamperedError, match="back to 9"):
        witness.cosign(bytes(Request(10, (), other.current().note)))
    other.append(b"x" * 32)
    with pytest.raises(TamperedError, match="rewritten or forked"):
        witness.cosign(request(other, 10))
    other.append(b"y" * 32)
    with pytest.raises(TamperedError, match="rewritten or forked"):
        witness.cosign(request(other, 10))
    log.append(digest(10))
    assert witness.cosign(request(log, 10))  # the refusals changed nothing


def test_a_witness_knows_its_logs(log: Log, tmp_path: Path) -> None:
    stranger = note.signer_of("example.com/other", note.ED25519, b"\1" * 32)
    impostor = note.signer_of(SIGNER.verifier.name, note.ED25519, b"\6" * 32)
    with pytest.raises(UsageError, match="does not know the log"):
        Witness(KEY, (stranger.verifier,), str(tmp_path / "m")).cosign(request(log, 0))
    with pytest.raises(TamperedError, match="not signed by"):
        Witness(KEY, (impostor.verifier,), str(tmp_path / "m")).cosign(request(log, 0))
    with pytest.raises(UsageError, match="not for cosignatures"):
        Witness(SIGNER, (SIGNER.verifier,), str(tmp_path / "m"))


def test_a_damaged_memory_is_not_taken_for_an_empty_one(log: Log, witness: Witness, tmp_path: Path) -> None:
    witness.cosign(request(log, 0))
    (kept,) = (tmp_path / "memory").glob("*.checkpoint")
    for content in (b"", b"x", kept.read_bytes()[:-9], kept.read_bytes().replace(b"\n10\n", b"\n9\n")):
        kept.write_bytes(content)
        with pytest.raises(TamperedError, match="checkpoint:"):
            witness.cosign(request(log, 0))


def test_two_requests_at_once_do_not_roll_the_memory_back(log: Log, witness: Witness) -> None:
    witness.cosign(request(log, 0))
    requests = []
    for size in (11, 12, 13):
        log.append(digest(size - 1))
        requests.append(request(log, 10))
    given: list[str] = []

    def ask(data: bytes) -> None:
        with contextlib.suppress(StaleError):
            given.append(witness.cosign(data))

    threads = [threading.Thread(target=ask, args=(data,)) for data in requests]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(given) == 1


def test_a_witness_that_is_killed_does_not_forget_what_it_cosigned(log: Log, witness: Witness, tmp_path: Path) -> None:
    told = Acknowledged(tmp_path / "told")

    def work(death: Death, data: bytes) -> None:
        os.replace = death.around(os.replace)
        os.fsync = death.around(os.fsync)
        told.add(witness.cosign(data).strip())

    known = 0
    for at in range(20):
        data = request(log, known)
        died = dies(lambda: work(Death(at), data))  # noqa: B023 - called at once
        assert len(told.lines()) == (not died)
        remembered = 10 + at
        try:
            witness.cosign(data)
        except StaleError as error:
            remembered = error.size  # whether or not anybody was told
        assert remembered == 10 + at
        known = remembered
        if not died:
            break
        log.append(digest(10 + at))
    assert 4 < at < 19


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"old 0\n",
        b"old 00\n\nx\n",
        b"new 0\n\n\n\n",
        b"old 0\nAAAA\n\nx\n\n\n",
        b"old \xff\n\n",
        b"old 0\n" + b"A" * 44 * 70,
    ],
)
def test_malformed_requests_are_refused(witness: Witness, data: bytes) -> None:
    with pytest.raises(PratiqueError):
        witness.cosign(data)


class Front(BaseHTTPRequestHandler):
    """The HTTP side of a witness, as c2sp.org/tlog-witness has it."""

    witness: Witness
    answers: list[int]

    def do_POST(self) -> None:
        assert self.path == "/add-checkpoint"
        body = self.rfile.read(int(self.headers["Content-Length"]))
        try:
            status, text = 200, self.witness.cosign(body)
        except StaleError as error:
            status, text = 409, f"{error.size}\n"
        except TamperedError as error:
            status, text = 422, str(error)
        self.answers.append(status)
        self.send_response(status)
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, *words: object) -> None:
        pass


def test_submitting_over_http(
    log: Log, witness: Witness, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys
) -> None:  # type: ignore[no-untyped-def]
    from pratique.cli.main import main

    monkeypatch.setenv("PRATIQUE_HOME", str(tmp_path))
    Front.witness, Front.answers = witness, []
    server = HTTPServer(("127.0.0.1", 0), Front)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        words = ["log", "witness", "submit", f"http://127.0.0.1:{server.server_port}", "--witness", str(KEY.verifier)]
        words += ["--store", str(tmp_path / "log.db"), "--key", str(SIGNER.verifier)]
        witness.cosign(request(log, 0))  # the witness is ahead of what the log has kept
        log.append(digest(10))
        assert main(words) == 0
        assert Front.answers == [409, 200]
        assert "11 entries is cosigned by witness.example/w1" in capsys.readouterr().out
        log.append(digest(11))
        assert main(words) == 0
        assert Front.answers == [409, 200, 200]
        other = create(open_database(str(tmp_path / "other.db"), create=True), SIGNER)
        other.extend([b"x" * 32] * 20)
        words[words.index("--store") + 1] = str(tmp_path / "other.db")
        assert main(words) == 3  # the witness refuses, with its reason
        assert "rewritten or forked" in capsys.readouterr().err
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
    assert main(words) == 3  # nobody there
    with pytest.raises(UnavailableError):
        post(f"http://127.0.0.1:{server.server_port}", b"", 10)
