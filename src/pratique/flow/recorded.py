"""What was recorded, held against the log. Apart from `record`, so that checking does not load what inspecting needs."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

from pratique.domain.errors import TamperedError
from pratique.domain.verdict import Decision

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pratique.domain.artifact import ArtifactMember
    from pratique.domain.ports import Ledger, Store
    from pratique.domain.record import Record


def check_record(kept: Record, logged: bytes) -> None:
    """Raise `TamperedError` unless (1) the log holds the digest of the statement and (2) the record says what it says."""
    if hashlib.sha256(kept.statement).digest() != logged:  # (1)
        raise TamperedError(f"the statement of entry {kept.entry} is not the one whose digest the log holds")
    try:
        document = json.loads(kept.statement)
        artifact, verdict = document["artifact"], document["verdict"]
        said = (
            artifact["id"].rpartition(":")[2],
            verdict["decision"],
            storable(artifact["reference"]),
            storable(verdict["policy"]),
            verdict["policy_digest"],
        )
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise TamperedError(f"the statement of entry {kept.entry} is not a report with its verdict") from None
    if said != (kept.artifact, kept.decision.value, kept.reference, kept.policy, kept.policy_digest):  # (2)
        raise TamperedError(f"the record of entry {kept.entry} says something else than its signed statement")


class RecordedFiles:
    """Which files were admitted, by content: `is_admitted` is what load-time checks ask.

    The store's index only finds the record. What counts is the statement, whose digest the ledger proves to be in the log.
    """

    def __init__(self, ledger: Ledger, store: Store) -> None:
        self._ledger = ledger
        self._store = store

    def is_admitted(self, sha256: str) -> bool:
        """Whether the last verdict on an artifact with this file was ADMIT. Raises `TamperedError` where record and log differ.

        Steps: (1) find the record, (2) it says ADMIT, (3) it is what the log holds, (4) its statement names the file.
        """
        kept = self._store.holding(sha256)  # (1)
        if kept is None or kept.decision is not Decision.ADMIT:  # (2)
            return False
        check_record(kept, self._ledger.entry(kept.entry))  # (3)
        members = json.loads(kept.statement).get("members", ())
        if not any(member.get("sha256") == sha256 for member in members):  # (4)
            raise TamperedError(f"the statement of entry {kept.entry} does not name the file {sha256}")
        return True


def member_documents(members: Iterable[ArtifactMember]) -> list[dict[str, Any]]:
    """What a recorded statement says of each entry: all that the artifact's id was computed from."""
    return [
        {
            "path": member.path,
            "type": member.type,
            "executable": member.executable,
            "size_bytes": member.size_bytes,
            "sha256": member.digest,
            **({"target": member.target} if member.target is not None else {}),
        }
        for member in members
    ]


def storable(text: str) -> str:
    """Names of files may hold what databases refuse: lone surrogates and NUL."""
    return text.encode("utf-8", "backslashreplace").decode().replace("\0", "\\0")
