"""OSV records for tests, and an oracle that evaluates them another way than the product does."""

from __future__ import annotations

from typing import Any

Record = dict[str, Any]


def record(
    id_: str, name: str, *, ecosystem: str = "PyPI", modified: str = "2026-11-20T00:00:00Z", **more: Any
) -> Record:
    affected: Record = {"package": {"ecosystem": ecosystem, "name": name}}
    for key in ("versions", "ranges"):
        if key in more:
            affected[key] = more.pop(key)
    return {
        "schema_version": "1.7.0",
        "id": id_,
        "modified": modified,
        "summary": f"about {name}",
        "affected": [affected],
        **more,
    }


def ranged(*events: tuple[str, str], kind: str = "ECOSYSTEM") -> Record:
    return {"type": kind, "events": [{name: value} for name, value in events]}


def affected_by_stepping(version: int, events: list[tuple[str, int]]) -> bool:
    """The schema's rule for whole-number versions, by walking through every version from the first one."""
    vulnerable = False
    for at in range(version + 1):
        # `last_affected` ends the range after that version, so it speaks when the next one is reached.
        if ("last_affected", at - 1) in events:
            vulnerable = False
        if ("introduced", at) in events:
            vulnerable = True
        if ("fixed", at) in events:
            vulnerable = False
    return vulnerable
