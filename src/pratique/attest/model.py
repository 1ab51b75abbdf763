"""Sign a model, and verify it: OpenSSF Model Signing v1.0 bundles with our name binding (`docs/spec/model-signing.md`)."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from pratique.attest import binding as names
from pratique.attest import bundle as bundles
from pratique.attest import certificates, dsse, keyless, keys, oms
from pratique.attest.bundle import Bundle
from pratique.attest.comparison import Change, compare, expectation_of
from pratique.attest.digests import has_blake3
from pratique.attest.keyless import SigstoreTrust
from pratique.attest.oms import Manifest
from pratique.attest.statement import PAYLOAD_TYPE, Statement
from pratique.attest.trust import Identity, Trust
from pratique.domain.errors import TamperedError, UsageError
from pratique.domain.fingerprint import Fingerprint
from pratique.domain.held import HeldEntry

if TYPE_CHECKING:
    from cryptography.x509 import Certificate

    from pratique.attest.dsse import PrivateKey

MAX_NOT_COVERED = 10_000


class BundleSigner(Protocol):
    """Makes a Sigstore bundle of a statement."""

    def bundle(self, statement: Statement) -> bytes: ...


@dataclass(frozen=True, slots=True)
class KeySigner:
    """Signs with a private key; the bundle names the public one by its digest."""

    key: PrivateKey

    def bundle(self, statement: Statement) -> bytes:
        envelope = dsse.sign(statement.to_json(), PAYLOAD_TYPE, self.key)
        return bundles.write(envelope, {"publicKey": {"hint": keys.hint(self.key.public_key())}})


@dataclass(frozen=True, slots=True)
class CertificateSigner:
    """Signs with the private key of a certificate; the bundle carries the certificate and its issuers."""

    key: PrivateKey
    chain: tuple[Certificate, ...]

    def bundle(self, statement: Statement) -> bytes:
        import base64

        if not self.chain or dsse.key_id(dsse.supported(self.chain[0].public_key())) != dsse.key_id(
            self.key.public_key()
        ):
            raise UsageError("the first certificate is not that of the private key")
        envelope = dsse.sign(statement.to_json(), PAYLOAD_TYPE, self.key)
        listed = [{"rawBytes": base64.b64encode(certificates.to_der(c)).decode()} for c in self.chain]
        return bundles.write(envelope, {"x509CertificateChain": {"certificates": listed}})


@dataclass(frozen=True, slots=True)
class Authority:
    """Whose signatures count: the trust file's, and what it revokes."""

    trust: Trust
    allow_expired: bool = False
    sigstore: SigstoreTrust = field(default=SigstoreTrust())
    now: Callable[[], datetime] = field(default=certificates.now)


@dataclass(frozen=True, slots=True)
class Signed:
    """What was signed, and how much was read for it."""

    bundle: bytes
    root: Fingerprint
    files: int
    size_bytes: int
    links: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Verification:
    """Evidence: who signed which manifest by what, how the model was read, and every difference found."""

    method: str  # "key", "certificate" or "sigstore"
    signer: str
    name: str
    root: Fingerprint | None  # of the name binding, as signed
    algorithm: str
    files: int
    changes: tuple[Change, ...]
    not_covered: tuple[str, ...]  # present, but not signed about
    notes: tuple[str, ...]

    @property
    def holds(self) -> bool:
        """Whether the model is what was signed."""
        return not self.changes


def sign_model(
    root: str,
    signer: BundleSigner,
    signature: str,
    *,
    algorithms: tuple[str, ...] | None = None,
    on_bytes: Callable[[int], None] = lambda count: None,
) -> Signed:
    """Steps: (1) list everything, links not followed; (2) read every file once; (3) state; (4) sign. Writes nothing.

    `algorithms`: SHA-256, BLAKE3 or both (the default, where BLAKE3 is installed).
    `signature` is where the caller will put the bundle; if that is below `root`, that one file is left out and said to be.
    """
    if not os.path.exists(root):
        raise UsageError(f"{root}: no such file or folder")
    if os.path.islink(signature):
        raise UsageError(f"{signature}: is a link; a signature is a file of its own")
    single = not os.path.isdir(root)
    inside = None if single else path_below(root, signature)
    excluded = () if inside is None else (inside,)
    entries = names.entries_of(root, excluded)  # (1)
    chosen = algorithms or (("sha256", "blake3") if has_blake3() else ("sha256",))
    binding = names.bind(root, entries, chosen, excluded, on_bytes)  # (2)
    linked = frozenset(e.path for e in entries if e.type == "file" and os.path.islink(os.path.join(root, e.path)))
    if single:
        linked = frozenset()
    name = os.path.basename(os.path.realpath(root)) or "model"
    statement = oms.build(name, binding, single=single, linked=linked)  # (3)
    files = [bound.member for bound in binding.entries if bound.member.type == "file"]
    links = tuple(bound.member.path for bound in binding.entries if bound.member.type == "link")
    size = sum(member.size_bytes for member in files)
    bundle = signer.bundle(statement)
    if len(bundle) > bundles.MAX_BUNDLE_BYTES:
        raise UsageError(f"{root}: the signature would be larger than {bundles.MAX_BUNDLE_BYTES} bytes; sign its parts")
    return Signed(bundle, binding.root(), len(files), size, links)  # (4)


