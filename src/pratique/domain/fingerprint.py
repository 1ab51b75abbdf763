"""Content identities: what was hashed, how, and the digest."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class FingerprintKind(Enum):
    """What a fingerprint is blind to, and what it binds."""

    BYTES = "BYTES"
    TREE = "TREE"
    TENSORS = "TENSORS"
    GRAPH = "GRAPH"
    ROWS = "ROWS"
    BEHAVIOUR = "BEHAVIOUR"


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """A digest under a named scheme; the scheme's name fixes every parameter (`docs/spec/fingerprint.md`)."""

    kind: FingerprintKind
    scheme: str
    digest: str  # lower-case hexadecimal

    def __str__(self) -> str:
        return f"{self.scheme}:{self.digest}"
