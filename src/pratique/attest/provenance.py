"""Provenance of files of a package index (PEP 740), verified: who published a file, and that it is this very file.

An attestation becomes a Sigstore bundle, as PEP 740 ("Attestation objects") says how. The steps, numbered once:

1. The document is JSON, of version 1, with 1 to 16 bundles of 1 to 16 attestations.
2. Each bundle names a publisher, with the fields of its kind.
3. Each attestation is of version 1, and holds an in-toto Statement with one subject.
4. The subject's name is the file's: name, version, build and tags are the same once parsed.
5. The subject's SHA-256 is the file's.
6. The predicate's type is one that PyPI publishes.
7. Certificate, log entry and envelope make a Sigstore bundle.
8. Sigstore's verifier accepts it: certificate at a proven time, SCT, log entry, signature, and that the entry is of this signature.
9. The certificate is of the publisher that the bundle names.

Steps 1 to 6 need nothing but the document. Where 7 to 9 cannot be done, for want of the package or a root of trust, the publisher
stays claimed, and says why.
"""

from __future__ import annotations

import base64
import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from pratique.attest import bundle, dsse, keyless, publishers, statement
from pratique.attest.keyless import SigstoreTrust
from pratique.domain.artifact import Publisher
from pratique.domain.errors import TamperedError, UnavailableError, UsageError

if TYPE_CHECKING:
    from sigstore.models import TrustedRoot

MAX_BUNDLES = MAX_ATTESTATIONS = MAX_LOG_ENTRIES = 16
PREDICATE_TYPES = ("https://docs.pypi.org/attestations/publish/v1", "https://slsa.dev/provenance/v1")
OUT_OF_REACH = (
    "Sigstore's root of trust could not be refreshed; with PRATIQUE_SIGSTORE_ROOT=offline the installed one is used"
)


@dataclass(slots=True)
class Verified:
    """The port `Provenance`, by Sigstore. The root of trust is loaded when it is first needed, and kept."""

    trust: SigstoreTrust = field(default_factory=SigstoreTrust)
    _root: TrustedRoot | None = None
    _missing: str = ""  # why there is no root

    def publishers(self, document: bytes, filename: str, sha256: str) -> tuple[Publisher, ...]:
        """The distinct publishers of a file; raises `TamperedError`, which names the file and what is wrong."""
        try:
            return tuple(dict.fromkeys(self._each(document, filename, sha256)))
        except TamperedError as error:
            raise TamperedError(f"{filename}: its provenance: {error}") from None

    def _each(self, document: bytes, filename: str, sha256: str) -> Iterator[Publisher]:
        for entry in _bundles(document):  # (1)
            publisher = publishers.named(entry.get("publisher"))  # (2)
            for attestation in _listed(entry, "attestations", MAX_ATTESTATIONS):
                check_subject(payload_of(attestation), filename, sha256)  # (3) to (6)
                publisher = self._signed(attestation, publisher)
            yield publisher

    def _signed(self, attestation: dict[str, Any], publisher: Publisher) -> Publisher:
        if publisher.unverified:
            return publisher
        made = bundle.parse(bundle_of(attestation))  # (7)
        root = self._loaded()
        if root is None:
            return replace(publisher, unverified=self._missing)
        found = keyless.verify_envelope_of(made, lambda c: publishers.check(publisher, c), root)  # (8), (9)
        if found != (statement.PAYLOAD_TYPE, payload_of(attestation)):
            raise TamperedError("what was signed is not what it says")
        return publisher

    def _loaded(self) -> TrustedRoot | None:
        if self._root is None and not self._missing:
            try:
                self._root = keyless.root_of(self.trust)
            except UnavailableError as error:
                self._missing = keyless.INSTALL if str(error) == keyless.INSTALL else OUT_OF_REACH
        return self._root


def verifier(environment: Mapping[str, str]) -> Verified:
    """With the root of trust that `PRATIQUE_SIGSTORE_ROOT` names: a trusted_root.json, or `offline` for the installed one."""
    root = environment.get("PRATIQUE_SIGSTORE_ROOT", "")
    if root == "offline":
        return Verified(SigstoreTrust(offline=True))
    if root and not os.path.isfile(root):
        raise UsageError(f"PRATIQUE_SIGSTORE_ROOT: {root}: no such file")
    return Verified(SigstoreTrust(root or None))


