"""SLSA verification summary, version 1 (https://slsa.dev/spec/v1.0/verification_summary): the stamp of a verdict."""

from __future__ import annotations

from typing import Any

from pratique._version import VERSION
from pratique.attest.predicates.shape import RESOURCE, TIME, Anything, Choice, Mapped, Record, Sequence, Text
from pratique.domain.errors import UsageError
from pratique.domain.verdict import Decision, Verdict

VERIFIER = "https://pratique.dev/verifier"
LEVELS = {Decision.ADMIT: "PRATIQUE_ADMIT", Decision.HOLD: "PRATIQUE_HOLD", Decision.REFUSE: "PRATIQUE_REFUSE"}
SHAPE = Record(
    {
        "verifier": Record({"id": Text()}, open=True),
        "timeVerified": Text(TIME),
        "resourceUri": Text(),
        "policy": RESOURCE,
        "verificationResult": Choice(("PASSED", "FAILED")),
        "verifiedLevels": Sequence(Text()),
    },
    {"inputAttestations": Sequence(RESOURCE), "dependencyLevels": Mapped(Anything()), "slsaVersion": Text()},
    open=True,
)


def check(predicate: dict[str, Any]) -> None:
    """A stamp of ours that says PASSED must be an admission, and the other way round."""
    levels = set(predicate["verifiedLevels"]).intersection(LEVELS.values())
    passed = predicate["verificationResult"] == "PASSED"
    if levels and (levels == {LEVELS[Decision.ADMIT]}) != passed:
        raise UsageError(f"vsa: {predicate['verificationResult']} contradicts {', '.join(sorted(levels))}")


def stamp(verdict: Verdict, resource_uri: str, time: str) -> dict[str, Any]:
    """The predicate of a verdict on `resource_uri`, made at `time` (RFC 3339). The subject is the artifact's fingerprint.

    The report is named by its digest as an input, so that the stamp binds what the verdict was made from.
    """
    predicate: dict[str, Any] = {
        "verifier": {"id": VERIFIER, "version": {"pratique": VERSION}},
        "timeVerified": time,
        "resourceUri": resource_uri,
        "policy": {"uri": f"pratique:policy/{verdict.policy}", "digest": {"sha256": verdict.policy_digest}},
        "inputAttestations": [{"uri": "pratique:report", "digest": {"sha256": verdict.report_digest}}],
        "verificationResult": "PASSED" if verdict.decision is Decision.ADMIT else "FAILED",
        "verifiedLevels": [LEVELS[verdict.decision]],
        "slsaVersion": "1.0",
    }
    if verdict.expires is not None:
        predicate["https://pratique.dev/expires"] = verdict.expires
    return predicate
