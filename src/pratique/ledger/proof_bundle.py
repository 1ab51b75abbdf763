"""Proofs that can be checked offline (https://c2sp.org/tlog-proof): an inclusion proof and the checkpoint that it leads to.

The `extra` line holds the entry itself, a digest of 32 bytes. It is not trusted: the inclusion proof has to lead from it to the
signed root.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass

from pratique.domain.errors import TamperedError
from pratique.ledger import checkpoint as checkpoints
from pratique.ledger import note
from pratique.ledger.checkpoint import Signed
from pratique.ledger.note import MAX_NOTE_BYTES, Note, VerifierKey
from pratique.ledger.tree import HASH_BYTES, MAX_PATH, leaf_hash, verify_inclusion

_HEADER = "c2sp.org/tlog-proof@v1"


@dataclass(frozen=True, slots=True)
class ProofBundle:
    """Entry `index` is in the tree of the checkpoint `note`. Nothing is verified yet."""

    entry: bytes | None
    index: int
    path: tuple[bytes, ...]
    note: Note

    def __bytes__(self) -> bytes:
        lines = [_HEADER]
        if self.entry is not None:
            lines.append(f"extra {base64.b64encode(self.entry).decode()}")
        lines += [f"index {self.index}", *(base64.b64encode(node).decode() for node in self.path), ""]
        return ("\n".join(lines) + "\n").encode() + bytes(self.note)


@dataclass(frozen=True, slots=True)
class Proven:
    """What a verified bundle establishes: this entry has this place in this signed tree."""

    entry: bytes
    index: int
    signed: Signed


def parse(data: bytes) -> ProofBundle:
    """A bundle. Raises `TamperedError` that says what is wrong with it."""
    head, separator, signed = data[: MAX_NOTE_BYTES + 1].partition(b"\n\n")
    if len(data) > MAX_NOTE_BYTES or not separator:
        raise TamperedError("the bundle is cut short or too large: no empty line before its checkpoint")
    try:
        lines = head.decode("ascii").split("\n")
    except UnicodeDecodeError:
        raise TamperedError("the bundle's proof is not ASCII") from None
    if lines.pop(0) != _HEADER:
        raise TamperedError(f"the bundle does not start with {_HEADER}")
    entry = _entry(lines.pop(0)) if lines and lines[0].startswith("extra ") else None
    if not lines or not lines[0].startswith("index "):
        raise TamperedError("the bundle does not say which entry it proves")
    index = checkpoints.number(lines.pop(0).removeprefix("index "), "the bundle's index")
    return ProofBundle(entry, index, path_of(lines), note.parse(signed))


def verify(
    bundle: ProofBundle, log: VerifierKey, entry: bytes | None, witnesses: tuple[VerifierKey, ...] = (), quorum: int = 0
) -> Proven:
    """What the bundle proves, or `TamperedError`.

    (1) The checkpoint is signed by the log and `quorum` of `witnesses`; (2) the entry is the expected one, when one is
    expected; (3) the inclusion proof leads from the entry to the checkpoint's root.
    """
    signed = checkpoints.open_note(bundle.note, log, witnesses, quorum)  # (1)
    proven = entry if entry is not None else bundle.entry  # (2)
    if proven is None:
        raise TamperedError("the bundle does not hold its entry; say which statement or digest it should prove")
    if bundle.entry not in (None, proven):
        raise TamperedError("the bundle is about another entry than the expected one")
    checkpoint = signed.checkpoint
    verify_inclusion(bundle.index, checkpoint.size, leaf_hash(proven), checkpoint.root, bundle.path)  # (3)
    return Proven(proven, bundle.index, signed)


def path_of(lines: list[str]) -> tuple[bytes, ...]:
    """The hashes of a proof, one a line in base64. Raises `TamperedError`."""
    if len(lines) > MAX_PATH:
        raise TamperedError(f"a proof has more than {MAX_PATH} hashes")
    path = tuple(note.decoded(line) or b"" for line in lines)
    if any(len(node) != HASH_BYTES for node in path):
        raise TamperedError("a line of the proof is not a SHA-256 hash in base64")
    return path


def _entry(line: str) -> bytes:
    entry = note.decoded(line.removeprefix("extra "))
    if entry is None or len(entry) != HASH_BYTES:
        raise TamperedError("the bundle's extra data is not a digest of 32 bytes in base64")
    return entry