def path_below(root: str, path: str) -> str | None:
    """`path` relative to the folder `root` with `/` between its parts, or None if it is not below it."""
    folder = os.path.realpath(root)
    parent = os.path.realpath(os.path.dirname(os.path.abspath(path)))
    if parent != folder and not parent.startswith(folder.rstrip(os.sep) + os.sep):
        return None
    return os.path.relpath(os.path.join(parent, os.path.basename(path)), folder).replace(os.sep, "/")


def authenticate(bundle: Bundle, authority: Authority) -> tuple[bytes, str, str]:
    """The payload of a bundle, the method and the signer, once the signature is valid and its signer trusted.

    Steps: (1) there is one DSSE signature; by material: (2) a public key that is trusted and not revoked, (3) a certificate
    whose chain leads to a trusted root and holds nothing revoked, (4) Sigstore's certificate, log entry and identity.
    """
    if bundle.envelope is None:  # (1)
        raise TamperedError("the bundle has no dsseEnvelope: it is a signature over other bytes, not over a model")
    signatures = dsse.strict_json(bundle.envelope, "the envelope").get("signatures")
    if not isinstance(signatures, list) or len(signatures) != 1:
        raise TamperedError("the bundle's envelope must have exactly one signature")
    if bundle.material == "publicKey":  # (2)
        return _by_key(bundle, bundle.envelope, authority)
    if bundle.material == "x509CertificateChain" and not bundle.tlog_entries:  # (3)
        roots = authority.trust.certificates()
        if not roots:
            raise UsageError(
                "the signature is by certificate, and no root is trusted: give --root, or `pratique keys trust`"
            )
        chain = certificates.verify(bundle.chain, roots, authority.now(), allow_expired=authority.allow_expired)
        authority.trust.refuse_revoked(dsse.key_id(chain.key), *chain.fingerprints)
        return dsse.verify(bundle.envelope, PAYLOAD_TYPE, (chain.key,)).payload, "certificate", chain.subject
    identities = authority.trust.identities
    if not identities:
        raise UsageError("the signature is keyless, and no identity is trusted: give --identity and --issuer")
    type_, payload, signer = keyless.verify_envelope(bundle, identities, authority.sigstore)  # (4)
    if type_ != PAYLOAD_TYPE:
        raise TamperedError(f"the envelope holds {type_[:80]!r}, not {PAYLOAD_TYPE!r}")
    return payload, "sigstore", _identity(signer)


def _by_key(bundle: Bundle, envelope: bytes, authority: Authority) -> tuple[bytes, str, str]:
    trusted = authority.trust.public_keys()
    if not trusted:
        raise UsageError("the signature is by key, and no key is trusted: give --key, or `pratique keys trust`")
    if bundle.key_hint is not None:
        fitting = tuple(key for key in trusted if bundle.key_hint in keys.hints(key))
        if not fitting:
            authority.trust.refuse_revoked(bundle.key_hint)
            raise TamperedError(f"the bundle was signed by the key {bundle.key_hint[:16]}…, which is not trusted")
        trusted = fitting
    verified = dsse.verify(envelope, PAYLOAD_TYPE, trusted)
    return verified.payload, "key", verified.key_id


def _identity(identity: Identity) -> str:
    return f"{identity.identity} ({identity.issuer})"


def verify_model(
    root: str,
    data: bytes,
    authority: Authority,
    signature: str,
    *,
    fast: bool = True,
    on_bytes: Callable[[int], None] = lambda count: None,
) -> Verification:
    """Steps: (1) parse the bundle; (2) authenticate it; (3) read the manifest; (4) list the model; (5) compare.

    Raises `TamperedError` where (1) to (3) fail, `UsageError` where there is nothing to verify or nobody is trusted. What
    differs in the model is in the result.
    """
    if not os.path.exists(root):
        raise UsageError(f"{root}: no such file or folder")
    payload, method, signer = authenticate(bundles.parse(data), authority)  # (1) (2)
    manifest = oms.read(payload)  # (3)
    expectation = expectation_of(manifest, root, fast=fast)
    entries, not_covered = _scope(root, manifest, signature)  # (4)
    changes = compare(expectation, root, entries, on_bytes)  # (5)
    files = sum(1 for expected in expectation.entries.values() if expected.type == "file")
    binding = manifest.binding
    notes = [] if binding else ["the signature does not bind folders, links, execute bits or what it ignores"]
    bound_root = None if binding is None else binding.root()
    return Verification(
        method, signer, manifest.name, bound_root, expectation.algorithm, files, changes, not_covered, tuple(notes)
    )


def _scope(root: str, manifest: Manifest, signature: str) -> tuple[list[HeldEntry], tuple[str, ...]]:
    """What must be as signed, and what is there besides. The signature itself is neither."""
    if not os.path.isdir(root):
        return names.entries_of(root), ()
    own = path_below(root, signature)
    if manifest.binding is not None:
        excluded = manifest.binding.excluded
        entries = names.entries_of(root, excluded)
        present = (path for path in excluded if path != own and os.path.lexists(os.path.join(root, path)))
        return [entry for entry in entries if entry.path != own or entry.type != "file"], tuple(present)
    inside, outside = [], []
    for entry in names.entries_of(root):
        if entry.path == own or entry.type == "folder":
            continue
        if manifest.ignores(entry.path):
            outside.append(entry.path)
        elif not (manifest.follows_links and entry.type == "link" and os.path.isdir(os.path.join(root, entry.path))):
            inside.append(entry)
    return inside, tuple(outside[:MAX_NOT_COVERED])
