"""Signed notes and their keys (https://c2sp.org/signed-note), with Ed25519 signatures and cosignatures.

A note is text, an empty line, and signature lines. A name and a key id of 4 bytes say which key made a signature; keys that the
reader does not trust are passed over.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from pratique.domain.errors import TamperedError, UsageError

ED25519 = 0x01  # over the text (signed-note, "Signature types")
COSIGNATURE = 0x04  # with a time, over a checkpoint (https://c2sp.org/tlog-cosignature)
ALGORITHMS = (ED25519, COSIGNATURE)
MAX_NOTE_BYTES = 1 << 20
MAX_SIGNATURES = 64
MAX_NAME = 255
_DASH = "— "  # U+2014 and a space
_PRIVATE = "PRIVATE+KEY+"
_TIME_BYTES = 8


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """A public key with the name that it signs under."""

    name: str
    algorithm: int
    public: bytes  # 32 bytes, RFC 8032

    @property
    def id(self) -> bytes:
        """The first 4 bytes of SHA-256 over name, newline, algorithm and key."""
        return hashlib.sha256(self.name.encode() + b"\n" + bytes([self.algorithm]) + self.public).digest()[:4]

    def __str__(self) -> str:
        return f"{self.name}+{self.id.hex()}+{_encoded(bytes([self.algorithm]) + self.public)}"


@dataclass(frozen=True, slots=True)
class SignerKey:
    """A private key. Its text form is that of golang.org/x/mod/sumdb/note; it is not shown by `repr`."""

    verifier: VerifierKey
    seed: bytes  # 32 bytes, RFC 8032

    def __repr__(self) -> str:
        return f"SignerKey({self.verifier})"

    def text(self) -> str:
        """What a key file holds: a secret."""
        key = self.verifier
        return f"{_PRIVATE}{key.name}+{key.id.hex()}+{_encoded(bytes([key.algorithm]) + self.seed)}"


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature line."""

    name: str
    key_id: bytes
    value: bytes

    def __str__(self) -> str:
        return f"{_DASH}{self.name} {_encoded(self.key_id + self.value)}\n"

    def is_by(self, key: VerifierKey) -> bool:
        """Whether it says that `key` made it; nothing is verified."""
        return self.name == key.name and self.key_id == key.id


@dataclass(frozen=True, slots=True)
class Note:
    """Text that ends with a newline, and its signatures, none of them verified yet."""

    text: str
    signatures: tuple[Signature, ...]

    def __bytes__(self) -> bytes:
        return "".join([self.text, "\n", *map(str, self.signatures)]).encode()


def generate(name: str, algorithm: int = ED25519) -> SignerKey:
    """A new key from the system's randomness."""
    import secrets

    return signer_of(name, algorithm, secrets.token_bytes(32))


def signer_of(name: str, algorithm: int, seed: bytes) -> SignerKey:
    """The key pair of a seed of 32 bytes. Raises `UsageError` for a name that no note can carry."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    if not _is_name(name):
        raise UsageError(
            f"{name!r} cannot name a key: letters without spaces, plus signs or control characters, up to {MAX_NAME}"
        )
    public = Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()
    return SignerKey(VerifierKey(name, algorithm, public), seed)


def parse_verifier(text: str) -> VerifierKey:
    """A verifier key as `NAME+ID+KEY`. Raises `UsageError` for anything else."""
    name, key_id, algorithm, public = _key_fields(text.strip(), "verifier key")
    key = VerifierKey(name, algorithm, public)
    if key.id.hex() != key_id:
        raise UsageError(f"the verifier key {name} is damaged: its id is {key.id.hex()}, and it says {key_id}")
    return key


def parse_signer(text: str) -> SignerKey:
    """A private key as `PRIVATE+KEY+NAME+ID+SEED`. Raises `UsageError` for anything else, without quoting it."""
    stripped = text.strip()
    if not stripped.startswith(_PRIVATE):
        raise UsageError("not a signing key: it must start with PRIVATE+KEY+")
    name, key_id, algorithm, seed = _key_fields(stripped.removeprefix(_PRIVATE), "signing key")
    key = signer_of(name, algorithm, seed)
    if key.verifier.id.hex() != key_id:
        raise UsageError(f"the signing key {name} is damaged: its id does not fit its seed")
    return key


def parse(data: bytes) -> Note:
    """A note. Raises `TamperedError` that says what is wrong with it."""
    if len(data) > MAX_NOTE_BYTES:
        raise TamperedError(f"the note is larger than {MAX_NOTE_BYTES} bytes")
    try:
        content = data.decode()
    except UnicodeDecodeError as error:
        raise TamperedError(f"the note is not UTF-8 at byte {error.start}") from None
    if any(character < " " and character != "\n" for character in content):
        raise TamperedError("the note has control characters")
    text, separator, lines = content.rpartition("\n\n")
    if not separator or not lines.endswith("\n"):
        raise TamperedError("the note is cut short: no empty line and signatures at its end")
    return Note(text + "\n", parse_signatures(lines))


def parse_signatures(lines: str) -> tuple[Signature, ...]:
    """Signature lines, each with its newline. Raises `TamperedError`."""
    found = lines.split("\n")
    if found.pop() or not 1 <= len(found) <= MAX_SIGNATURES:
        raise TamperedError(f"a note has 1 to {MAX_SIGNATURES} signature lines, each ended by a newline")
    return tuple(map(_signature, found))


def sign(text: str, key: SignerKey, time: int = 0) -> Signature:
    """Sign; `time` (seconds since 1970, UTC) is part of a cosignature only."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    stamp = time.to_bytes(_TIME_BYTES, "big") if key.verifier.algorithm == COSIGNATURE else b""
    value = stamp + Ed25519PrivateKey.from_private_bytes(key.seed).sign(_message(key.verifier, text, stamp))
    return Signature(key.verifier.name, key.verifier.id, value)


