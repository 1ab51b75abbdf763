"""Checkpoints: the signed size and root of a log (https://c2sp.org/tlog-checkpoint)."""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass

from pratique.domain.errors import TamperedError, UsageError
from pratique.ledger import note
from pratique.ledger.note import Note, SignerKey, VerifierKey
from pratique.ledger.tree import HASH_BYTES, MAX_SIZE

_NUMBER = re.compile(r"0|[1-9][0-9]{0,18}")


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What a log says of itself. Its origin is the name of the key that signs it."""

    origin: str
    size: int
    root: bytes

    def __str__(self) -> str:
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"


@dataclass(frozen=True, slots=True)
class Signed:
    """A checkpoint whose signature was verified, and the note that holds it with all signatures."""

    checkpoint: Checkpoint
    note: Note
    witnesses: tuple[tuple[VerifierKey, int], ...] = ()  # trusted cosigners, and when in seconds since 1970


def sign(checkpoint: Checkpoint, key: SignerKey) -> Signed:
    """Sign as the log."""
    text = str(checkpoint)
    return Signed(checkpoint, Note(text, (note.sign(text, key),)))


def open_note(data: bytes | Note, log: VerifierKey, witnesses: tuple[VerifierKey, ...] = (), quorum: int = 0) -> Signed:
    """A checkpoint that is trusted: steps (1) to (4), each of which raises `TamperedError`.

    (1) parse the note; (2) the log's own key signed it, and every signature by a known key is valid; (3) at least `quorum` of
    `witnesses` cosigned; (4) parse the text, whose origin must be the log's name.
    """
    if quorum > len(witnesses):
        raise UsageError(f"a quorum of {quorum} needs that many witness keys; {len(witnesses)} are given")
    signed = data if isinstance(data, Note) else note.parse(data)  # (1)
    times = note.verified(signed, (log, *witnesses))  # (2)
    if log not in times:
        raise TamperedError(f"the checkpoint is not signed by {log.name} with the key {log.id.hex()}")
    del times[log]
    count = len({witness.public for witness in times})  # one key under two names is one witness
    if count < quorum:  # (3)
        raise TamperedError(f"the checkpoint is cosigned by {count} of the trusted witnesses; {quorum} are needed")
    checkpoint = parse(signed.text)  # (4)
    if checkpoint.origin != log.name:
        raise TamperedError(f"the checkpoint is of the log {checkpoint.origin!r}, not {log.name!r}")
    return Signed(checkpoint, signed, tuple(times.items()))


def parse(text: str) -> Checkpoint:
    """A checkpoint's text; extension lines are allowed and mean nothing. Raises `TamperedError`."""
    lines = text.split("\n")
    if len(lines) < 4 or lines.pop() or not all(lines):
        raise TamperedError("a checkpoint has three lines or more, none of them empty: origin, size and root")
    root = note.decoded(lines[2])
    if root is None or len(root) != HASH_BYTES:
        raise TamperedError("the checkpoint's root is not a SHA-256 hash in base64")
    return Checkpoint(lines[0], number(lines[1], "the checkpoint's size"), root)


def number(text: str, what: str) -> int:
    """A decimal number without leading zeros, at most 2**63 - 1. Raises `TamperedError`."""
    if not _NUMBER.fullmatch(text) or int(text) > MAX_SIZE:
        raise TamperedError(f"{what} is not a number: {text[:40]!r}")
    return int(text)
