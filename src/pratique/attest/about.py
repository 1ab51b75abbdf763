"""Attestations about a file or folder: its subject is what lies there, by `bytes-sha256/1` or `tree-sha256/1`."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pratique.attest import binding as names
from pratique.attest import bundle as bundles
from pratique.attest import dsse, predicates
from pratique.attest import statement as intoto
from pratique.attest.model import Authority, authenticate, path_below
from pratique.attest.statement import PAYLOAD_TYPE, Statement, Subject
from pratique.domain.attestation import Attestation
from pratique.domain.errors import TamperedError, UsageError

if TYPE_CHECKING:
    from pratique.attest.dsse import PrivateKey

INSPECTION_TYPE = "application/vnd.pratique.inspection+json"
SCOPE = "https://pratique.dev/subject/v1"  # annotation: the fingerprint's scheme, and which files stand outside of it
MAX_EXCLUDED = 16


@dataclass(frozen=True, slots=True)
class DsseSigner:
    """The flow's `Signer` (domain.ports): the payload in a DSSE envelope."""

    key: PrivateKey
    payload_type: str = INSPECTION_TYPE

    def sign(self, payload: bytes) -> bytes:
        return dsse.sign(payload, self.payload_type, self.key)


def attest(target: str, output: str, predicate: str, document: bytes, key: PrivateKey) -> bytes:
    """A signed statement about `target`. Raises `UsageError` where the predicate does not have its type's form."""
    try:
        content = dsse.strict_json(document, "the predicate")
    except TamperedError as error:
        raise UsageError(str(error)) from None
    if not isinstance(content, dict):
        raise UsageError("the predicate is not a JSON object")
    return intoto.sign(statement_about(target, output, predicates.type_of(predicate), content), key)


def statement_about(target: str, output: str, predicate_type: str, predicate: dict[str, Any]) -> Statement:
    """The statement, unsigned. `output`, and the model's signature, stand outside of a folder's fingerprint if they lie in it."""
    predicates.check(predicate_type, predicate)
    inside = path_below(target, output) if os.path.isdir(target) else None
    excluded = tuple(sorted({"model.sig", inside or "model.sig"})) if os.path.isdir(target) else ()
    scheme, digest = subject_of(target, excluded)
    name = os.path.basename(os.path.realpath(target)) or "model"
    subject = Subject(name, {"sha256": digest}, {SCOPE: {"scheme": scheme, "excluded": list(excluded)}})
    return Statement((subject,), predicate_type, predicate)


def subject_of(target: str, excluded: tuple[str, ...]) -> tuple[str, str]:
    """Scheme and digest (hexadecimal) of what lies at `target`."""
    if not os.path.exists(target):
        raise UsageError(f"{target}: no such file or folder")
    if not os.path.isdir(target):
        from pratique.attest.digests import file_sha256

        return "bytes-sha256/1", file_sha256(target).hex()
    root = names.bind(target, names.entries_of(target, excluded), ("sha256",), excluded).root()
    return root.scheme, root.digest


def verify_attestation(target: str, data: bytes, authority: Authority, wanted: str | None = None) -> Attestation:
    """Steps: (1) authenticate the envelope (alone, or in a Sigstore bundle); (2) the predicate is of the `wanted` type;
    (3) fingerprint the target as the statement says; (4) the statement is about that, and keeps its type's form.

    Raises `TamperedError`, which says what failed.
    """
    payload, signer = _authenticated(data, authority)  # (1)
    statement = intoto.parse(payload)
    if wanted is not None and statement.predicate_type != predicates.type_of(wanted):  # (2)
        raise TamperedError(f"the attestation states {statement.predicate_type!r}, not {predicates.type_of(wanted)!r}")
    _, digest = subject_of(target, _excluded(statement))  # (3)
    return intoto.attestation_of(statement, signer, digest)  # (4)


def _authenticated(data: bytes, authority: Authority) -> tuple[bytes, str]:
    document = dsse.strict_json(data, "the attestation")
    if isinstance(document, dict) and "mediaType" in document:
        payload, _, signer = authenticate(bundles.parse(data), authority)
        return payload, signer
    trusted = authority.trust.public_keys()
    if not trusted:
        raise UsageError("the attestation is by key, and no key is trusted: give --key, or `pratique keys trust`")
    verified = dsse.verify(data, PAYLOAD_TYPE, trusted)
    return verified.payload, verified.key_id


def _excluded(statement: Statement) -> tuple[str, ...]:
    """Which files the signer left out: a signed list, so that nobody else can make it longer."""
    scope = (statement.subjects[0].annotations or {}).get(SCOPE)
    if scope is None:
        return ()
    excluded = scope.get("excluded") if isinstance(scope, dict) else None
    if not isinstance(excluded, list) or len(excluded) > MAX_EXCLUDED or not all(isinstance(p, str) for p in excluded):
        raise TamperedError("the attestation's excluded paths are malformed")
    return tuple(excluded)
