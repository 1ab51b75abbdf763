"""`https://pratique.dev/vetting/v1`: somebody looked at it, and decided (`docs/spec/predicates/vetting.md`)."""

from __future__ import annotations

from typing import Any

from pratique.attest.predicates.shape import HEX, TIME, Choice, Flag, Record, Sequence, Text
from pratique.domain.errors import UsageError

SHAPE = Record(
    {
        "issuedAt": Text(TIME),
        "reviewer": Record({"name": Text(), "kind": Choice(("person", "tool"))}, {"contact": Text()}),
        "scope": Text(),
        "decision": Choice(("APPROVED", "REJECTED")),
        "expires": Text(TIME),
    },
    {
        "reportDigest": Text(HEX),
        "conditions": Sequence(Text()),
        "questions": Sequence(Record({"question": Text(), "satisfied": Flag()}, {"note": Text()})),
    },
)


def check(predicate: dict[str, Any]) -> None:
    """What was approved has no open question, and an approval ends after it began."""
    if predicate["decision"] == "APPROVED" and not all(q["satisfied"] for q in predicate.get("questions") or ()):
        raise UsageError("vetting: APPROVED, and yet a question is not satisfied")
    from datetime import datetime

    try:
        begins, ends = (datetime.fromisoformat(predicate[key]) for key in ("issuedAt", "expires"))
        if ends <= begins:
            raise UsageError("vetting: it expires before it was issued")
    except (ValueError, TypeError) as error:
        raise UsageError(f"vetting: {error}") from None
