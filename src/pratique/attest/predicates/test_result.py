"""in-toto test result, version 0.1 (in-toto attestation, spec/predicates/test-result.md): what was tested, and how it went."""

from __future__ import annotations

from typing import Any

from pratique.attest.predicates.shape import RESOURCE, Choice, Record, Sequence, Text
from pratique.domain.errors import UsageError

SHAPE = Record(
    {"result": Choice(("PASSED", "WARNED", "FAILED")), "configuration": Sequence(RESOURCE)},
    {
        "url": Text(),
        "passedTests": Sequence(Text()),
        "warnedTests": Sequence(Text()),
        "failedTests": Sequence(Text()),
    },
    open=True,
)


def check(predicate: dict[str, Any]) -> None:
    """A run with failed tests has not passed."""
    if predicate["result"] == "PASSED" and predicate.get("failedTests"):
        raise UsageError("test-result: PASSED, and yet there are failedTests")
