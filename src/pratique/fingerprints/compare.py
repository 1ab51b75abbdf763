"""What is different between a manifest and what lies at a path now, down to the bytes of a tensor.

The files are read again with the manifest's own cuts, so the answer does not depend on how a changed header would cut
them, and no cache is asked.
"""

from __future__ import annotations

import os
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate
from typing import TYPE_CHECKING

from pratique.domain.errors import UnavailableError
from pratique.fingerprints.content import read_content
from pratique.fingerprints.manifest import Chunk, Entry, Manifest, Region
from pratique.fingerprints.scan import read_entry

if TYPE_CHECKING:
    from pratique.domain.held import HeldEntry
    from pratique.domain.ports import Quarantine

MAX_RANGES = 1000  # of one file
MOVED_FROM_BYTES = 32  # shorter chunks repeat by chance


@dataclass(frozen=True, slots=True)
class Range:
    """Bytes of the present file that differ somewhere; `name` is the tensor that the manifest had there.

    `within` is the range's offset in that tensor's bytes; `record` counts the records before the range, for files of
    lines; `same_as` names the place of the same file whose former bytes now stand here.
    """

    offset: int
    length_bytes: int
    name: str = ""
    within: int = 0
    record: int | None = None
    same_as: str = ""

    def __str__(self) -> str:
        text = f"bytes {self.offset}-{self.offset + self.length_bytes - 1}"
        if self.name:
            text += f", bytes {self.within}-{self.within + self.length_bytes - 1} of {self.name}"
        if self.record is not None:
            text += f", from record {self.record + 1} on"
        return text + (f" (now what was {self.same_as})" if self.same_as else "")


@dataclass(frozen=True, slots=True)
class Difference:
    """One difference. `kind` is one of `KINDS`; `detail` says it in words; `ranges` for changed content."""

    kind: str
    path: str
    detail: str = ""
    ranges: tuple[Range, ...] = ()

    def __str__(self) -> str:
        return f"{self.kind:<15} {self.path}" + (f": {self.detail}" if self.detail else "")


KINDS = (
    "added", "removed", "renamed", "type-changed", "mode-changed", "link-changed", "content-changed", "truncated",
    "extended", "unreadable",
)  # fmt: skip


def compare(manifest: Manifest, root: str, quarantine: Quarantine) -> tuple[Difference, ...]:
    """The differences, by path; empty when everything is as the manifest says. Raises `UnavailableError` without blake3."""
    single = not os.path.isdir(root)
    if single != manifest.single:
        return (Difference("type-changed", root, f"the manifest is of a {'file' if manifest.single else 'folder'}"),)
    before = {entry.path: entry for entry in manifest.entries}
    if single and manifest.entries:
        before = {held.path: replace(manifest.entries[0], path=held.path) for held in quarantine.entries(root)}
    found: list[Difference] = []
    added: list[Entry] = []
    for held in quarantine.entries(root):
        old = before.pop(held.path, None)
        if old is None:
            added.append(read_entry(root, held, quarantine))
        else:
            found.extend(compare_entry(old, held, root, quarantine))
    found.extend(_moves(list(before.values()), added))
    return tuple(sorted(found, key=lambda d: (d.path.encode("utf-8", "surrogateescape"), d.kind)))


def _moves(removed: list[Entry], added: list[Entry]) -> Iterator[Difference]:
    """A path that went and one that came with the same content are one renaming; empty files match nothing."""
    gone: dict[str, list[Entry]] = defaultdict(list)
    for entry in removed:
        gone[entry.sha256 if entry.type == "file" and entry.size_bytes else ""].append(entry)
    for entry in added:
        same = gone[entry.sha256] if entry.type == "file" and entry.size_bytes else []
        if same:
            old = same.pop(0)
            yield Difference("renamed", entry.path, f"was {old.path}")
            if old.executable != entry.executable:
                yield _mode(entry.path, entry.executable)
        else:
            yield Difference("added", entry.path, described(entry))
    for entries in gone.values():
        for entry in entries:
            yield Difference("removed", entry.path, described(entry))


def described(entry: Entry) -> str:
    """An entry in a few words."""
    if entry.type == "file":
        return f"{entry.size_bytes} bytes" + (", executable" if entry.executable else "")
    return f"a link to {entry.target}" if entry.type == "link" else entry.type


def _mode(path: str, executable: bool) -> Difference:
    return Difference("mode-changed", path, "now executable" if executable else "no longer executable")


