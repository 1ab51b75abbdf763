"""Name binding, `https://pratique.dev/name-binding/v1`: everything below a folder, so that nothing can be added, renamed or moved.

OpenSSF Model Signing leaves git's files, ignored paths, folders, links, execute bits and lengths unbound. The binding lists them
all and stands as an annotation of the statement's subject, which OMS verifiers pass over (`docs/spec/model-signing.md`).
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any

from pratique.attest.digests import Digests, Request, digests_of
from pratique.domain.artifact import ArtifactMember
from pratique.domain.errors import TamperedError, UnavailableError
from pratique.domain.fingerprint import Fingerprint
from pratique.domain.held import HeldEntry
from pratique.domain.tree import BLAKE3_TREE_SCHEME, tree_fingerprint
from pratique.sources.files import FileHandle, InPlace

BINDING_TYPE = "https://pratique.dev/name-binding/v1"
MAX_ENTRIES = 1_000_000
MAX_PATH_LENGTH = 4096  # PATH_MAX of Linux
TYPES = ("file", "folder", "link")
_HEX = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Bound:
    """One entry, as it was when it was signed. A file has a SHA-256 digest (the member's), a BLAKE3 one, or both."""

    member: ArtifactMember
    blake3: str | None = None

    def digest(self, algorithm: str) -> str:
        """Hexadecimal; empty where there is none. What is not a file has one digest, whatever the algorithm."""
        if self.member.type == "file" and algorithm == "blake3":
            return self.blake3 or ""
        return self.member.digest


@dataclass(frozen=True, slots=True)
class Binding:
    """All entries, and the only paths that were left out (the signature's own)."""

    entries: tuple[Bound, ...]
    excluded: tuple[str, ...]

    def algorithms(self) -> tuple[str, ...]:
        """By which all files were hashed, the one of the root first."""
        files = [bound for bound in self.entries if bound.member.type == "file"]
        return tuple(name for name in ("sha256", "blake3") if all(bound.digest(name) for bound in files))

    def root(self) -> Fingerprint:
        """`tree-sha256/1` of the entries, or `tree-blake3/1` where only that was computed."""
        if "sha256" in self.algorithms():
            return tree_fingerprint(bound.member for bound in self.entries)
        members = (replace(bound.member, digest=bound.digest("blake3")) for bound in self.entries)
        return tree_fingerprint(members, BLAKE3_TREE_SCHEME)

    def to_document(self) -> dict[str, Any]:
        """As JSON: one list an entry, in the order type, execute bit, length in bytes, SHA-256, BLAKE3, path."""
        rows = []
        for bound in self.entries:
            m = bound.member
            rows.append([m.type, int(m.executable), m.size_bytes, m.digest, bound.blake3 or "", m.path])
        return {"root": str(self.root()), "excluded": list(self.excluded), "entries": rows}


def parse(document: object) -> Binding:
    """A binding from JSON; raises `TamperedError` unless it is well formed and its root is that of its entries."""
    if not isinstance(document, dict):
        raise TamperedError("the name binding is not an object")
    rows, excluded = document.get("entries"), document.get("excluded")
    if not isinstance(rows, list) or len(rows) > MAX_ENTRIES:
        raise TamperedError(f"the name binding must list at most {MAX_ENTRIES} entries")
    if not isinstance(excluded, list) or not all(isinstance(path, str) for path in excluded) or len(excluded) > 16:
        raise TamperedError("the name binding's excluded paths are malformed")
    binding = Binding(tuple(_bound(row) for row in rows), tuple(excluded))
    if len({bound.member.path for bound in binding.entries}) != len(rows):
        raise TamperedError("the name binding lists a path twice")
    if not binding.algorithms():
        raise TamperedError("the name binding's files have neither all a SHA-256 nor all a BLAKE3 digest")
    if document.get("root") != str(binding.root()):
        raise TamperedError("the name binding's root is not that of its entries")
    return binding


def _bound(row: object) -> Bound:
    if not isinstance(row, list) or len(row) != 6:
        raise TamperedError("an entry of the name binding does not have six fields")
    type_, executable, size, digest, blake3, path = row
    well_formed = (
        type_ in TYPES
        and executable in (0, 1)
        and isinstance(size, int)
        and size >= 0
        and isinstance(digest, str)
        and _fits(type_, digest)
        and isinstance(blake3, str)
        and (blake3 == "" or bool(_HEX.fullmatch(blake3)))
        and isinstance(path, str)
        and is_plain(path)
    )
    if not well_formed:
        raise TamperedError(f"the name binding's entry {str(path)[:80]!r} is malformed")
    return Bound(ArtifactMember(path, size, digest, type_, bool(executable)), blake3 or None)


def _fits(type_: str, digest: str) -> bool:
    """A folder has no digest, a link has one, and a file may have a BLAKE3 digest instead."""
    if type_ == "folder" or (type_ == "file" and not digest):
        return not digest
    return bool(_HEX.fullmatch(digest))


def is_plain(path: str) -> bool:
    """Whether the path stays below the folder: relative, without empty, `.` or `..` parts, without NUL."""
    if not 0 < len(path) <= MAX_PATH_LENGTH or "\0" in path:
        return False
    return all(part not in ("", ".", "..") for part in path.split("/"))


def entries_of(root: str, excluded: Iterable[str] = ()) -> list[HeldEntry]:
    """Everything at or below `root`, links not followed, without the regular files at `excluded`."""
    left_out = frozenset(excluded)
    found = InPlace().entries(root)
    return [entry for entry in found if not (entry.path in left_out and entry.type == "file")]


def request(root: str, entry: HeldEntry, algorithms: tuple[str, ...]) -> Request:
    """What to hash of a file entry."""
    return Request(entry.path, lambda: open_file(root, entry.path), entry.size_bytes, algorithms)


def open_file(root: str, path: str) -> FileHandle:
    """The regular file at `path` below `root`, or `root` itself where that is a file."""
    return InPlace().open(root, path)


def bind(
    root: str,
    entries: Iterable[HeldEntry],
    algorithms: tuple[str, ...],
    excluded: tuple[str, ...],
    on_bytes: Callable[[int], None] = lambda count: None,
) -> Binding:
    """The binding of what is there now, each file read once. Raises `UnavailableError` for what cannot be read or is special."""
    listed = list(entries)
    for entry in listed:
        if entry.type not in TYPES:
            raise UnavailableError(f"{entry.path}: {entry.error or 'not a file, folder or link'}: it cannot be signed")
    files = [request(root, entry, algorithms) for entry in listed if entry.type == "file"]
    digests = digests_of(files, on_bytes=on_bytes)
    return Binding(tuple(_bind(entry, digests.get(entry.path)) for entry in listed), excluded)


def _bind(entry: HeldEntry, digests: Digests | None) -> Bound:
    if digests is None:
        digest = link_digest(entry.target or "") if entry.type == "link" else ""
        return Bound(ArtifactMember(entry.path, 0, digest, entry.type, entry.executable, entry.target))
    if digests.error is not None:
        raise UnavailableError(f"{entry.path}: {digests.error}")
    if digests.size_bytes != entry.size_bytes:
        raise UnavailableError(f"{entry.path}: it changed while it was read")
    by = digests.by_algorithm
    return Bound(
        ArtifactMember(entry.path, entry.size_bytes, by.get("sha256", ""), "file", entry.executable), by.get("blake3")
    )


def link_digest(target: str) -> str:
    """SHA-256 of a link's target, as `tree-sha256/1` has it."""
    return hashlib.sha256(target.encode("utf-8", "surrogateescape")).hexdigest()
