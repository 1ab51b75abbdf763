"""Lists a folder and hashes what is in it, each file read once, several files side by side."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import TYPE_CHECKING

from pratique.domain.errors import UnavailableError
from pratique.fingerprints.content import READ_BYTES, SIDE_BY_SIDE_FROM_BYTES, by_lines, cuts_of, read_content
from pratique.fingerprints.extents import regions_of
from pratique.fingerprints.manifest import Entry, Manifest, Region, manifest_of

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from pratique.domain.held import HeldEntry
    from pratique.domain.ports import Handle, Quarantine

HEAD_BYTES = 4096
BATCH = 512  # entries on their way at once, so that a million of them do not wait in memory
MIN_REGION_FILE_BYTES = 16


def workers() -> int:
    return min(8, os.cpu_count() or 1)


def scan(
    root: str,
    quarantine: Quarantine,
    on_bytes: Callable[[int], None] = lambda count: None,
    *,
    chunks: bool = True,
) -> Manifest:
    """The manifest of what lies at `root` now. Nothing is left out; what cannot be read is an entry with an `error`.

    Without `chunks` there are only the entries' SHA-256. Raises `UnavailableError` where blake3 is missing.
    """
    single = not os.path.isdir(root)
    entries = read_entries(root, quarantine.entries(root), quarantine, on_bytes, chunks=chunks)
    return manifest_of(entries, single=single)


def read_entries(
    root: str,
    entries: Iterable[HeldEntry],
    quarantine: Quarantine,
    on_bytes: Callable[[int], None] = lambda count: None,
    *,
    chunks: bool = True,
) -> Iterator[Entry]:
    """Hash the files among `entries`: small ones side by side, a large one with its chunks in the other threads."""
    from concurrent.futures import ThreadPoolExecutor

    waiting = iter(entries)
    with ThreadPoolExecutor(workers()) as pool:
        while batch := list(islice(waiting, BATCH)):
            small = [e for e in batch if e.type != "file" or e.size_bytes < SIDE_BY_SIDE_FROM_BYTES]
            large = [e for e in batch if e.type == "file" and e.size_bytes >= SIDE_BY_SIDE_FROM_BYTES]
            for entry in pool.map(lambda held: read_entry(root, held, quarantine, chunks=chunks), small):
                on_bytes(entry.size_bytes)
                yield entry
            for held in large:
                entry = read_entry(root, held, quarantine, pool, chunks=chunks)
                on_bytes(entry.size_bytes)
                yield entry


def read_entry(
    root: str, held: HeldEntry, quarantine: Quarantine, side: Executor | None = None, *, chunks: bool = True
) -> Entry:
    """One entry with its digests. An environment's refusal becomes the entry's `error`."""
    if held.type == "link":
        target = held.target or ""
        digest = hashlib.sha256(target.encode("utf-8", "surrogateescape")).hexdigest()
        return Entry(held.path, "link", sha256=digest, target=target)
    if held.type != "file":
        return Entry(held.path, held.type, error=held.error)
    try:
        handle = quarantine.open(root, held.path)
        try:
            return _file(held, handle, side) if chunks else _digest_only(held, handle)
        finally:
            handle.close()
    except OSError as error:
        return Entry(held.path, "other", error=error.strerror or str(error))
    except UnavailableError as error:
        if "blake3" in str(error):
            raise
        return Entry(held.path, "other", error=str(error))


def _file(held: HeldEntry, handle: Handle, side: Executor | None) -> Entry:
    lines = by_lines(held.path, handle.read_at(0, HEAD_BYTES))
    regions: tuple[Region, ...] = ()
    if not lines and handle.size_bytes >= MIN_REGION_FILE_BYTES:
        regions = regions_of(handle.read_at, handle.size_bytes, held.path.rpartition("/")[2])
    content = read_content(handle, cuts_of(regions), lines=lines, side=side)
    kept = tuple(r for r in regions if r.offset + r.length_bytes <= content.size_bytes)
    return Entry(held.path, "file", held.executable, content.size_bytes, content.sha256, None, content.chunks, kept)


def _digest_only(held: HeldEntry, handle: Handle) -> Entry:
    whole = hashlib.sha256()
    size = 0
    while size < handle.size_bytes and (piece := handle.read_at(size, min(READ_BYTES, handle.size_bytes - size))):
        whole.update(piece)
        size += len(piece)
    return Entry(held.path, "file", held.executable, size, whole.hexdigest())
