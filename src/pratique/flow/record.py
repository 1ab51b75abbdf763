"""record: `(Verdict, Report, Signer, Ledger, Store) -> Receipt`. A signed statement, a log entry, an inclusion proof."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pratique.domain.errors import UsageError
from pratique.domain.record import Record
from pratique.domain.report import Report
from pratique.domain.verdict import Verdict
from pratique.flow.document import canonical, inspection_document, report_digest
from pratique.flow.identify import Identified
from pratique.flow.recorded import member_documents, storable
from pratique.flow.seal import Seal, check

if TYPE_CHECKING:
    from pratique.domain.held import InclusionProof
    from pratique.domain.ports import Ledger, Signer, Store


@dataclass(frozen=True, slots=True)
class Receipt:
    """A recorded verdict on an identified artifact. Only `record` makes one."""

    identified: Identified
    verdict: Verdict
    statement: bytes
    signature: bytes
    entry: int
    proof: InclusionProof
    seal: Seal

    def __post_init__(self) -> None:
        check(self.seal, "Receipt")


_SEAL = Seal("Receipt")


def record(
    identified: Identified, report: Report, verdict: Verdict, signer: Signer, ledger: Ledger, store: Store
) -> Receipt:
    """Sign, log (digests only), prove, save, in this order: what is in the store is in the log."""
    if verdict.report_digest != report_digest(report) or report.artifact != identified.artifact:
        raise UsageError("the verdict is about another report")
    members = report.artifact.members
    statement = canonical({**inspection_document(report, verdict), "members": member_documents(members)})
    signature = signer.sign(statement)
    entry = ledger.append(hashlib.sha256(statement).digest())
    proof = ledger.prove(entry)
    store.save(
        Record(
            artifact=report.artifact.id.digest,
            entry=entry,
            decision=verdict.decision,
            reference=storable(report.artifact.origin.reference),
            policy=storable(verdict.policy),
            policy_digest=verdict.policy_digest,
            statement=statement,
            signature=signature,
        ),
        tuple(member.digest for member in members if member.type == "file"),
    )
    return Receipt(identified, verdict, statement, signature, entry, proof, _SEAL)
