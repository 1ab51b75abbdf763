"""Keyless Sigstore through the `sigstore` package (extra `sigstore`), imported only when a bundle needs it.

The package does the cryptography of the Sigstore client specification (certificate at a proven time, SCT, log entry, timestamps);
what stands here is what is asked of it, and that none of its errors passes for success.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from pratique.attest.trust import Identity
from pratique.domain.errors import PratiqueError, TamperedError, UnavailableError, UsageError

if TYPE_CHECKING:
    from cryptography.x509 import Certificate
    from sigstore.models import Bundle as SigstoreBundle
    from sigstore.models import ClientTrustConfig, TrustedRoot
    from sigstore.verify import Verifier

    from pratique.attest.bundle import Bundle
    from pratique.attest.statement import Statement

T = TypeVar("T")
INSTALL = "keyless signatures need the package sigstore: `pip install 'pratique[sigstore]'`"


@dataclass(frozen=True, slots=True)
class SigstoreTrust:
    """Which Sigstore instance: a `trusted_root.json`, or the public one, whose root is refreshed by TUF unless `offline`."""

    root_file: str | None = None
    offline: bool = False


@dataclass(frozen=True, slots=True)
class KeylessSigner:
    """Signs as the holder of an OpenID Connect token: given, or that of the CI job that this runs in."""

    token: str | None = None

    def bundle(self, statement: Statement) -> bytes:
        """Raises `UnavailableError` where Sigstore cannot be reached, `UsageError` where there is no token."""
        try:
            return _guarded(lambda: self._bundle(statement))
        except TamperedError as error:
            raise UnavailableError(f"Sigstore did not sign: {error}") from None

    def _bundle(self, statement: Statement) -> bytes:
        from sigstore.dsse import Statement as SigstoreStatement
        from sigstore.models import ClientTrustConfig
        from sigstore.oidc import IdentityError, IdentityToken, detect_credential
        from sigstore.sign import SigningContext

        token = self.token or detect_credential()
        if not token:
            raise UsageError(
                "keyless signing needs an OpenID Connect token: --identity-token, or a CI job that offers one"
            )
        try:
            identity = IdentityToken(token)
        except IdentityError as error:
            raise UsageError(f"the identity token cannot be used: {error}") from None
        context = SigningContext.from_trust_config(ClientTrustConfig.production())
        with context.signer(identity) as signer:
            bundle: SigstoreBundle = signer.sign_dsse(SigstoreStatement(statement.to_json()))
        return str(bundle.to_json()).encode()


def verify_envelope(
    bundle: Bundle, identities: tuple[Identity, ...], trust: SigstoreTrust
) -> tuple[str, bytes, Identity]:
    """Payload type, payload and signer of a bundle with an envelope; raises `TamperedError` if any check fails."""

    def check() -> tuple[str, bytes, Identity]:
        parsed, verifier = _loaded(bundle, trust)
        type_, payload = verifier.verify_dsse(parsed, _any_of(identities))
        return type_, payload, _which(parsed, identities)

    return _guarded(check)


def root_of(trust: SigstoreTrust) -> TrustedRoot:
    """The root of trust, to verify many bundles with. Raises `UnavailableError` without the package, or out of reach."""
    return _guarded(lambda: _root(trust))


def verify_envelope_of(bundle: Bundle, of: Callable[[Certificate], None], root: TrustedRoot) -> tuple[str, bytes]:
    """Payload type and payload of a bundle with an envelope whose certificate `of` accepts: it raises `TamperedError` if not."""

    class Policy:
        def verify(self, certificate: Certificate) -> None:
            of(certificate)

    def check() -> tuple[str, bytes]:
        from sigstore.models import Bundle as SigstoreBundle
        from sigstore.verify import Verifier

        found: tuple[str, bytes] = Verifier(trusted_root=root).verify_dsse(
            SigstoreBundle.from_json(bundle.raw), Policy()
        )
        return found

    return _guarded(check)


def verify_digest(bundle: Bundle, sha256: bytes, identities: tuple[Identity, ...], trust: SigstoreTrust) -> Identity:
    """The signer of a bundle over an artifact with that digest; raises `TamperedError` if any check fails."""

    def check() -> Identity:
        from sigstore.hashes import Hashed
        from sigstore_models.common.v1 import HashAlgorithm

        parsed, verifier = _loaded(bundle, trust)
        hashed = Hashed(algorithm=HashAlgorithm.SHA2_256, digest=sha256)
        verifier.verify_artifact(hashed, parsed, _any_of(identities))
        return _which(parsed, identities)

    return _guarded(check)


def _loaded(bundle: Bundle, trust: SigstoreTrust) -> tuple[SigstoreBundle, Verifier]:
    from sigstore.models import Bundle as SigstoreBundle
    from sigstore.verify import Verifier

    return SigstoreBundle.from_json(bundle.raw), Verifier(trusted_root=_root(trust))


def _root(trust: SigstoreTrust) -> TrustedRoot:
    from sigstore.models import TrustedRoot

    return TrustedRoot.from_file(trust.root_file) if trust.root_file else _public(trust).trusted_root


def _public(trust: SigstoreTrust) -> ClientTrustConfig:
    from sigstore.errors import Error
    from sigstore.models import ClientTrustConfig

    try:
        return ClientTrustConfig.production(offline=trust.offline)
    except Error as error:
        raise UnavailableError(
            f"Sigstore's root of trust could not be refreshed ({error}); --offline uses the one that is here, "
            "--sigstore-root FILE another"
        ) from None


def _any_of(identities: tuple[Identity, ...]):  # type: ignore[no-untyped-def]  # its type is private to sigstore
    from sigstore.verify import policy

    return policy.AnyOf([policy.Identity(identity=i.identity, issuer=i.issuer) for i in identities])


def _which(bundle: SigstoreBundle, identities: tuple[Identity, ...]) -> Identity:
    from sigstore.errors import VerificationError

    for identity in identities:
        try:
            _any_of((identity,)).verify(bundle.signing_certificate)
        except VerificationError:
            continue
        return identity
    raise TamperedError("the certificate is of none of the trusted identities")


def _guarded(check: Callable[[], T]) -> T:
    """Run `check`; every failure becomes one of ours, and says what failed."""
    try:
        from sigstore import errors
    except ImportError:
        raise UnavailableError(INSTALL) from None
    try:
        return check()
    except PratiqueError:
        raise
    except (errors.NetworkError, errors.TUFError, OSError) as error:
        raise UnavailableError(f"Sigstore could not be reached: {error}") from None
    except Exception as error:  # noqa: BLE001 - whatever a parser of hostile bytes raises, it is a refusal
        reason = str(error)[:300] or type(error).__name__
        if "policies succeeded" in reason:
            reason = "the certificate is of none of the trusted identities"
        raise TamperedError(f"Sigstore: {reason}") from None
