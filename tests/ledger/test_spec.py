"""The test vectors of docs/spec/ledger.md and docs/spec/store.md are what the code makes."""

from __future__ import annotations

from pathlib import Path

from pratique.ledger import note, proof_bundle
from pratique.ledger.log import create
from pratique.ledger.witness import Request
from pratique.store.database import open_database
from pratique.store.migrate import known
from tests.ledger.test_log import digest

SPEC = Path(__file__).parent.parent.parent / "docs/spec"


def blocks(page: str) -> list[str]:
    """The fenced blocks of a page."""
    return [block.removeprefix("\n") for block in (SPEC / page).read_text().split("```")[1::2]]


def test_the_vectors_of_the_ledger(tmp_path: Path) -> None:
    log_key = note.signer_of("example.com/pratique", note.ED25519, b"\1" * 32)
    witness = note.signer_of("witness.example/w1", note.COSIGNATURE, b"\2" * 32)
    log = create(open_database(str(tmp_path / "log.db"), create=True), log_key)
    log.extend([digest(i) for i in range(3)])
    path, signed = log.consistency(2)
    request = Request(2, path, signed.note)
    log.attach(3, [note.sign(signed.note.text, witness, 1_795_000_000)], (witness.verifier,))
    keys = f"{log_key.verifier}\n{witness.verifier}\n"
    assert blocks("ledger.md") == [keys, bytes(request).decode(), bytes(log.bundle(1)).decode()]
    bundle = proof_bundle.parse(blocks("ledger.md")[2].encode())
    assert proof_bundle.verify(bundle, log_key.verifier, digest(1), (witness.verifier,), 1).index == 1


def test_published_migrations_are_not_edited() -> None:
    assert blocks("store.md") == ["".join(f"{step.number} {step.name} {step.digest}\n" for step in known())]
