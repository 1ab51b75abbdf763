"""OpenVEX, version 0.2.0 (https://github.com/openvex/spec): which vulnerabilities do, and do not, affect a product."""

from __future__ import annotations

from typing import Any

from pratique.attest.predicates.shape import TIME, Anything, Choice, Number, Record, Sequence, Text
from pratique.domain.errors import UsageError

JUSTIFICATIONS = (
    "component_not_present",
    "vulnerable_code_not_present",
    "vulnerable_code_not_in_execute_path",
    "vulnerable_code_cannot_be_controlled_by_adversary",
    "inline_mitigations_already_exist",
)
_STATEMENT = Record(
    {
        "vulnerability": Record({"name": Text()}, open=True),
        "status": Choice(("not_affected", "affected", "fixed", "under_investigation")),
    },
    {
        "products": Sequence(Anything()),
        "justification": Choice(JUSTIFICATIONS),
        "impact_statement": Text(),
        "action_statement": Text(),
    },
    open=True,
)
SHAPE = Record(
    {
        "@context": Text(r"https://openvex\.dev/ns/v0\.2\.\d+"),
        "@id": Text(),
        "author": Text(),
        "timestamp": Text(TIME),
        "version": Number(1, whole=True),
        "statements": Sequence(_STATEMENT, least=1),
    },
    open=True,
)


def check(predicate: dict[str, Any]) -> None:
    """`not_affected` needs a reason, `affected` needs an action (OpenVEX specification, "Status Labels")."""
    for index, statement in enumerate(predicate["statements"]):
        status = statement["status"]
        if status == "not_affected" and not (statement.get("justification") or statement.get("impact_statement")):
            raise UsageError(f"openvex.statements[{index}]: not_affected needs a justification or an impact_statement")
        if status == "affected" and not statement.get("action_statement"):
            raise UsageError(f"openvex.statements[{index}]: affected needs an action_statement")
