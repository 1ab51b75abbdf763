"""The values that ports exchange."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Reference:
    """What the user asked for, before anything was resolved."""

    text: str
    expected_sha256: str | None = None
    expected_size_bytes: int | None = None


@dataclass(frozen=True, slots=True)
class HeldEntry:
    """One entry of held content, not followed if it is a link."""

    path: str  # below the root, `/` between parts
    type: str  # "file", "folder", "link", "other"
    size_bytes: int
    executable: bool = False
    target: str | None = None
    error: str | None = None  # why it could not be read


@dataclass(frozen=True, slots=True)
class InclusionProof:
    """RFC 6962 audit path of leaf `index` in a tree of `size` leaves."""

    index: int
    size: int
    root: bytes
    path: tuple[bytes, ...]
