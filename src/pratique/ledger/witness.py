"""Witnesses: others who cosign what a log says, so that it cannot show two faces (https://c2sp.org/tlog-witness).

A witness remembers the largest checkpoint of each log that it cosigned, and cosigns only what extends it.
"""

from __future__ import annotations

import base64
import hashlib
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from time import time

from pratique.domain.errors import TamperedError, UnavailableError, UsageError
from pratique.ledger import checkpoint as checkpoints
from pratique.ledger import note, tree
from pratique.ledger.checkpoint import Checkpoint
from pratique.ledger.files import replace_file
from pratique.ledger.note import MAX_NOTE_BYTES, Note, SignerKey, VerifierKey
from pratique.ledger.proof_bundle import path_of


class StaleError(UsageError):
    """The request starts from another size than the last one cosigned, which is `size`: ask again from there."""

    def __init__(self, size: int) -> None:
        super().__init__(f"the witness last cosigned a tree of {size} entries; ask again from there")
        self.size = size


@dataclass(frozen=True, slots=True)
class Request:
    """The body of `add-checkpoint`: a checkpoint, and the proof that it extends the tree of `old` entries."""

    old: int
    path: tuple[bytes, ...]
    note: Note

    def __bytes__(self) -> bytes:
        lines = [f"old {self.old}", *(base64.b64encode(node).decode() for node in self.path), ""]
        return ("\n".join(lines) + "\n").encode() + bytes(self.note)


def parse(data: bytes) -> Request:
    """A request. Raises `TamperedError` that says what is wrong with it."""
    head, separator, signed = data[: MAX_NOTE_BYTES + 1].partition(b"\n\n")
    if len(data) > MAX_NOTE_BYTES or not separator or not head.isascii():
        raise TamperedError("the request is cut short or too large: no empty line before its checkpoint")
    first, *lines = head.decode("ascii").split("\n")
    if not first.startswith("old "):
        raise TamperedError("the request does not start with the size that the witness knows")
    return Request(checkpoints.number(first.removeprefix("old "), "the old size"), path_of(lines), note.parse(signed))


class Witness:
    """Cosigns for the logs that it knows by key. What it last cosigned is kept in `folder`, one file a log."""

    def __init__(
        self, key: SignerKey, logs: tuple[VerifierKey, ...], folder: str, now: Callable[[], float] = time
    ) -> None:
        if key.verifier.algorithm != note.COSIGNATURE:
            raise UsageError(
                f"the key {key.verifier.name} is not for cosignatures; make one with `pratique log key --witness`"
            )
        self._key = key
        self._logs = {log.name: log for log in logs}
        self._folder = folder
        self._now = now

    def cosign(self, data: bytes) -> str:
        """A cosignature line, remembered on disk before it is given; steps of tlog-witness, "add-checkpoint".

        (1) The log is known; (2) its signature is valid; (3) the old size is at most the new; (4) it is the size last cosigned;
        (5) the proof leads from there to the new tree; (6) the new checkpoint is stored; (7) it is cosigned.
        Raises `UsageError` for (1), `StaleError` for (4) and `TamperedError` otherwise.
        """
        request = parse(data)
        origin = request.note.text.partition("\n")[0]
        if origin not in self._logs:  # (1)
            raise UsageError(f"the witness does not know the log {origin!r}")
        signed = checkpoints.open_note(request.note, self._logs[origin])  # (2)
        new = signed.checkpoint
        if request.old > new.size:  # (3)
            raise TamperedError(f"the request goes from {request.old} entries back to {new.size}")
        with self._locked():
            last = self._last(origin)
            if request.old != last.size:  # (4)
                raise StaleError(last.size)
            tree.verify_consistency(last.size, new.size, last.root, new.root, request.path)  # (5)
            replace_file(self._file(origin), bytes(signed.note))  # (6)
        return str(note.sign(signed.note.text, self._key, int(self._now())))  # (7)

    def _last(self, origin: str) -> Checkpoint:
        try:
            with open(self._file(origin), "rb") as file:
                return checkpoints.open_note(file.read(MAX_NOTE_BYTES + 1), self._logs[origin]).checkpoint
        except FileNotFoundError:
            return Checkpoint(origin, 0, tree.EMPTY_ROOT)
        except OSError as error:
            raise UnavailableError(f"{self._file(origin)}: {error.strerror}") from None
        except TamperedError as error:
            raise TamperedError(f"{self._file(origin)}: {error}") from None

    def _file(self, origin: str) -> str:
        return os.path.join(self._folder, hashlib.sha256(origin.encode()).hexdigest()[:32] + ".checkpoint")

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """Comparing with the last size and storing the new one must not overlap with another request."""
        import fcntl

        try:
            os.makedirs(self._folder, mode=0o700, exist_ok=True)
            lock = os.open(os.path.join(self._folder, "lock"), os.O_CREAT | os.O_RDWR, 0o600)
        except OSError as error:
            raise UnavailableError(f"{self._folder}: {error.strerror}") from None
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
        finally:
            os.close(lock)