def verified(note: Note, keys: Iterable[VerifierKey]) -> dict[VerifierKey, int]:
    """The trusted keys that signed the note, with their times in seconds since 1970 (0 where a signature has none).

    Raises `TamperedError` where a signature says that it is by one of `keys` and is not, or says so twice.
    """
    times: dict[VerifierKey, int] = {}
    for key in keys:
        own = [signature for signature in note.signatures if signature.is_by(key)]
        if len(own) > 1:
            raise TamperedError(f"the note has {len(own)} signatures by {key.name}")
        if own:
            times[key] = _verified_time(key, note.text, own[0])
    return times


def _verified_time(key: VerifierKey, text: str, signature: Signature) -> int:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    stamp_bytes = _TIME_BYTES if key.algorithm == COSIGNATURE else 0
    stamp, value = signature.value[:stamp_bytes], signature.value[stamp_bytes:]
    try:
        Ed25519PublicKey.from_public_bytes(key.public).verify(value, _message(key, text, stamp))
    except (InvalidSignature, ValueError):
        raise TamperedError(f"the signature of {key.name} is not valid over this text") from None
    return int.from_bytes(stamp, "big")


def _message(key: VerifierKey, text: str, stamp: bytes) -> bytes:
    """What is signed: the text, for a cosignature under a header and a time (tlog-cosignature, "Ed25519 signed message")."""
    if key.algorithm == ED25519:
        return text.encode()
    return f"cosignature/v1\ntime {int.from_bytes(stamp, 'big')}\n{text}".encode()


def _signature(line: str) -> Signature:
    name, _, encoded = line.removeprefix(_DASH).partition(" ")
    value = decoded(encoded)
    if not line.startswith(_DASH) or not _is_name(name) or value is None or len(value) < 5:
        raise TamperedError(f"not a signature line: {line[:80]!r}")
    return Signature(name, value[:4], value[4:])


def _key_fields(text: str, what: str) -> tuple[str, str, int, bytes]:
    name, _, rest = text.partition("+")
    key_id, _, encoded = rest.partition("+")
    data = decoded(encoded)
    if not _is_name(name) or data is None or len(data) != 33:
        raise UsageError(f"not a {what}: it must be a name, an id and an Ed25519 key, joined by plus signs")
    if data[0] not in ALGORITHMS:
        raise UsageError(
            f"the {what} {name} is of type {data[0]:#04x}; only Ed25519 (0x01) and its cosignatures (0x04) are read"
        )
    return name, key_id, data[0], data[1:]


def _is_name(name: str) -> bool:
    return 0 < len(name) <= MAX_NAME and name.isprintable() and "+" not in name and not any(map(str.isspace, name))


def _encoded(data: bytes) -> str:
    return base64.b64encode(data).decode()


def decoded(text: str) -> bytes | None:
    """Standard base64 in its one canonical form, or None: two texts must not mean the same bytes."""
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None
    return data if _encoded(data) == text else None
