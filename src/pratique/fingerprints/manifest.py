"""A manifest: every entry of a folder (or one file), its digests, and where its tensors lie (`docs/spec/manifest.md`).

The canonical form is one JSON text; the same content gives the same bytes. Reading one back is strict: it is a file that
someone else may have written.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from pratique.domain.errors import UsageError

SCHEME = "manifest/1"
CHUNK_BYTES = 1 << 20
MAX_MANIFEST_BYTES = 1 << 30
TYPES = ("file", "folder", "link", "other")
_HEX64 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Chunk:
    """Consecutive bytes of a file. `records` counts the record ends in it, for files of lines; otherwise 0."""

    length_bytes: int
    blake3: str
    records: int = 0


@dataclass(frozen=True, slots=True)
class Region:
    """Bytes of a file that have a name: a tensor, a storage, or a member of an archive."""

    offset: int
    length_bytes: int
    name: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry below the root. `sha256` is that of a file's bytes or of a link's target."""

    path: str
    type: str
    executable: bool = False
    size_bytes: int = 0
    sha256: str = ""
    target: str | None = None
    chunks: tuple[Chunk, ...] = ()
    regions: tuple[Region, ...] = ()
    error: str | None = None  # why it could not be read

    @property
    def sort_key(self) -> bytes:
        return self.path.encode("utf-8", "surrogateescape")


@dataclass(frozen=True, slots=True)
class Manifest:
    """The entries, sorted by the bytes of their paths. `single` when the root is a file and not a folder."""

    entries: tuple[Entry, ...]
    single: bool

    @property
    def errors(self) -> tuple[Entry, ...]:
        """What could not be read: a manifest with these does not vouch for everything below the root."""
        return tuple(entry for entry in self.entries if entry.error is not None)

    @property
    def size_bytes(self) -> int:
        return sum(entry.size_bytes for entry in self.entries)

    def to_json(self) -> str:
        """The canonical form, one line."""
        document = {
            "chunk_bytes": CHUNK_BYTES,
            "entries": [entry_document(entry) for entry in self.entries],
            "root": "file" if self.single else "folder",
            "scheme": SCHEME,
        }
        return json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=True) + "\n"

    @property
    def digest(self) -> str:
        """SHA-256 of the canonical form."""
        return hashlib.sha256(self.to_json().encode("ascii")).hexdigest()


def manifest_of(entries: Iterable[Entry], *, single: bool) -> Manifest:
    return Manifest(tuple(sorted(entries, key=lambda entry: entry.sort_key)), single)


def entry_document(entry: Entry) -> dict[str, Any]:
    """An entry as it stands in the canonical form."""
    document: dict[str, Any] = {"path": entry.path, "type": entry.type}
    if entry.error is not None:
        document["error"] = entry.error
    if entry.type == "link":
        document["target"] = entry.target or ""
    if entry.type == "file":
        document["executable"] = entry.executable
        document["size_bytes"] = entry.size_bytes
        document["sha256"] = entry.sha256
        document["chunks"] = [
            [c.length_bytes, c.blake3, c.records] if c.records else [c.length_bytes, c.blake3] for c in entry.chunks
        ]
        if entry.regions:
            document["regions"] = [[r.offset, r.length_bytes, r.name] for r in entry.regions]
    return document


def parse(text: str | bytes, name: str = "manifest") -> Manifest:
    """The manifest in `text`. Raises `UsageError` where it is not one."""
    if len(text) > MAX_MANIFEST_BYTES:
        raise UsageError(f"{name}: larger than {MAX_MANIFEST_BYTES} bytes")
    try:
        document = json.loads(text)
        if document["scheme"] != SCHEME or document["chunk_bytes"] != CHUNK_BYTES:
            raise UsageError(f"{name}: its scheme is not {SCHEME} with chunks of {CHUNK_BYTES} bytes")
        if document["root"] not in ("file", "folder"):
            raise ValueError("root")
        entries = [entry_of(item) for item in document["entries"]]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise UsageError(f"{name}: not a manifest: {type(error).__name__} {error}"[:300]) from None
    manifest = manifest_of(entries, single=document["root"] == "file")
    if len({entry.path for entry in entries}) != len(entries) or [*manifest.entries] != entries:
        raise UsageError(f"{name}: its entries are not sorted, or a path stands twice")
    return manifest


def entry_of(item: dict[str, Any]) -> Entry:
    """The entry that `entry_document` describes. Raises `ValueError`, `KeyError` or `TypeError` where it does not."""
    path, type_, error = item["path"], item["type"], item.get("error")
    if not isinstance(path, str) or not path or type_ not in TYPES or not isinstance(error, str | None):
        raise ValueError("path, type or error")
    path.encode("utf-8", "surrogateescape")
    if type_ == "link":
        target = _text(item["target"])
        digest = hashlib.sha256(target.encode("utf-8", "surrogateescape")).hexdigest()
        return Entry(path, type_, target=target, sha256=digest, error=error)
    if type_ != "file":
        return Entry(path, type_, error=error)
    size, executable = _number(item["size_bytes"]), item["executable"]
    if type(executable) is not bool:
        raise ValueError("executable")
    chunks = tuple(_chunk(*chunk) for chunk in item["chunks"])
    if sum(chunk.length_bytes for chunk in chunks) != size:
        raise ValueError(f"the chunks of {path!r} do not add up to its size")
    regions = tuple(Region(_number(o), _number(n), _text(name)) for o, n, name in item.get("regions", ()))
    return Entry(path, type_, executable, size, _digest(item["sha256"]), None, chunks, regions, error)


def _chunk(length: object, digest: object, records: object = 0) -> Chunk:
    size = _number(length)
    if not 0 < size <= CHUNK_BYTES:
        raise ValueError("a chunk's length")
    return Chunk(size, _digest(digest), _number(records))


def _number(value: object) -> int:
    if type(value) is not int or not 0 <= value < 1 << 63:
        raise ValueError("a number")
    return value


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError("a text")
    value.encode("utf-8", "surrogateescape")
    return value


def _digest(value: object) -> str:
    if not isinstance(value, str) or not _HEX64.fullmatch(value):
        raise ValueError("a digest")
    return value