def compare_entry(old: Entry, held: HeldEntry, root: str, quarantine: Quarantine) -> Iterator[Difference]:
    """What differs between an entry of a manifest and what its path is now; a file is read."""
    if old.error is not None or held.error is not None:
        if (old.error, old.type) != (held.error, held.type):
            yield Difference("unreadable", held.path, held.error or f"could not be read before: {old.error}")
        return
    if old.type != held.type:
        yield Difference("type-changed", held.path, f"was a {old.type}, is a {held.type}")
        return
    if held.type == "link" and old.target != held.target:
        yield Difference("link-changed", held.path, f"pointed to {old.target}, points to {held.target}")
    if held.type != "file":
        return
    if old.executable != held.executable:
        yield _mode(held.path, held.executable)
    try:
        yield from _content(old, held, root, quarantine)
    except (OSError, UnavailableError) as error:
        if isinstance(error, UnavailableError) and "blake3" in str(error):
            raise
        yield Difference("unreadable", held.path, str(error))


def _content(old: Entry, held: HeldEntry, root: str, quarantine: Quarantine) -> Iterator[Difference]:
    ends = list(accumulate(chunk.length_bytes for chunk in old.chunks))
    handle = quarantine.open(root, held.path)
    try:
        new = read_content(handle, ends)
    finally:
        handle.close()
    if (new.sha256, new.size_bytes) == (old.sha256, old.size_bytes):
        return
    differing = _differing(old, new.chunks)
    sizes = f"{old.size_bytes} bytes before, {new.size_bytes} now"
    if new.size_bytes < old.size_bytes and differing[0].offset + _length_at(old, differing[0]) > new.size_bytes:
        # Of the chunk in which the file now ends, a digest of the whole cannot tell whether the rest is as it was.
        yield Difference("truncated", held.path, sizes, differing)
    elif new.size_bytes > old.size_bytes and all(d.offset >= old.size_bytes for d in differing):
        yield Difference("extended", held.path, sizes, differing)
    else:
        what = "; ".join(str(item) for item in differing[:4])
        more = f"; and {len(differing) - 4} more" if len(differing) > 4 else ""
        size = "" if new.size_bytes == old.size_bytes else f"{sizes}; "
        yield Difference("content-changed", held.path, f"{size}{what}{more}", differing)


def _length_at(old: Entry, found: Range) -> int:
    at = 0
    for chunk in old.chunks:
        if at == found.offset:
            return chunk.length_bytes
        at += chunk.length_bytes
    return 0


def _differing(old: Entry, new: Sequence[Chunk]) -> tuple[Range, ...]:
    """The ranges in which the chunks differ, joined where they touch within one tensor."""
    ranges: list[Range] = []
    places = _Places(old)
    at = records = 0
    for index in range(max(len(old.chunks), len(new))):
        before = old.chunks[index] if index < len(old.chunks) else None
        after = new[index] if index < len(new) else None
        length = max(before.length_bytes if before else 0, after.length_bytes if after else 0)
        if before is None or after is None or before.blake3 != after.blake3:
            counted = records if before is not None and old.chunks[0].records else None
            found = places.range(at, length, after, counted)
            _join(ranges, found)
        at += length
        records += before.records if before else 0
        if len(ranges) >= MAX_RANGES:
            end = max(old.size_bytes, at)
            ranges.append(Range(at, end - at)) if end > at else None
            break
    return tuple(ranges)


def _join(ranges: list[Range], found: Range) -> None:
    last = ranges[-1] if ranges else None
    touching = last is not None and last.offset + last.length_bytes == found.offset and last.name == found.name
    if last is not None and touching and not last.same_as and not found.same_as:
        ranges[-1] = replace(last, length_bytes=last.length_bytes + found.length_bytes)
    else:
        ranges.append(found)


class _Places:
    """Names for the offsets of one file, as its manifest knew them."""

    def __init__(self, entry: Entry) -> None:
        self._regions = entry.regions
        self._starts = [region.offset for region in entry.regions]
        self._former: dict[str, int] = {}
        at = 0
        for chunk in entry.chunks:
            if chunk.length_bytes >= MOVED_FROM_BYTES:
                self._former.setdefault(chunk.blake3, at)
            at += chunk.length_bytes

    def range(self, offset: int, length: int, after: Chunk | None, record: int | None) -> Range:
        region = self._region(offset)
        former = self._former.get(after.blake3) if after is not None else None
        same_as = ""
        if former is not None:
            source = self._region(former)
            same_as = f"bytes {former - source.offset} on of {source.name}" if source else f"at byte {former}"
        if region is None:
            return Range(offset, length, record=record, same_as=same_as)
        return Range(offset, length, region.name, offset - region.offset, record, same_as)

    def _region(self, offset: int) -> Region | None:
        index = bisect_right(self._starts, offset) - 1
        if index < 0:
            return None
        region = self._regions[index]
        return region if offset < region.offset + region.length_bytes else None
