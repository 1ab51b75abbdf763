"""`trust.json` (`docs/spec/trust.md`): which keys, roots and identities are trusted, and which were revoked."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from pratique.attest import certificates, dsse, keys
from pratique.domain.errors import TamperedError, UnavailableError, UsageError

if TYPE_CHECKING:
    from cryptography.x509 import Certificate

    from pratique.attest.dsse import PublicKey

SCHEMA = "pratique.trust/1"
MAX_TRUST_BYTES = 8 << 20
MAX_LISTED = 10_000
_ID = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class TrustedKey:
    """A public key (`id`: SHA-256 of its DER SubjectPublicKeyInfo), and what it is called."""

    id: str
    name: str
    pem: str


@dataclass(frozen=True, slots=True)
class Root:
    """A certificate that ends a chain (`id`: SHA-256 of its DER)."""

    id: str
    name: str
    pem: str


@dataclass(frozen=True, slots=True)
class Identity:
    """A signer of keyless Sigstore: who, according to which OpenID Connect issuer."""

    identity: str
    issuer: str


@dataclass(frozen=True, slots=True)
class Revocation:
    """A key or certificate that nothing is accepted from any more, whenever it was signed."""

    id: str
    reason: str
    at: str  # RFC 3339, UTC


@dataclass(frozen=True, slots=True)
class Trust:
    """What a verifier trusts. `version` only ever grows."""

    version: int = 0
    keys: tuple[TrustedKey, ...] = ()
    roots: tuple[Root, ...] = ()
    identities: tuple[Identity, ...] = ()
    revoked: tuple[Revocation, ...] = field(default=())

    def public_keys(self) -> tuple[PublicKey, ...]:
        """All keys that are trusted and not revoked."""
        gone = {entry.id for entry in self.revoked}
        return tuple(dsse.load_public_key(key.pem.encode()) for key in self.keys if key.id not in gone)

    def certificates(self) -> tuple[Certificate, ...]:
        """All roots that are trusted and not revoked."""
        gone = {entry.id for entry in self.revoked}
        return tuple(
            c for root in self.roots if root.id not in gone for c in certificates.load(root.pem.encode(), "root")
        )

    def refuse_revoked(self, *ids: str) -> None:
        """Raise `TamperedError` if one of the ids was revoked."""
        for entry in self.revoked:
            if entry.id in ids:
                raise TamperedError(f"{entry.id[:16]}… was revoked on {entry.at[:10]}: {entry.reason}")

    def with_key(self, key: PublicKey, name: str) -> Trust:
        """Also trust `key`."""
        id_ = dsse.key_id(key)
        self.refuse_revoked(id_)
        others = tuple(k for k in self.keys if k.id != id_)
        entry = TrustedKey(id_, name, keys.public_pem(key).decode())
        return replace(self, version=self.version + 1, keys=(*others, entry))

    def with_root(self, certificate: Certificate, name: str) -> Trust:
        """Also trust chains that end at `certificate`."""
        from cryptography.hazmat.primitives.serialization import Encoding

        id_ = certificates.fingerprint(certificate)
        self.refuse_revoked(id_)
        entry = Root(id_, name, certificate.public_bytes(Encoding.PEM).decode())
        others = tuple(r for r in self.roots if r.id != id_)
        return replace(self, version=self.version + 1, roots=(*others, entry))

    def with_identity(self, identity: Identity) -> Trust:
        """Also trust a keyless signer."""
        others = tuple(i for i in self.identities if i != identity)
        return replace(self, version=self.version + 1, identities=(*others, identity))

    def without(self, revocation: Revocation) -> Trust:
        """Revoke a key or certificate for good, also one that was never trusted here."""
        others = tuple(r for r in self.revoked if r.id != revocation.id)
        return replace(self, version=self.version + 1, revoked=(*others, revocation))

    def to_json(self) -> bytes:
        """The file's bytes."""
        from dataclasses import asdict

        return json.dumps({"schema": SCHEMA, **asdict(self)}, indent=2, sort_keys=True).encode() + b"\n"


def path_in(environment: Mapping[str, str]) -> str:
    """`PRATIQUE_TRUST`, or `trust.json` in Pratique's data folder."""
    from pratique.store.intel import home

    return environment.get("PRATIQUE_TRUST") or os.path.join(home(environment), "trust.json")


def load(path: str) -> Trust:
    """The trust in the file at `path`; nothing is trusted where there is none."""
    if not os.path.lexists(path):
        return Trust()
    try:
        return parse(keys.read(path, MAX_TRUST_BYTES))
    except TamperedError as error:
        raise UsageError(f"{path}: {error}") from None


def save(trust: Trust, path: str) -> None:
    """Replace the file whole; a crash leaves the old one."""
    data = trust.to_json()
    parse(data)
    partial = f"{path}.{os.getpid()}.partial"
    try:
        os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
        with open(partial, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(partial, path)
    except OSError as error:
        raise UnavailableError(f"{path}: {error.strerror}") from None
    finally:
        if os.path.exists(partial):
            os.unlink(partial)


def parse(data: bytes) -> Trust:
    """Raises `TamperedError`, which says what is wrong. Every key and certificate is read, and must have the id that it claims."""
    document = dsse.strict_json(data, "the trust file")
    if not isinstance(document, dict) or document.get("schema") != SCHEMA:
        raise TamperedError(f"the trust file is not {SCHEMA}")
    version = document.get("version")
    if not isinstance(version, int) or isinstance(version, bool) or version < 0:
        raise TamperedError("the trust file's version is not a number")
    trust = Trust(
        version,
        tuple(TrustedKey(*row) for row in _rows(document, "keys", ("id", "name", "pem"))),
        tuple(Root(*row) for row in _rows(document, "roots", ("id", "name", "pem"))),
        tuple(Identity(*row) for row in _rows(document, "identities", ("identity", "issuer"))),
        tuple(Revocation(*row) for row in _rows(document, "revoked", ("id", "reason", "at"))),
    )
    _check_ids(trust)
    return trust


def _rows(document: dict[str, Any], name: str, fields: tuple[str, ...]) -> list[tuple[str, ...]]:
    entries = document.get(name, [])
    if not isinstance(entries, list) or len(entries) > MAX_LISTED:
        raise TamperedError(f"the trust file's {name} must be a list of at most {MAX_LISTED}")
    for entry in entries:
        if (
            not isinstance(entry, dict)
            or entry.keys() != set(fields)
            or not all(isinstance(entry[f], str) for f in fields)
        ):
            raise TamperedError(f"an entry of the trust file's {name} must have the texts {', '.join(fields)}")
    return [tuple(entry[f] for f in fields) for entry in entries]


def _check_ids(trust: Trust) -> None:
    try:
        for key in trust.keys:
            if dsse.key_id(dsse.load_public_key(key.pem.encode())) != key.id:
                raise TamperedError(f"the trust file's key {key.name!r} has another id than it claims")
        for root in trust.roots:
            found = certificates.load(root.pem.encode(), root.name)
            if len(found) != 1 or certificates.fingerprint(found[0]) != root.id:
                raise TamperedError(f"the trust file's root {root.name!r} has another id than it claims")
    except UsageError as error:
        raise TamperedError(str(error)) from None
    for revocation in trust.revoked:
        if not _ID.fullmatch(revocation.id):
            raise TamperedError("the trust file revokes something that is not a SHA-256 id")
