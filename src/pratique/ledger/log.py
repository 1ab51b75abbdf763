"""The log: digests appended one transaction at a time, each ending with a checkpoint that is signed in the same transaction.

Whatever is read is held against the signed checkpoint before it is used: nothing is signed on top of a tree that does not
reproduce its last checkpoint, and no proof leaves that was not verified.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from pratique.domain.errors import TamperedError, UsageError
from pratique.domain.held import InclusionProof
from pratique.ledger import checkpoint as checkpoints
from pratique.ledger import note, tree
from pratique.ledger.checkpoint import Checkpoint, Signed
from pratique.ledger.proof_bundle import ProofBundle
from pratique.ledger.tiles import Edge, TileReader

if TYPE_CHECKING:
    from pratique.domain.ports import Database
    from pratique.ledger.note import Signature, SignerKey, VerifierKey

_PUT_TILE = (
    "INSERT INTO log_tile (level, number, hashes) VALUES (?, ?, ?) "
    "ON CONFLICT (level, number) DO UPDATE SET hashes = excluded.hashes"
)


class Log:
    """A `domain.ports.Ledger` in a database. Without a signer it can be read and verified, not appended to."""

    def __init__(
        self,
        database: Database,
        key: VerifierKey,
        signer: SignerKey | None = None,
        remembered: Checkpoint | None = None,
    ) -> None:
        """Raises `TamperedError` unless the last checkpoint is signed by `key`, the right edge of the tree leads to its root, and
        it extends the `remembered` one: without that, an older copy of the log looks whole."""
        if signer is not None and signer.verifier != key:
            raise UsageError(f"the signing key is of {signer.verifier.name}, not of the log {key.name}")
        self.database = database
        self.key = key
        self._signer = signer
        self._seen = remembered
        self.current()

    def append(self, entry: bytes) -> int:
        return self.extend((entry,))[0]

    def extend(self, entries: Sequence[bytes]) -> range:
        """Append many in one transaction: (1) check the tree, (2) grow it, (3) sign, all or nothing."""
        signer = self._signer
        if signer is None:
            raise UsageError(f"appending to the log {self.key.name} needs its signing key")
        if any(len(entry) != tree.HASH_BYTES for entry in entries):
            raise UsageError(f"the log takes digests of {tree.HASH_BYTES} bytes and nothing else")
        with self.database.write():
            before = self.current()  # (1)
            edge = Edge(self.reader(before.checkpoint))
            for entry in entries:  # (2)
                self.database.rows("INSERT INTO log_entry (position, digest) VALUES (?, ?)", (edge.size, entry))
                edge.add(entry)
            for (level, number), hashes in edge.changed.items():
                self.database.rows(_PUT_TILE, (level, number, hashes))
            after = Checkpoint(self.key.name, edge.size, tree.root(edge.size, edge.reader().node))
            if edge.size > before.checkpoint.size:
                _publish(self.database, checkpoints.sign(after, signer))  # (3)
        self._remember(after)
        return range(before.checkpoint.size, after.size)

    def entry(self, index: int) -> bytes:
        """The digest at `index`, proven to be in the tree. Raises `UsageError` past the end."""
        return self._proven(index, self.current())[0]

    def find(self, digest: bytes) -> list[int]:
        """The positions of a digest, the first 1000."""
        found = self.database.rows(
            "SELECT position FROM log_entry WHERE digest = ? ORDER BY position LIMIT 1000", (digest,)
        )
        return [position for (position,) in found]

    def prove(self, index: int) -> InclusionProof:
        """That entry `index` is in the tree of the latest checkpoint."""
        return self._proven(index, self.current())[1]

    def bundle(self, index: int) -> ProofBundle:
        """An offline proof, to the latest cosigned checkpoint that covers the entry, or else to the latest."""
        signed = self.current()
        entry, proof = self._proven(index, signed)
        query = "SELECT max(size) FROM log_checkpoint WHERE cosigned = 1 AND size > ?"
        ((size,),) = self.database.rows(query, (index,))
        if size is not None:
            signed = self._at(size)
            entry, proof = self._proven(index, signed)
        return ProofBundle(entry, index, proof.path, signed.note)

    def consistency(self, old: int) -> tuple[tuple[bytes, ...], Signed]:
        """The proof from the tree of `old` entries to the latest checkpoint, and that checkpoint."""
        signed = self.current()
        latest = signed.checkpoint
        if not 0 <= old <= latest.size:
            raise UsageError(f"there is no tree of {old} entries; the log has {latest.size}")
        node = self.reader(latest).node
        path = tree.consistency_path(old, latest.size, node)
        tree.verify_consistency(old, latest.size, tree.root(old, node), latest.root, path)
        return path, signed

    def checkpoint(self) -> bytes:
        return bytes(self.current().note)

    def current(self) -> Signed:
        """The latest checkpoint, after (1) its signature, (2) the right edge, (3) that it extends what this process has seen."""
        seen = self._seen  # before the database is read: another thread may append in between
        found = self.database.rows("SELECT note FROM log_checkpoint ORDER BY size DESC LIMIT 1")
        if not found:
            raise UsageError(f"{self.database.place} holds no log")
        signed = checkpoints.open_note(bytes(found[0][0]), self.key)  # (1)
        latest = signed.checkpoint
        if tree.root(latest.size, self.reader(latest).node) != latest.root:  # (2)
            raise TamperedError(f"the stored hashes do not lead to the root of the checkpoint of {latest.size} entries")
        if seen is not None:
            self.check_descent(seen, latest)  # (3)
        self._remember(latest)
        return signed

    def check_descent(self, old: Checkpoint, latest: Checkpoint) -> None:
        """Raise `TamperedError` unless the tree of `old` is a prefix of that of `latest`, by proof: stored hashes may lie."""
        if old.size > latest.size:
            raise TamperedError(
                f"the log was truncated or rolled back: it has {latest.size} entries, and a checkpoint of {old.size} is known"
            )
        path = tree.consistency_path(old.size, latest.size, self.reader(latest).node)
        tree.verify_consistency(old.size, latest.size, old.root, latest.root, path)

    def reader(self, checkpoint: Checkpoint) -> TileReader:
        """The hashes of the tree of a checkpoint, not yet verified."""
        return TileReader(checkpoint.size, self.stored_tile)

    def stored_tile(self, level: int, number: int) -> bytes | None:
        found = self.database.rows("SELECT hashes FROM log_tile WHERE level = ? AND number = ?", (level, number))
        return bytes(found[0][0]) if found else None

    def stored_entry(self, index: int) -> bytes:
        """The digest that is stored at `index`, not yet held against the tree."""
        found = self.database.rows("SELECT digest FROM log_entry WHERE position = ?", (index,))
        if not found:
            raise TamperedError(f"entry {index} is missing from {self.database.place}")
        return bytes(found[0][0])

    def kept(self) -> list[Signed]:
        """The checkpoints that were cosigned, from the smallest; the last 1000."""
        found = self.database.rows("SELECT note FROM log_checkpoint WHERE cosigned = 1 ORDER BY size DESC LIMIT 1000")
        return [checkpoints.open_note(bytes(kept), self.key) for (kept,) in reversed(found)]

    def attach(self, size: int, signatures: Sequence[Signature], witnesses: tuple[VerifierKey, ...]) -> Signed:
        """Add the cosignatures of trusted witnesses to a checkpoint. Others are dropped; raises `TamperedError` if none is left."""
        with self.database.write():
            signed = self._at(size)
            fresh = [s for s in signatures if any(s.is_by(witness) for witness in witnesses)]
            renewed = {(s.name, s.key_id) for s in fresh}
            others = [s for s in signed.note.signatures if (s.name, s.key_id) not in renewed]
            merged = note.Note(signed.note.text, (*others, *fresh))
            cosigned = checkpoints.open_note(merged, self.key, witnesses)
            if not cosigned.witnesses:
                raise TamperedError("none of the cosignatures is by a trusted witness")
            self.database.rows("UPDATE log_checkpoint SET note = ?, cosigned = 1 WHERE size = ?", (bytes(merged), size))
        return cosigned

    def _remember(self, latest: Checkpoint) -> None:
        if self._seen is None or latest.size > self._seen.size:
            self._seen = latest

    def _at(self, size: int) -> Signed:
        found = self.database.rows("SELECT note FROM log_checkpoint WHERE size = ?", (size,))
        if not found:
            raise UsageError(f"the checkpoint of {size} entries is no longer kept; ask for cosignatures of the latest")
        return checkpoints.open_note(bytes(found[0][0]), self.key)

    def _proven(self, index: int, signed: Signed) -> tuple[bytes, InclusionProof]:
        """An entry, and the proof that it is in the tree of `signed`, which was verified."""
        size, root = signed.checkpoint.size, signed.checkpoint.root
        if not 0 <= index < size:
            raise UsageError(f"the log has no entry {index}; it has {size}")
        entry = self.stored_entry(index)
        path = tree.inclusion_path(index, size, self.reader(signed.checkpoint).node)
        tree.verify_inclusion(index, size, tree.leaf_hash(entry), root, path)
        return entry, InclusionProof(index, size, root, path)


def create(database: Database, signer: SignerKey) -> Log:
    """A new log with a signed empty tree. Raises `UsageError` where there is one: a log is never begun anew by accident."""
    with database.write():
        if exists(database):
            raise UsageError(f"{database.place} already holds a log")
        _publish(database, checkpoints.sign(Checkpoint(signer.verifier.name, 0, tree.EMPTY_ROOT), signer))
    return Log(database, signer.verifier, signer)


def exists(database: Database) -> bool:
    """Whether the database holds a log or remains of one."""
    return any(database.rows(f"SELECT 1 FROM {table} LIMIT 1") for table in ("log_checkpoint", "log_entry", "log_tile"))  # noqa: S608


def _publish(database: Database, signed: Signed) -> None:
    """Replace the last checkpoint, and keep those that witnesses cosigned."""
    database.rows("DELETE FROM log_checkpoint WHERE cosigned = 0")
    database.rows(
        "INSERT INTO log_checkpoint (size, note, cosigned) VALUES (?, ?, 0)",
        (signed.checkpoint.size, bytes(signed.note)),
    )
