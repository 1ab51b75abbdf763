"""One tree of errors, by who is at fault. Hostile *input* never raises: it becomes a finding or a gap."""

from __future__ import annotations


class PratiqueError(Exception):
    """Base of all errors that a caller of Pratique may see."""


class UsageError(PratiqueError):
    """The caller asked for something that does not exist or contradicts itself."""


class UnavailableError(PratiqueError):
    """The environment refused: a file, a disk, a service."""


class TamperedError(PratiqueError):
    """Verification failed: something is not what it was."""
