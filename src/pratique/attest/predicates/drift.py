"""`https://pratique.dev/drift/v1`: is what runs still what was admitted (`docs/spec/predicates/drift.md`)."""

from __future__ import annotations

from typing import Any

from pratique.attest.predicates.shape import HEX, RESOURCE, TIME, TOOL, Flag, Number, Record, Text
from pratique.domain.errors import UsageError

SHAPE = Record(
    {
        "issuedAt": Text(TIME),
        "tool": TOOL,
        "reference": RESOURCE,
        "window": Record({"from": Text(TIME), "to": Text(TIME), "observations": Number(1, whole=True)}),
        "statistic": Record(
            {"name": Text(), "value": Number()}, {"threshold": Number(), "pValue": Number(0, 1), "eValue": Number(0)}
        ),
        "drifted": Flag(),
    },
    {"observedDigest": Text(HEX)},
)


def check(predicate: dict[str, Any]) -> None:
    """The reference is named by its digest, and there is a threshold that `drifted` can be checked against."""
    if not predicate["reference"].get("digest"):
        raise UsageError("drift.reference: 'digest' is missing")
    statistic = predicate["statistic"]
    if "threshold" in statistic and (statistic["value"] >= statistic["threshold"]) != predicate["drifted"]:
        raise UsageError("drift: 'drifted' contradicts the statistic and its threshold")
