"""Certificate chains: from the certificate that signed to a trusted root (RFC 5280, section 6, without policies and names).

There is no trusted time beside such a signature, so validity is checked now, or, if asked, at the moment that the signing
certificate became valid (which is what model-signing does, and which never expires).
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from pratique.attest.dsse import supported
from pratique.domain.errors import TamperedError, UsageError

if TYPE_CHECKING:
    from cryptography.x509 import Certificate

    from pratique.attest.dsse import PublicKey

MAX_DEPTH = 8
# Critical extensions that are understood here; any other critical one makes a certificate unusable (RFC 5280, section 4.2).
_UNDERSTOOD = {
    "2.5.29.15",
    "2.5.29.19",
    "2.5.29.37",
    "2.5.29.17",
}  # keyUsage, basicConstraints, extKeyUsage, subjectAltName


@dataclass(frozen=True, slots=True)
class Chain:
    """A path that was verified: the key that signed, the certificate's subject, and the path's SHA-256 fingerprints."""

    key: PublicKey
    subject: str
    fingerprints: tuple[str, ...]
    expired: bool


def load(pem: bytes, what: str) -> tuple[Certificate, ...]:
    """The certificates of a PEM file; raises `UsageError` if there are none."""
    from cryptography.x509 import load_pem_x509_certificates

    try:
        return tuple(load_pem_x509_certificates(pem))
    except ValueError as error:
        raise UsageError(f"{what}: no PEM certificates: {error}") from None


def to_der(certificate: Certificate) -> bytes:
    """The certificate as DER."""
    from cryptography.hazmat.primitives.serialization import Encoding

    return certificate.public_bytes(Encoding.DER)


def fingerprint(certificate: Certificate) -> str:
    """SHA-256 of the DER, in hexadecimal."""
    import hashlib

    return hashlib.sha256(to_der(certificate)).hexdigest()


def verify(
    chain: tuple[bytes, ...], roots: tuple[Certificate, ...], now: datetime, *, allow_expired: bool = False
) -> Chain:
    """Steps: (1) parse; (2) the signing certificate may sign and its key is of a known kind; (3) a path of valid issuers, at
    most `MAX_DEPTH` long, leads to a trusted root; (4) every certificate of the path is valid at the time that counts.

    Raises `TamperedError`, which says what is wrong.
    """
    presented = tuple(_parse(der) for der in chain)  # (1)
    if not presented:
        raise TamperedError("the signature has no certificate")
    signing = presented[0]
    key = _usable(signing)  # (2)
    path = _path(signing, presented[1:], roots)  # (3)
    expired = not all(c.not_valid_before_utc <= now <= c.not_valid_after_utc for c in path)
    if expired and not allow_expired:  # (4)
        late = next(c for c in path if not c.not_valid_before_utc <= now <= c.not_valid_after_utc)
        raise TamperedError(
            f"the certificate of {_name(late)!r} is valid from {late.not_valid_before_utc:%Y-%m-%d} to "
            f"{late.not_valid_after_utc:%Y-%m-%d}, not now; --allow-expired accepts what was signed before"
        )
    at = signing.not_valid_before_utc
    if not all(c.not_valid_before_utc <= at <= c.not_valid_after_utc for c in path):
        raise TamperedError("an issuer's certificate was not valid when the signing certificate was made")
    return Chain(key, _name(signing), tuple(fingerprint(c) for c in path), expired)


def _parse(der: bytes) -> Certificate:
    from cryptography.x509 import (
        DuplicateExtension,
        InvalidVersion,
        UnsupportedGeneralNameType,
        load_der_x509_certificate,
    )

    try:
        with warnings.catch_warnings():
            # What cryptography only warns of is disallowed by RFC 5280 (a serial number that is not positive).
            warnings.simplefilter("error")
            certificate = load_der_x509_certificate(der)
            critical = [e.oid.dotted_string for e in certificate.extensions if e.critical]
            # Fields are parsed when they are asked for: ask for all that is used later, so that all errors come here.
            _ = certificate.subject.rfc4514_string(), certificate.issuer, certificate.signature_algorithm_oid
            _ = certificate.not_valid_before_utc, certificate.not_valid_after_utc
    except (
        ValueError,
        TypeError,
        UserWarning,
        DuplicateExtension,
        InvalidVersion,
        UnsupportedGeneralNameType,
    ) as error:
        raise TamperedError(f"the bundle's certificate is malformed: {error}") from None
    unknown = sorted(set(critical) - _UNDERSTOOD)
    if unknown:
        raise TamperedError(f"a certificate has the critical extension {unknown[0]}, which is not understood")
    return certificate


def _usable(certificate: Certificate) -> PublicKey:
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.x509 import ExtendedKeyUsage, ExtensionNotFound, KeyUsage
    from cryptography.x509.oid import ExtendedKeyUsageOID

    extensions = certificate.extensions
    usable = False
    try:
        usable = extensions.get_extension_for_class(KeyUsage).value.digital_signature
    except ExtensionNotFound:
        try:
            usable = ExtendedKeyUsageOID.CODE_SIGNING in extensions.get_extension_for_class(ExtendedKeyUsage).value
        except ExtensionNotFound:
            usable = False
    if not usable:
        raise TamperedError(f"the certificate of {_name(certificate)!r} is not for signing (keyUsage digitalSignature)")
    try:
        return supported(certificate.public_key())
    except (UsageError, UnsupportedAlgorithm, ValueError) as error:
        raise TamperedError(f"the signing certificate: {error}") from None


def _path(
    signing: Certificate, intermediates: tuple[Certificate, ...], roots: tuple[Certificate, ...]
) -> list[Certificate]:
    """Issuer by issuer; a trusted root ends it. A trusted certificate that signed by itself is its own root."""
    trusted = {fingerprint(root) for root in roots}
    path = [signing]
    for depth in range(MAX_DEPTH):
        if fingerprint(path[-1]) in trusted:
            return path
        issuer = next((c for c in (*roots, *intermediates) if _issued(path[-1], c, depth)), None)
        if issuer is None or issuer in path:
            break
        path.append(issuer)
    raise TamperedError(f"no trusted root has issued the certificate of {_name(signing)!r}")


def _issued(certificate: Certificate, issuer: Certificate, below: int) -> bool:
    """Whether `issuer` may issue (basicConstraints, keyUsage, path length) and has signed `certificate`."""
    from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
    from cryptography.x509 import BasicConstraints, ExtensionNotFound, KeyUsage

    try:
        constraints = issuer.extensions.get_extension_for_class(BasicConstraints).value
        if not constraints.ca or (constraints.path_length is not None and constraints.path_length < below):
            return False
        if not issuer.extensions.get_extension_for_class(KeyUsage).value.key_cert_sign:
            return False
    except (ExtensionNotFound, ValueError):
        return False
    try:
        certificate.verify_directly_issued_by(issuer)
    except (InvalidSignature, UnsupportedAlgorithm, ValueError, TypeError):
        return False
    return True


def _name(certificate: Certificate) -> str:
    return certificate.subject.rfc4514_string()[:200] or fingerprint(certificate)[:16]


def now() -> datetime:
    """The present, in UTC."""
    return datetime.now(UTC)
