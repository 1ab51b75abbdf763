"""in-toto Statements, version 1 (https://github.com/in-toto/attestation, spec/v1/statement.md): build, read, sign, verify."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pratique.attest import dsse
from pratique.domain.attestation import Attestation
from pratique.domain.errors import TamperedError, UsageError

if TYPE_CHECKING:
    from pratique.attest.dsse import PrivateKey, PublicKey

STATEMENT_TYPE = "https://in-toto.io/Statement/v1"
PAYLOAD_TYPE = "application/vnd.in-toto+json"
MAX_SUBJECTS = 10_000
_ALGORITHM = re.compile(r"[A-Za-z0-9][A-Za-z0-9_./-]{0,63}")
_HEX = re.compile(r"(?:[0-9a-f]{2}){16,64}")


@dataclass(frozen=True, slots=True)
class Subject:
    """What a statement is about: a name, and digests by algorithm (an in-toto ResourceDescriptor)."""

    name: str
    digest: dict[str, str]
    annotations: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Statement:
    """What is claimed (`predicate`, of `predicate_type`) about what."""

    subjects: tuple[Subject, ...]
    predicate_type: str
    predicate: dict[str, Any]

    def to_json(self) -> bytes:
        """Canonical JSON: sorted keys, no spaces."""
        document = {
            "_type": STATEMENT_TYPE,
            "subject": [_subject_document(subject) for subject in self.subjects],
            "predicateType": self.predicate_type,
            "predicate": self.predicate,
        }
        return json.dumps(document, sort_keys=True, separators=(",", ":")).encode()


def _subject_document(subject: Subject) -> dict[str, Any]:
    document: dict[str, Any] = {"name": subject.name, "digest": subject.digest}
    return document if subject.annotations is None else document | {"annotations": subject.annotations}


def parse(payload: bytes) -> Statement:
    """A statement from its JSON; raises `TamperedError`, which says what is wrong."""
    document = dsse.strict_json(payload, "the statement")
    if not isinstance(document, dict) or document.get("_type") != STATEMENT_TYPE:
        raise TamperedError(f"the payload is not an in-toto statement of type {STATEMENT_TYPE}")
    subjects, predicate = document.get("subject"), document.get("predicate", {})
    predicate_type = document.get("predicateType")
    if not isinstance(predicate_type, str) or not predicate_type:
        raise TamperedError("the statement has no predicateType")
    if not isinstance(predicate, dict):
        raise TamperedError("the statement's predicate is not an object")
    if not isinstance(subjects, list) or not 0 < len(subjects) <= MAX_SUBJECTS:
        raise TamperedError(f"the statement must have 1 to {MAX_SUBJECTS} subjects")
    return Statement(tuple(_subject(subject) for subject in subjects), predicate_type, predicate)


def _subject(entry: object) -> Subject:
    if not isinstance(entry, dict):
        raise TamperedError("a subject of the statement is not an object")
    name, digest, annotations = entry.get("name", ""), entry.get("digest"), entry.get("annotations")
    if not isinstance(name, str) or not isinstance(digest, dict) or not digest:
        raise TamperedError("a subject of the statement lacks its digest")
    for algorithm, value in digest.items():
        if not _ALGORITHM.fullmatch(algorithm) or not isinstance(value, str) or not _HEX.fullmatch(value):
            raise TamperedError(f"the statement's digest {algorithm[:64]!r} is not lower-case hexadecimal")
    if annotations is not None and not isinstance(annotations, dict):
        raise TamperedError("the annotations of a subject are not an object")
    return Subject(name, digest, annotations)


def sign(statement: Statement, key: PrivateKey) -> bytes:
    """The statement in a DSSE envelope."""
    return dsse.sign(statement.to_json(), PAYLOAD_TYPE, key)


def verify(envelope: bytes, keys: tuple[PublicKey, ...]) -> tuple[Statement, str]:
    """The statement of an envelope that one of `keys` signed, and that key's id."""
    verified = dsse.verify(envelope, PAYLOAD_TYPE, keys)
    return parse(verified.payload), verified.key_id


def attestation_of(statement: Statement, signer: str, subject_digest: str) -> Attestation:
    """What policy may rely on: steps (1) the statement is about `subject_digest`; (2) its predicate keeps its form.

    `subject_digest` is a SHA-256 or `tree-sha256/1` digest in hexadecimal. Raises `TamperedError` where either fails.
    """
    from pratique.attest.predicates import check

    if not any(subject.digest.get("sha256") == subject_digest for subject in statement.subjects):  # (1)
        raise TamperedError(f"the attestation is about something else, not {subject_digest[:16]}…")
    try:
        check(statement.predicate_type, statement.predicate)  # (2)
    except UsageError as error:
        raise TamperedError(str(error)) from None
    issued_at = next(
        (v for k in ("issuedAt", "timeVerified", "timestamp") if isinstance(v := statement.predicate.get(k), str)), None
    )
    return Attestation(statement.predicate_type, subject_digest, signer, issued_at)
