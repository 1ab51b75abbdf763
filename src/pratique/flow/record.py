"""record: `(Verdict, Report, Signer, Ledger, Store) -> Receipt`. A signed statement, a log entry, an inclusion proof."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pratique.domain.errors import TamperedError, UsageError
from pratique.domain.record import Record
from pratique.domain.report import Report
from pratique.domain.verdict import Verdict
from pratique.flow.document import canonical, inspection_document, report_digest
from pratique.flow.identify import Identified
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
    statement = canonical(inspection_document(report, verdict))
    signature = signer.sign(statement)
    entry = ledger.append(hashlib.sha256(statement).digest())
    proof = ledger.prove(entry)
    store.save(
        Record(
            artifact=report.artifact.id.digest,
            entry=entry,
            decision=verdict.decision,
            reference=_storable(report.artifact.origin.reference),
            policy=_storable(verdict.policy),
            policy_digest=verdict.policy_digest,
            statement=statement,
            signature=signature,
        )
    )
    return Receipt(identified, verdict, statement, signature, entry, proof, _SEAL)


def check_record(kept: Record, logged: bytes) -> None:
    """Raise `TamperedError` unless (1) the log holds the digest of the statement and (2) the record says what it says."""
    if hashlib.sha256(kept.statement).digest() != logged:  # (1)
        raise TamperedError(f"the statement of entry {kept.entry} is not the one whose digest the log holds")
    try:
        document = json.loads(kept.statement)
        artifact, verdict = document["artifact"], document["verdict"]
        said = (
            artifact["id"].rpartition(":")[2],
            verdict["decision"],
            _storable(artifact["reference"]),
            _storable(verdict["policy"]),
            verdict["policy_digest"],
        )
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise TamperedError(f"the statement of entry {kept.entry} is not a report with its verdict") from None
    if said != (kept.artifact, kept.decision.value, kept.reference, kept.policy, kept.policy_digest):  # (2)
        raise TamperedError(f"the record of entry {kept.entry} says something else than its signed statement")


def _storable(text: str) -> str:
    """Names of files may hold what databases refuse: lone surrogates and NUL."""
    return text.encode("utf-8", "backslashreplace").decode().replace("\0", "\\0")
