"""What was recorded, held against the log. Apart from `record`, so that checking does not load what inspecting needs."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

from pratique.domain.errors import TamperedError

if TYPE_CHECKING:
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


def storable(text: str) -> str:
    """Names of files may hold what databases refuse: lone surrogates and NUL."""
    return text.encode("utf-8", "backslashreplace").decode().replace("\0", "\\0")
