"""Signed notes, keys, checkpoints and offline proofs: vectors, and hostile bytes."""

from __future__ import annotations

import random

import pytest

from pratique.domain.errors import PratiqueError, TamperedError, UsageError
from pratique.ledger import checkpoint as checkpoints
from pratique.ledger import note, proof_bundle, tree
from pratique.ledger.checkpoint import Checkpoint
from pratique.ledger.tiles import Edge, TileReader
from tests.ledger.test_tree import flipped

# The examples of golang.org/x/mod/sumdb/note, example_test.go.
VERIFIER = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
SIGNER = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
TEXT = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
LINE = "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
MUTATIONS = 10_000

LOG = note.signer_of("example.com/pratique", note.ED25519, b"\1" * 32)
WITNESS = note.signer_of("witness.example/w1", note.COSIGNATURE, b"\2" * 32)


def signed(size: int = 1, root: bytes = tree.leaf_hash(b"d" * 32)) -> checkpoints.Signed:
    own = checkpoints.sign(Checkpoint(LOG.verifier.name, size, root), LOG)
    cosignature = note.sign(own.note.text, WITNESS, 1_679_315_147)
    return checkpoints.Signed(own.checkpoint, note.Note(own.note.text, (*own.note.signatures, cosignature)))


def bundle() -> proof_bundle.ProofBundle:
    edge = Edge(TileReader(0, lambda level, number: None))
    entries = [bytes([i]) * 32 for i in range(21)]
    for entry in entries:
        edge.add(entry)
    node = edge.reader().node
    path = tree.inclusion_path(13, 21, node)
    return proof_bundle.ProofBundle(entries[13], 13, path, signed(21, tree.root(21, node)).note)


def test_the_vector_of_the_go_package() -> None:
    key, signer = note.parse_verifier(VERIFIER), note.parse_signer(SIGNER)
    assert (str(key), signer.text(), signer.verifier) == (VERIFIER, SIGNER, key)
    made = note.Note(TEXT, (note.sign(TEXT, signer),))
    assert bytes(made).decode() == f"{TEXT}\n{LINE}"
    assert note.verified(note.parse(bytes(made)), (key,)) == {key: 0}


def test_a_signing_key_is_not_shown_by_accident() -> None:
    assert SIGNER.rpartition("+")[2] not in repr(note.parse_signer(SIGNER))
    with pytest.raises(UsageError) as caught:
        note.parse_signer(SIGNER[:-4] + "HKDA")
    assert SIGNER.rpartition("+")[2][:8] not in str(caught.value)


def test_a_cosignature_is_over_header_time_and_text() -> None:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    text = signed().note.text
    message = f"cosignature/v1\ntime 1679315147\n{text}".encode()
    expected = (1_679_315_147).to_bytes(8, "big") + Ed25519PrivateKey.from_private_bytes(b"\2" * 32).sign(message)
    assert note.sign(text, WITNESS, 1_679_315_147).value == expected


