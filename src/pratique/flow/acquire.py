"""acquire: `(Reference, Source, Quarantine) -> Held`. Nothing else reads the bytes before size and digest were compared."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pratique.domain.errors import TamperedError
from pratique.flow.seal import Seal, check

if TYPE_CHECKING:
    from pratique.domain.artifact import Origin
    from pratique.domain.held import HeldEntry, Reference
    from pratique.domain.ports import Quarantine, Source

CHUNK_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class Held:
    """Bytes in quarantine. Only `acquire` makes one."""

    reference: Reference
    origin: Origin
    root: str
    entries: tuple[HeldEntry, ...]
    quarantine: Quarantine
    seal: Seal

    def __post_init__(self) -> None:
        check(self.seal, "Held")


_SEAL = Seal("Held")


def acquire(reference: Reference, source: Source, quarantine: Quarantine) -> Held:
    """Fetch into quarantine, then compare what was expected of a single file: first its size, then its SHA-256."""
    root, origin = source.fetch(reference, quarantine)
    entries = tuple(quarantine.entries(root))
    _compare(reference, root, entries, quarantine)
    return Held(reference, origin, root, entries, quarantine, _SEAL)


def _compare(reference: Reference, root: str, entries: tuple[HeldEntry, ...], quarantine: Quarantine) -> None:
    if reference.expected_size_bytes is None and reference.expected_sha256 is None:
        return
    if len(entries) != 1 or entries[0].type != "file":
        raise TamperedError(f"{reference.text}: a size or digest was expected, and it is not a single file")
    size = entries[0].size_bytes
    if reference.expected_size_bytes not in (None, size):
        raise TamperedError(f"{reference.text}: expected {reference.expected_size_bytes} bytes, got {size}")
    if reference.expected_sha256 is not None:
        digest = sha256_of(quarantine, root, entries[0].path)
        if digest != reference.expected_sha256.lower():
            raise TamperedError(f"{reference.text}: expected sha256 {reference.expected_sha256}, got {digest}")


def sha256_of(quarantine: Quarantine, root: str, path: str) -> str:
    """The SHA-256 of one held file, read once in pieces of 1 MiB."""
    handle = quarantine.open(root, path)
    try:
        digest = hashlib.sha256()
        offset = 0
        while piece := handle.read_at(offset, CHUNK_BYTES):
            digest.update(piece)
            offset += len(piece)
        return digest.hexdigest()
    finally:
        handle.close()
