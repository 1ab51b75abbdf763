"""DSSE envelopes (https://github.com/secure-systems-lab/dsse, protocol v1.0.2) with Ed25519 and ECDSA keys.

ECDSA is over P-256 with SHA-256, P-384 with SHA-384 or P-521 with SHA-512 (OpenSSF Model Signing v1.0, "Key-based signing").
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pratique.domain.errors import TamperedError, UsageError

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ec import (
        ECDSA,
        EllipticCurvePrivateKey,
        EllipticCurvePublicKey,
    )
    from cryptography.hazmat.primitives.asymmetric.ed25519 import (
        Ed25519PrivateKey,
        Ed25519PublicKey,
    )

    PrivateKey = Ed25519PrivateKey | EllipticCurvePrivateKey
    PublicKey = Ed25519PublicKey | EllipticCurvePublicKey

MAX_SIGNATURES = 64
CURVES = {"secp256r1": "sha256", "secp384r1": "sha384", "secp521r1": "sha512"}
CURVE_NAMES = "P-256, P-384 or P-521"


@dataclass(frozen=True, slots=True)
class Verified:
    """What a verified envelope holds, and whose key signed it."""

    payload: bytes
    payload_type: str
    key_id: str


def pre_authentication_encoding(payload_type: str, payload: bytes) -> bytes:
    """PAE of the DSSE protocol: what is signed."""
    type_ = payload_type.encode("utf-8")
    return b"DSSEv1 %d %b %d %b" % (len(type_), type_, len(payload), payload)


def key_id(key: PublicKey) -> str:
    """SHA-256 of the DER SubjectPublicKeyInfo, in hexadecimal."""
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    return hashlib.sha256(key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).hexdigest()


def load_public_key(pem: bytes) -> PublicKey:
    """A PEM public key; raises `UsageError` for any other kind than Ed25519 and ECDSA P-256, P-384 and P-521."""
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.serialization import load_pem_public_key

    try:
        key = load_pem_public_key(pem)
    except (ValueError, UnsupportedAlgorithm) as error:
        raise UsageError(f"not a PEM public key: {error}") from None
    return supported(key)


def load_private_key(pem: bytes, password: bytes | None = None) -> PrivateKey:
    """A PEM private key; raises `UsageError` for any other kind than Ed25519 and ECDSA P-256, P-384 and P-521."""
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    try:
        key = load_pem_private_key(pem, password)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise UsageError(f"not a usable PEM private key: {error}") from None
    if isinstance(key, Ed25519PrivateKey | EllipticCurvePrivateKey):
        supported(key.public_key())
        return key
    raise UsageError(f"the key is neither Ed25519 nor ECDSA {CURVE_NAMES}")


def supported(key: object) -> PublicKey:
    """`key` if it is of a kind that is used here; raises `UsageError` for any other."""
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    if isinstance(key, Ed25519PublicKey):
        return key
    if isinstance(key, EllipticCurvePublicKey) and key.curve.name in CURVES:
        return key
    raise UsageError(f"the key is neither Ed25519 nor ECDSA {CURVE_NAMES}")


def ecdsa_for(curve: str) -> ECDSA:
    """ECDSA with the hash that belongs to the curve."""
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric.ec import ECDSA

    by_name: dict[str, hashes.HashAlgorithm] = {
        "sha256": hashes.SHA256(),
        "sha384": hashes.SHA384(),
        "sha512": hashes.SHA512(),
    }
    return ECDSA(by_name[CURVES[curve]])


def sign(payload: bytes, payload_type: str, key: PrivateKey) -> bytes:
    """The envelope as canonical JSON."""
    message = pre_authentication_encoding(payload_type, payload)
    signature = _signature(key, message)
    envelope = {
        "payloadType": payload_type,
        "payload": base64.b64encode(payload).decode(),
        "signatures": [{"keyid": key_id(key.public_key()), "sig": base64.b64encode(signature).decode()}],
    }
    return json.dumps(envelope, sort_keys=True, separators=(",", ":")).encode()


def _signature(key: PrivateKey, message: bytes) -> bytes:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey

    if isinstance(key, EllipticCurvePrivateKey):
        return key.sign(message, ecdsa_for(key.curve.name))
    return key.sign(message)


def verify(envelope: bytes, payload_type: str, keys: tuple[PublicKey, ...]) -> Verified:
    """The payload, once at least one signature by one of `keys` is valid over it.

    Steps: (1) parse; (2) the payload type must be the expected one; (3) decode the payload; (4) some signature must verify
    under a trusted key over the PAE of exactly these bytes. The envelope's `keyid` is a hint and decides nothing.
    """
    document = _parse(envelope)  # (1)
    if document["payloadType"] != payload_type:  # (2)
        raise TamperedError(f"the envelope holds {document['payloadType']!r}, not {payload_type!r}")
    payload = decode_base64(document["payload"], "envelope's payload")  # (3)
    message = pre_authentication_encoding(payload_type, payload)
    for entry in document["signatures"][:MAX_SIGNATURES]:  # (4)
        signature = decode_base64(entry.get("sig") if isinstance(entry, dict) else None, "envelope's signature")
        for key in keys:
            if is_valid(key, signature, message):
                return Verified(payload, payload_type, key_id(key))
    raise TamperedError("no signature of the envelope is by a trusted key")


def _parse(envelope: bytes) -> dict[str, Any]:
    document = strict_json(envelope, "the envelope")
    fields = {"payloadType": str, "payload": str, "signatures": list}
    if not isinstance(document, dict) or not all(isinstance(document.get(k), t) for k, t in fields.items()):
        raise TamperedError("not a DSSE envelope: payloadType, payload and signatures are needed")
    return document


def strict_json(data: bytes, what: str) -> Any:
    """The JSON value of `data`; a key that stands twice in an object is refused: two readers could take two values."""
    try:
        return json.loads(data, object_pairs_hook=_unique)
    except (ValueError, RecursionError) as error:
        raise TamperedError(f"{what} is not JSON: {error}") from None


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    document = dict(pairs)
    if len(document) != len(pairs):
        raise ValueError("a key stands twice in one object")
    return document


def decode_base64(text: object, what: str) -> bytes:
    """Standard or URL-safe base64, as the protocol allows both."""
    if not isinstance(text, str):
        raise TamperedError(f"the {what} is missing")
    try:
        return base64.b64decode(text.replace("-", "+").replace("_", "/"), validate=True)
    except (binascii.Error, ValueError):
        raise TamperedError(f"the {what} is not base64") from None


def is_valid(key: PublicKey, signature: bytes, message: bytes) -> bool:
    """Whether `signature` is `key`'s over `message`."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey

    try:
        if isinstance(key, EllipticCurvePublicKey):
            key.verify(signature, message, ecdsa_for(key.curve.name))
        else:
            key.verify(signature, message)
    except InvalidSignature:
        return False
    return True
