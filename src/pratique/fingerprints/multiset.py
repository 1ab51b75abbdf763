"""LtHash16/1024: a hash of a multiset, which does not depend on order and can be updated element by element.

Source: Bellare and Micciancio 1997 ("A new paradigm for collision-free hashing"); Lewi, Kim, Maykov and Weis 2019
("Securing update propagation with homomorphic hashing"), section 4: 1024 lanes of 16 bits, here with BLAKE3's extended
output as the random function. Collision resistance is that of short integer solutions in these dimensions (200 bits or
more in the paper, for sets); `docs/spec/fingerprint.md` says what repeated rows cost of it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable

from pratique.domain.errors import UnavailableError

LANES = 1024
STATE_BYTES = 2 * LANES
_EVEN = int.from_bytes(b"\xff\xff\0\0" * (LANES // 2), "little")
_CARRY_AFTER = 1 << 15  # additions of 16-bit lanes that 32-bit columns take before they overflow, with room


class MultisetHash:
    """Lanes are kept in two integers whose 32-bit columns hold a lane each: one addition adds 512 lanes."""

    __slots__ = ("_even", "_expand", "_odd", "_pending", "count")

    def __init__(self) -> None:
        self._expand = _expander()
        self._even = self._odd = self._pending = 0
        self.count = 0

    def add(self, element: bytes) -> None:
        """Add one element; what it is the encoding of is the caller's."""
        wide = int.from_bytes(self._expand(element), "little")
        self._even += wide & _EVEN
        self._odd += wide >> 16 & _EVEN
        self.count += 1
        self._pending += 1
        if self._pending >= _CARRY_AFTER:
            self._reduce()

    def _reduce(self) -> None:
        self._even &= _EVEN
        self._odd &= _EVEN
        self._pending = 0

    @property
    def state(self) -> bytes:
        """The 1024 lanes, little-endian."""
        return ((self._even & _EVEN) | (self._odd & _EVEN) << 16).to_bytes(STATE_BYTES, "little")

    def digest(self, scheme: str) -> str:
        """SHA-256 of the scheme's line, the count as 8 little-endian bytes, and the state."""
        return hashlib.sha256(f"{scheme}\n".encode() + self.count.to_bytes(8, "little") + self.state).hexdigest()


def _expander() -> Callable[[bytes], bytes]:
    try:
        from blake3 import blake3
    except ImportError:
        raise UnavailableError("row fingerprints need the package blake3: pip install blake3") from None

    def expand(element: bytes) -> bytes:
        return blake3(element).digest(length=STATE_BYTES)

    return expand
