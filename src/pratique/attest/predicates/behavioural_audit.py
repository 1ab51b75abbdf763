"""`https://pratique.dev/behavioural-audit/v1`: how a model behaved (`docs/spec/predicates/behavioural-audit.md`)."""

from __future__ import annotations

from typing import Any

from pratique.attest.predicates.shape import RESOURCE, TIME, TOOL, Choice, Number, Record, Sequence, Text
from pratique.domain.errors import UsageError

CONCLUSIONS = ("NO_EVIDENCE", "SUSPECT", "BACKDOORED", "INCONCLUSIVE")
_MEASURE = Record(
    {"name": Text(), "value": Number(), "unit": Text()},
    {"threshold": Number(), "pValue": Number(0, 1), "samples": Number(1, whole=True)},
)
SHAPE = Record(
    {
        "issuedAt": Text(TIME),
        "tool": TOOL,
        "method": Text(),
        "seed": Number(0, whole=True),
        "probes": RESOURCE,
        "measures": Sequence(_MEASURE, least=1),
        "conclusion": Choice(CONCLUSIONS),
    },
    {"limits": Text()},
)


def check(predicate: dict[str, Any]) -> None:
    """What the model was asked must be named by its digest: else nobody can repeat the audit."""
    if not predicate["probes"].get("digest"):
        raise UsageError("behavioural-audit.probes: 'digest' is missing")
