"""Sigstore bundles (sigstore_bundle.proto, versions 0.1 to 0.3) as files: parsed strictly, written as model-signing reads them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from pratique.attest.dsse import decode_base64, strict_json
from pratique.domain.errors import TamperedError

MEDIA_TYPE = "application/vnd.dev.sigstore.bundle.v0.3+json"
MEDIA_TYPES = (MEDIA_TYPE, *(f"application/vnd.dev.sigstore.bundle+json;version=0.{n}" for n in (1, 2, 3)))
MAX_BUNDLE_BYTES = 128 << 20  # some 400,000 files; reading takes about eight times as much memory
MAX_CERTIFICATES = 16
_FIELDS = {"mediaType", "verificationMaterial", "dsseEnvelope", "messageSignature"}


@dataclass(frozen=True, slots=True)
class Bundle:
    """A parsed bundle. Nothing in it is verified."""

    raw: bytes
    material: str  # "publicKey", "x509CertificateChain" or "certificate"
    key_hint: str | None
    chain: tuple[bytes, ...]  # DER, the signing certificate first
    tlog_entries: int
    envelope: bytes | None  # DSSE, as JSON
    signature: bytes | None  # over an artifact's bytes, where there is no envelope
    digest: bytes | None  # that the signature claims the artifact has


def parse(data: bytes) -> Bundle:
    """Steps: (1) size, (2) JSON, (3) media type, (4) verification material, (5) the envelope or signature.

    Raises `TamperedError`, which says what is wrong.
    """
    if len(data) > MAX_BUNDLE_BYTES:  # (1)
        raise TamperedError(f"the bundle is larger than {MAX_BUNDLE_BYTES} bytes")
    if not data.strip():
        raise TamperedError("the bundle is empty")
    document = strict_json(data, "the bundle")  # (2)
    if not isinstance(document, dict):
        raise TamperedError("the bundle is not a JSON object")
    unknown = sorted(document.keys() - _FIELDS)
    if unknown:
        raise TamperedError(f"the bundle has the unknown field {unknown[0][:80]!r}")
    if document.get("mediaType") not in MEDIA_TYPES:  # (3)
        raise TamperedError(f"the bundle's mediaType is {str(document.get('mediaType'))[:80]!r}, not {MEDIA_TYPE!r}")
    material = document.get("verificationMaterial")
    if not isinstance(material, dict):
        raise TamperedError("the bundle has no verificationMaterial")
    kind, hint, chain = _material(material)  # (4)
    entries = material.get("tlogEntries", [])
    if not isinstance(entries, list):
        raise TamperedError("the bundle's tlogEntries are not a list")
    if kind == "certificate" and not entries:
        raise TamperedError("a Sigstore certificate needs a transparency log entry, and the bundle has none")
    envelope, signature, digest = _content(document)  # (5)
    return Bundle(data, kind, hint, chain, len(entries), envelope, signature, digest)


def _material(material: dict[str, Any]) -> tuple[str, str | None, tuple[bytes, ...]]:
    kinds = [k for k in ("publicKey", "x509CertificateChain", "certificate") if material.get(k) is not None]
    if len(kinds) != 1:
        found = " and ".join(kinds) or "none"
        raise TamperedError(f"the bundle must have one of publicKey, x509CertificateChain, certificate; it has {found}")
    content = material[kinds[0]]
    if not isinstance(content, dict):
        raise TamperedError(f"the bundle's {kinds[0]} is not an object")
    if kinds[0] == "publicKey":
        hint = content.get("hint")
        if hint is not None and not isinstance(hint, str):
            raise TamperedError("the bundle's key hint is not a string")
        return kinds[0], hint or None, ()
    listed = content.get("certificates") if kinds[0] == "x509CertificateChain" else [content]
    if not isinstance(listed, list) or not 0 < len(listed) <= MAX_CERTIFICATES:
        raise TamperedError(f"the bundle must have 1 to {MAX_CERTIFICATES} certificates")
    return kinds[0], None, tuple(_certificate(entry) for entry in listed)


def _certificate(entry: object) -> bytes:
    return decode_base64(entry.get("rawBytes") if isinstance(entry, dict) else None, "bundle's certificate")


def _content(document: dict[str, Any]) -> tuple[bytes | None, bytes | None, bytes | None]:
    envelope, message = document.get("dsseEnvelope"), document.get("messageSignature")
    if (envelope is None) == (message is None):
        raise TamperedError("the bundle must have either a dsseEnvelope or a messageSignature")
    content = message if envelope is None else envelope
    if not isinstance(content, dict):
        raise TamperedError("the bundle's dsseEnvelope or messageSignature is not an object")
    if envelope is not None:
        return json.dumps(envelope).encode(), None, None
    digest = content.get("messageDigest")
    claimed = None
    if isinstance(digest, dict):
        if digest.get("algorithm") != "SHA2_256":
            raise TamperedError(f"the bundle's digest algorithm is {str(digest.get('algorithm'))[:40]!r}, not SHA2_256")
        claimed = decode_base64(digest.get("digest"), "bundle's message digest")
    return None, decode_base64(content.get("signature"), "bundle's signature"), claimed


def write(envelope: bytes, material: dict[str, object]) -> bytes:
    """The bundle of a DSSE envelope (JSON) as canonical JSON."""
    document = {
        "mediaType": MEDIA_TYPE,
        "verificationMaterial": {**material, "tlogEntries": []},
        "dsseEnvelope": json.loads(envelope),
    }
    return json.dumps(document, sort_keys=True, separators=(",", ":")).encode() + b"\n"