@pytest.mark.parametrize(
    "text",
    ["", "name", VERIFIER[:-1], VERIFIER.replace("c7", "c8"), "a b+c74f20a3+" + VERIFIER[22:], "x+00000000+AA==",
     "\n" * 9, VERIFIER.replace("+AR", "+BR"), "é\0+c74f20a3+AR", "+" * 50],
)  # fmt: skip
def test_damaged_keys_are_usage_errors(text: str) -> None:
    with pytest.raises(UsageError):
        note.parse_verifier(text)
    with pytest.raises(UsageError):
        note.parse_signer("PRIVATE+KEY+" + text)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda d: d[:-1], "cut short"),
        (lambda d: d[:40], "cut short"),
        (lambda d: b"\xff" + d, "not UTF-8 at byte 0"),
        (lambda d: d.replace(b"\n1\n", b"\n1\r\n"), "control characters"),
        (lambda d: d + b"x" * (1 << 20), "larger than"),
        (lambda d: d + "— x AA==\n".encode(), "not a signature line"),
        (lambda d: d.replace(b"\n1\n", b"\n01\n"), "not valid"),
        (lambda d: d + "— other.example AAAAAAAA\n".encode() * 70, "1 to 64 signature lines"),
        (lambda d: d + d.splitlines(keepends=True)[-1], "2 signatures by witness.example/w1"),
        (lambda d: b"".join(d.splitlines(keepends=True)[:4] + d.splitlines(keepends=True)[5:]), "not signed by"),
        (lambda d: b"".join(d.splitlines(keepends=True)[:5]), "cosigned by 0"),
    ],
)
def test_what_is_wrong_with_a_checkpoint_is_said(change, message: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(TamperedError, match=message):
        checkpoints.open_note(change(bytes(signed().note)), LOG.verifier, (WITNESS.verifier,), 1)


@pytest.mark.parametrize(
    "text", ["", "a\n", "a\n1\n", "a\n1\nAA==\n", "a\n-1\nROOT\n", "a\n١\nROOT\n", f"a\n{1 << 63}\nROOT\n", "a\n1\nROOT\n\n",
             "a\n1\nROOT", "\n1\nROOT\n"],
)  # fmt: skip
def test_a_signed_text_that_is_no_checkpoint_is_refused(text: str) -> None:
    text = text.replace("ROOT", str(signed().checkpoint).splitlines()[2])
    with pytest.raises(TamperedError):
        checkpoints.parse(text)


def test_a_checkpoint_of_another_log_is_refused() -> None:
    other = checkpoints.sign(Checkpoint("example.com/other", 0, tree.EMPTY_ROOT), LOG)
    with pytest.raises(TamperedError, match="of the log 'example\\.com/other'"):
        checkpoints.open_note(other.note, LOG.verifier)


def test_unknown_signatures_and_extensions_are_passed_over() -> None:
    own = signed()
    text = own.note.text + "extension\n"
    unknown = note.Signature("somebody", b"abcd", b"x")
    extended = note.Note(text, (unknown, note.sign(text, LOG)))
    assert checkpoints.open_note(bytes(extended), LOG.verifier).checkpoint == own.checkpoint


def test_a_bundle_survives_its_text_form_and_proves() -> None:
    made = bundle()
    parsed = proof_bundle.parse(bytes(made))
    assert parsed == made
    proven = proof_bundle.verify(parsed, LOG.verifier, None, (WITNESS.verifier,), 1)
    assert (proven.entry, proven.index, proven.signed.checkpoint.size) == (b"\r" * 32, 13, 21)
    assert proven.signed.witnesses == ((WITNESS.verifier, 1_679_315_147),)
    with pytest.raises(TamperedError, match="another entry"):
        proof_bundle.verify(parsed, LOG.verifier, b"x" * 32)
    with pytest.raises(UsageError, match="quorum"):
        proof_bundle.verify(parsed, LOG.verifier, None, (), 1)


def test_ten_thousand_mutated_bundles_are_refused() -> None:
    rng = random.Random(7)
    original = bytes(bundle())
    refused = 0
    while refused < MUTATIONS:
        changed = mutated(rng, original)
        if changed == original:
            continue
        with pytest.raises(TamperedError):
            proof_bundle.verify(proof_bundle.parse(changed), LOG.verifier, None, (WITNESS.verifier,), 1)
        refused += 1


def mutated(rng: random.Random, data: bytes) -> bytes:
    """One change of bits, bytes or lines."""
    lines = data.split(b"\n")
    i, j = rng.randrange(len(lines)), rng.randrange(len(lines))
    at, to = sorted((rng.randrange(len(data)), rng.randrange(len(data))))
    kind = rng.randrange(8)
    if kind == 0:
        return flipped(rng, data)
    if kind == 1:
        return data[:at]
    if kind == 2:
        return data[:at] + data[to:]
    if kind == 3:
        return data[:at] + rng.randbytes(rng.randint(1, 4)) + data[at:]
    if kind == 4:
        lines[i], lines[j] = lines[j], lines[i]
        # The order of signatures means nothing, so exchanging them changes nothing.
        return data if {i, j} <= {len(lines) - 3, len(lines) - 2} else b"\n".join(lines)
    if kind == 5:
        return b"\n".join([*lines[:i], *lines[i + 1 :]]) if lines[i] else data[:at]
    if kind == 6:
        return b"\n".join([*lines[: i + 1], *lines[i:]])
    return data.replace(b"index 13", b"index %d" % rng.choice([0, 12, 14, 20, 21, 1 << 63]))


def test_random_bytes_never_raise_anything_else() -> None:
    rng = random.Random(8)
    for _ in range(2000):
        data = b"c2sp.org/tlog-proof@v1\n" * rng.randrange(2) + rng.randbytes(rng.randrange(200))
        with pytest.raises(PratiqueError):
            proof_bundle.parse(data)
        with pytest.raises(PratiqueError):
            note.parse(data)
