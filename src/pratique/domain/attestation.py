"""A signed statement about an artifact, after its signature was verified."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Attestation:
    """What a verified statement says, and who said it."""

    predicate_type: str
    subject_digest: str
    signer: str
    issued_at: str | None = None
