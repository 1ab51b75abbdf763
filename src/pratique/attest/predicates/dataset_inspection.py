"""`https://pratique.dev/dataset-inspection/v1`: how a dataset was inspected (`docs/spec/predicates/dataset-inspection.md`)."""

from __future__ import annotations

from typing import Any

from pratique.attest.predicates.shape import HEX, TIME, TOOL, Choice, Mapped, Number, Record, Sequence, Text
from pratique.domain.errors import UsageError

COUNT = Number(0, whole=True)
SHAPE = Record(
    {
        "issuedAt": Text(TIME),
        "tool": TOOL,
        "reportDigest": Text(HEX),
        "rows": COUNT,
        "coverage": Record({"totalBytes": COUNT, "accountedBytes": COUNT, "gaps": COUNT}),
        "rules": Mapped(Text()),
        "findings": Sequence(
            Record(
                {"id": Text(), "rule": Text(), "severity": Choice(("INFO", "LOW", "MEDIUM", "HIGH", "CRITICAL"))},
                {"rows": COUNT},
            )
        ),
    },
)


def check(predicate: dict[str, Any]) -> None:
    """No more bytes are accounted for than there are, and a finding's rule was run."""
    coverage = predicate["coverage"]
    if coverage["accountedBytes"] > coverage["totalBytes"]:
        raise UsageError("dataset-inspection.coverage: more bytes accounted for than there are")
    for finding in predicate["findings"]:
        if finding["rule"] not in predicate["rules"]:
            raise UsageError(f"dataset-inspection.findings: the rule {finding['rule'][:80]!r} was not run")
