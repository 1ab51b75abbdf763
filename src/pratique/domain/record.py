"""What is kept of a verdict after it was given."""

from __future__ import annotations

from dataclasses import dataclass

from pratique.domain.verdict import Decision


@dataclass(frozen=True, slots=True)
class Record:
    """One recorded verdict. The statement is the truth, and the log holds its digest; the other fields are there to be searched."""

    artifact: str  # digest of the artifact's root fingerprint
    entry: int  # position in the log
    decision: Decision
    reference: str  # where the artifact came from
    policy: str
    policy_digest: str
    statement: bytes  # canonical JSON, `docs/spec/report.md`
    signature: bytes
    recorded_at: str | None = None  # RFC 3339, UTC; set by the store when it saves
