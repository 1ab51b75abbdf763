"""What has been admitted, as loading asks for it: by content, never by name, and never from a cache of stat results."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from pratique.domain.errors import TamperedError, UsageError
from pratique.fingerprints.manifest import MAX_MANIFEST_BYTES, parse


class NotAdmittedError(TamperedError):
    """What was to be loaded has no record of admission, or is not what was admitted."""


class Admitted(Protocol):
    """A store of admitted artifacts."""

    def is_admitted(self, sha256: str) -> bool:
        """Whether a file with this SHA-256 (lower-case hexadecimal) has been admitted, and still is."""
        ...


class Digests:
    """A fixed set of admitted files."""

    def __init__(self, digests: Iterable[str]) -> None:
        self._digests = frozenset(digest.lower() for digest in digests)

    def is_admitted(self, sha256: str) -> bool:
        return sha256 in self._digests


def by_manifest(*paths: str) -> Digests:
    """The files of manifests (`docs/spec/manifest.md`). Raises `UsageError` where one is none, or has unread entries."""
    digests: list[str] = []
    for path in paths:
        try:
            with open(path, "rb") as source:
                manifest = parse(source.read(MAX_MANIFEST_BYTES + 1), path)
        except OSError as error:
            raise UsageError(f"{path}: {error.strerror}") from None
        digests.extend(entry.sha256 for entry in manifest.entries if entry.type == "file" and entry.error is None)
    return Digests(digests)


def require(admitted: Admitted | None, expected: str | None, found: str, name: str) -> None:
    """Raises `NotAdmittedError` unless `found` is what is expected, or, without an expectation, admitted."""
    if expected is not None:
        if found != expected.lower():
            raise NotAdmittedError(f"{name}: its SHA-256 is {found}, not {expected}")
    elif admitted is None or not admitted.is_admitted(found):
        raise NotAdmittedError(f"{name}: no admitted record has its SHA-256, {found}")
