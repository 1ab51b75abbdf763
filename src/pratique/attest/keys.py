"""Key pairs as files: made, written so that only their owner can read the private one, and read with clear errors."""

from __future__ import annotations

import base64
import hashlib
import os
import stat
from typing import TYPE_CHECKING

from pratique.attest import dsse
from pratique.domain.errors import UnavailableError, UsageError

if TYPE_CHECKING:
    from pratique.attest.dsse import PrivateKey, PublicKey

KINDS = ("ecdsa-p256", "ecdsa-p384", "ecdsa-p521", "ed25519")
MAX_KEY_BYTES = 1 << 20


def generate(kind: str) -> PrivateKey:
    """A fresh private key of one of `KINDS`."""
    from cryptography.hazmat.primitives.asymmetric import ec, ed25519

    if kind == "ed25519":
        return ed25519.Ed25519PrivateKey.generate()
    curves: dict[str, ec.EllipticCurve] = {
        "ecdsa-p256": ec.SECP256R1(),
        "ecdsa-p384": ec.SECP384R1(),
        "ecdsa-p521": ec.SECP521R1(),
    }
    if kind not in curves:
        raise UsageError(f"a key is one of {', '.join(KINDS)}, not {kind!r}")
    return ec.generate_private_key(curves[kind])


def kind_of(key: PublicKey) -> str:
    """One of `KINDS`."""
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey

    return f"ecdsa-p{key.curve.key_size}" if isinstance(key, EllipticCurvePublicKey) else "ed25519"


def public_pem(key: PublicKey) -> bytes:
    """SubjectPublicKeyInfo, PEM (RFC 7468)."""
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def hint(key: PublicKey) -> str:
    """What a model-signing bundle names a key by: the SHA-256 of its PEM text, in hexadecimal."""
    return hashlib.sha256(public_pem(key)).hexdigest()


def hints(key: PublicKey) -> tuple[str, ...]:
    """All that bundles name a key by: model-signing's, the digest of its DER, and the same in base64 (cosign)."""
    id_ = dsse.key_id(key)
    return hint(key), id_, base64.b64encode(bytes.fromhex(id_)).decode()


def save(key: PrivateKey, path: str, password: bytes | None) -> str:
    """Write the private key to `path` (mode 600, never over another file) and the public one to `path`.pub; returns that."""
    from cryptography.hazmat.primitives.serialization import (
        BestAvailableEncryption,
        Encoding,
        KeySerializationEncryption,
        NoEncryption,
        PrivateFormat,
    )

    encryption: KeySerializationEncryption = BestAvailableEncryption(password) if password else NoEncryption()
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, encryption)
    public = path + ".pub"
    if os.path.lexists(public):
        raise UsageError(f"{public}: exists already; a key is never overwritten")
    _create(path, pem, 0o600)
    _create(public, public_pem(key.public_key()), 0o644)
    return public


def _create(path: str, data: bytes, mode: int) -> None:
    try:
        # Created with its final mode: there is no moment in which others could open it.
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0), mode)
    except FileExistsError:
        raise UsageError(f"{path}: exists already; a key is never overwritten") from None
    except OSError as error:
        raise UnavailableError(f"{path}: {error.strerror}") from None
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def read(path: str, limit_bytes: int = MAX_KEY_BYTES) -> bytes:
    """A small file. Raises `UsageError` where there is none or it is too large, `UnavailableError` where reading fails."""
    try:
        with open(path, "rb") as file:
            data = file.read(limit_bytes + 1)
    except FileNotFoundError:
        raise UsageError(f"{path}: no such file") from None
    except (OSError, ValueError) as error:
        raise UnavailableError(f"{path}: {getattr(error, 'strerror', None) or error}") from None
    if len(data) > limit_bytes:
        raise UsageError(f"{path}: larger than {limit_bytes} bytes")
    return data


def load_public(path: str) -> PublicKey:
    """The public key in the PEM file at `path`."""
    try:
        return dsse.load_public_key(read(path))
    except UsageError as error:
        raise UsageError(_at(path, error)) from None


def load_private(path: str, password: bytes | None) -> PrivateKey:
    """The private key in the PEM file at `path`, which others must not be able to read."""
    data = read(path)
    if os.name == "posix" and stat.S_IMODE(os.stat(path).st_mode) & 0o007:
        raise UsageError(f"{path}: everybody on this computer can use this key; run `chmod 600 {path}`")
    try:
        return dsse.load_private_key(data, password)
    except UsageError as error:
        raise UsageError(_at(path, error)) from None


def _at(path: str, error: UsageError) -> str:
    return str(error) if str(error).startswith(path) else f"{path}: {error}"
