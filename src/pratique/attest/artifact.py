"""Verify one file against a Sigstore bundle that signs its bytes, or states its digest (`*.sigstore.json`)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pratique.attest import bundle as bundles
from pratique.attest import certificates, dsse, keyless, keys
from pratique.attest import statement as intoto
from pratique.attest.model import Authority, authenticate
from pratique.domain.errors import TamperedError, UsageError

if TYPE_CHECKING:
    from pratique.attest.bundle import Bundle
    from pratique.attest.dsse import PublicKey


def verify_artifact(data: bytes, sha256: bytes, authority: Authority) -> str:
    """Who signed the artifact with this digest.

    Steps: (1) parse; with an envelope: (2) authenticate it and (3) find the digest among the statement's subjects; without:
    (4) the digest that the bundle names is the artifact's, and (5) the signature over it is valid and its signer trusted.
    Raises `TamperedError`, which says what failed.
    """
    bundle = bundles.parse(data)  # (1)
    if bundle.envelope is not None:
        payload, _, signer = authenticate(bundle, authority)  # (2)
        statement = intoto.parse(payload)
        if not any(subject.digest.get("sha256") == sha256.hex() for subject in statement.subjects):  # (3)
            raise TamperedError(f"the statement is not about sha256:{sha256.hex()}")
        return signer
    if bundle.digest not in (None, sha256):  # (4)
        raise TamperedError(f"the bundle is over sha256:{(bundle.digest or b'').hex()}, not sha256:{sha256.hex()}")
    return _signer(bundle, sha256, authority)  # (5)


def _signer(bundle: Bundle, sha256: bytes, authority: Authority) -> str:
    trust = authority.trust
    if bundle.material == "certificate" or (bundle.material == "x509CertificateChain" and bundle.tlog_entries):
        if not trust.identities:
            raise UsageError("the signature is keyless, and no identity is trusted: give --identity and --issuer")
        signer = keyless.verify_digest(bundle, sha256, trust.identities, authority.sigstore)
        return f"{signer.identity} ({signer.issuer})"
    if bundle.material == "publicKey":
        trusted = trust.public_keys()
        if not trusted:
            raise UsageError("the signature is by key, and no key is trusted: give --key, or `pratique keys trust`")
        for key in trusted:
            if (bundle.key_hint is None or bundle.key_hint in keys.hints(key)) and _is_over(key, bundle, sha256):
                return dsse.key_id(key)
        raise TamperedError("the signature is by none of the trusted keys, or over something else")
    chain = certificates.verify(
        bundle.chain, trust.certificates(), authority.now(), allow_expired=authority.allow_expired
    )
    trust.refuse_revoked(dsse.key_id(chain.key), *chain.fingerprints)
    if not _is_over(chain.key, bundle, sha256):
        raise TamperedError("the signature does not verify under its certificate")
    return chain.subject


def _is_over(key: PublicKey, bundle: Bundle, sha256: bytes) -> bool:
    """ECDSA over the digest; a key that hashes otherwise cannot have signed a SHA-256."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, EllipticCurvePublicKey
    from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
    from cryptography.hazmat.primitives.hashes import SHA256

    if not isinstance(key, EllipticCurvePublicKey) or bundle.signature is None:
        return False
    try:
        key.verify(bundle.signature, sha256, ECDSA(Prehashed(SHA256())))
    except InvalidSignature:
        return False
    return True
