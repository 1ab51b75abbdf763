"""`https://pratique.dev/fingerprint/v1`: the same artifact under several fingerprints (`docs/spec/predicates/fingerprint.md`)."""

from __future__ import annotations

from pratique.attest.predicates.shape import HEX, TIME, TOOL, Choice, Record, Sequence, Text
from pratique.domain.fingerprint import FingerprintKind

_FINGERPRINT = Record(
    {
        "kind": Choice(tuple(kind.value for kind in FingerprintKind)),
        "scheme": Text(r"[a-z0-9-]+/\d+"),
        "digest": Text(HEX),
    },
    {"path": Text()},
)
SHAPE = Record({"issuedAt": Text(TIME), "tool": TOOL, "fingerprints": Sequence(_FINGERPRINT, least=1)})