def _bundles(document: bytes) -> list[dict[str, Any]]:
    """Step 1."""
    found = dsse.strict_json(document, "the document")
    if not isinstance(found, dict) or found.get("version", 1) != 1:  # PyPI's documents before 2025 lack it
        raise TamperedError("the document is not of version 1")
    return _listed(found, "attestation_bundles", MAX_BUNDLES)


def _listed(document: dict[str, Any], name: str, most: int) -> list[dict[str, Any]]:
    found = document.get(name)
    if not isinstance(found, list) or not 0 < len(found) <= most or not all(isinstance(e, dict) for e in found):
        raise TamperedError(f"{name} must be a list of 1 to {most} objects")
    return found


def payload_of(attestation: dict[str, Any]) -> bytes:
    """The bytes of the statement of an attestation of version 1 (3)."""
    if attestation.get("version") != 1:
        raise TamperedError("an attestation is not of version 1")
    envelope = attestation.get("envelope")
    return dsse.decode_base64(envelope.get("statement") if isinstance(envelope, dict) else None, "statement")


def check_subject(payload: bytes, filename: str, sha256: str) -> None:
    """Steps 3 to 6: the statement is about a file of that name and digest, and of a type that PyPI publishes."""
    found = statement.parse(_without_null(payload))  # (3)
    if len(found.subjects) != 1:
        raise TamperedError("the statement must have exactly one subject")
    subject = found.subjects[0]
    if _parsed(subject.name) != _parsed(filename):  # (4)
        raise TamperedError(f"it is about another file, {subject.name[:120]!r}")
    if subject.digest.get("sha256") != sha256:  # (5)
        raise TamperedError("it is about other bytes")
    if found.predicate_type not in PREDICATE_TYPES:  # (6)
        raise TamperedError(f"its type is {found.predicate_type[:120]!r}, which PyPI does not publish")


def _without_null(payload: bytes) -> bytes:
    """A publish attestation has no predicate, which is written as null."""
    document = dsse.strict_json(payload, "the statement")
    if isinstance(document, dict) and document.get("predicate", ...) is None:
        return json.dumps({k: v for k, v in document.items() if k != "predicate"}).encode()
    return payload


def _parsed(filename: str) -> tuple[object, ...]:
    """What a file's name says (binary and source distribution formats), whatever its spelling; raises `TamperedError`."""
    from packaging.utils import parse_sdist_filename, parse_wheel_filename

    try:
        if filename.endswith(".whl"):
            return parse_wheel_filename(filename)
        return (*parse_sdist_filename(filename), filename.endswith(".zip"))
    except ValueError:  # of packaging, and of numbers that are too long
        raise TamperedError(f"{filename[:120]!r} is no name of a wheel or source archive") from None


def bundle_of(attestation: dict[str, Any]) -> bytes:
    """Step 7: the attestation as a Sigstore bundle of version 0.3. Of several log entries the first counts."""
    material, envelope = attestation.get("verification_material"), attestation.get("envelope")
    if not isinstance(material, dict) or not isinstance(envelope, dict):
        raise TamperedError("the attestation lacks its verification_material or envelope")
    entries = _listed(material, "transparency_entries", MAX_LOG_ENTRIES)
    parts = (
        dsse.decode_base64(value, what)
        for value, what in (
            (material.get("certificate"), "certificate"),
            (envelope.get("statement"), "statement"),
            (envelope.get("signature"), "signature"),
        )
    )
    certificate, payload, signature = (base64.b64encode(part).decode() for part in parts)
    document = {
        "mediaType": bundle.MEDIA_TYPE,
        "verificationMaterial": {"certificate": {"rawBytes": certificate}, "tlogEntries": entries[:1]},
        "dsseEnvelope": {
            "payload": payload,
            "payloadType": statement.PAYLOAD_TYPE,
            "signatures": [{"sig": signature}],
        },
    }
    return json.dumps(document).encode()
