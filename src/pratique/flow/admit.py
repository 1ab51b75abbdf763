"""admit: `(Receipt, Shelf) -> Admitted`. Only what was recorded as ADMIT leaves quarantine, by one atomic rename."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pratique.domain.errors import TamperedError, UsageError
from pratique.domain.verdict import Decision
from pratique.flow.acquire import sha256_of
from pratique.flow.record import Receipt

if TYPE_CHECKING:
    from pratique.domain.ports import Shelf


@dataclass(frozen=True, slots=True)
class Admitted:
    """Where the artifact stands now."""

    path: str
    receipt: Receipt


def admit(receipt: Receipt, shelf: Shelf) -> Admitted:
    """Move the artifact onto the shelf, after every file was compared with the digest that was judged."""
    if receipt.verdict.decision is not Decision.ADMIT:
        raise UsageError(f"the verdict is {receipt.verdict.decision.value}, so nothing is admitted")
    held = receipt.identified.held
    present = {entry.path for entry in held.quarantine.entries(held.root)}
    if present != {member.path for member in receipt.identified.artifact.members}:
        raise TamperedError(f"{held.reference.text}: files were added or removed after the inspection")
    for member in receipt.identified.artifact.members:
        if member.type == "file" and sha256_of(held.quarantine, held.root, member.path) != member.digest:
            raise TamperedError(f"{member.path} changed after it was inspected")
    return Admitted(shelf.put(held.root, receipt.identified.artifact.id.digest), receipt)
