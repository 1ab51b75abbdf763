"""Holds what is at a path against what was accepted there, and tells each state once."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from pratique.fingerprints.compare import Difference, compare_entry, described
from pratique.fingerprints.manifest import Entry
from pratique.fingerprints.scan import read_entries, read_entry
from pratique.watch.alert import RESTORED, TOUCHED, Alert, Place
from pratique.watch.records import Record, Records

if TYPE_CHECKING:
    from pratique.domain.held import HeldEntry
    from pratique.domain.ports import Handle, Quarantine

ANNOUNCED_FROM_BYTES = 256 << 20  # reading a larger file takes long: that it was touched is told before


class Listing(Protocol):
    """A quarantine that can also look at one entry."""

    def place(self, name: str) -> str: ...

    def entries(self, root: str) -> Iterator[HeldEntry]: ...

    def entry(self, root: str, path: str) -> HeldEntry | None: ...

    def open(self, root: str, path: str) -> Handle: ...


def stat_key(full: str) -> str:
    """What changes when a file does, unless someone with the rights to set clocks hides it: the key of the cache."""
    try:
        status = os.lstat(full)
    except OSError:
        return ""
    parts = (status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_mode)
    # A folder changes with its entries, and these are entries of their own.
    return ":".join(map(str, parts)) if not os.path.isdir(full) or os.path.islink(full) else f"folder:{status.st_mode}"


class Checker:
    """One watched root."""

    def __init__(self, root: str, disk: Listing, records: Records) -> None:
        self.root = root
        self._disk = disk
        self._records = records

    def accept_present(self) -> int:
        """Take what is there now as accepted. Returns the number of entries."""
        quarantine: Quarantine = self._disk
        entries = read_entries(self.root, self._disk.entries(self.root), quarantine)
        return self._records.accept(self.root, ((entry, self._key(entry.path)) for entry in entries))

    def accept(self, entries: tuple[Entry, ...]) -> int:
        """Take a manifest's entries as accepted; nothing is known yet of what is there."""
        return self._records.accept(self.root, ((entry, "") for entry in entries))

    def check(self, path: str) -> Iterator[Alert]:
        """What is to be told of this path; it is read, whatever its times say. Nothing if that was told already."""
        record = self._records.get(self.root, path)
        held = self._disk.entry(self.root, path)
        key = self._key(path)
        if held is None:
            yield from self._gone(record)
            return
        accepted = record.entry if record is not None else None
        told = record.told if record is not None else ""
        if accepted is None:
            yield from self._uninvited(held, record, key)
            return
        if held.type == "file" and held.size_bytes >= ANNOUNCED_FROM_BYTES and record and key != record.stat_key:
            yield self._alert(TOUCHED, path, f"{held.size_bytes} bytes; being read")
        differences = tuple(compare_entry(accepted, held, self.root, self._disk))
        state = "; ".join(str(difference) for difference in differences)
        sha256 = self._digest(held) if state else ""
        if state:
            state += f" {sha256}"
        after = Record(path, accepted, key, state)
        if record == after or not self._records.update(self.root, record, after):
            return
        if state and state != told:
            yield from (self._difference(difference, sha256) for difference in differences)
        elif told and not state:
            yield self._alert(RESTORED, path, "as accepted again")

    def _gone(self, record: Record | None) -> Iterator[Alert]:
        if record is None:
            return
        if record.entry is None:
            if self._records.update(self.root, record, None):
                yield self._alert(RESTORED, record.path, "what had been added is gone")
        elif record.told != "removed" and self._records.update(
            self.root, record, replace(record, stat_key="", told="removed")
        ):
            yield self._alert("removed", record.path, described(record.entry))

    def _uninvited(self, held: HeldEntry, record: Record | None, key: str) -> Iterator[Alert]:
        entry = read_entry(self.root, held, self._disk, chunks=False)
        state = f"added {entry.type} {int(entry.executable)} {entry.sha256}"
        after = Record(held.path, None, key, state)
        if record == after or not self._records.update(self.root, record, after):
            return
        if record is None or record.told != state:
            yield self._alert("added", held.path, described(entry), sha256=entry.sha256)

    def _digest(self, held: HeldEntry) -> str:
        return read_entry(self.root, held, self._disk, chunks=False).sha256

    def _difference(self, found: Difference, sha256: str) -> Alert:
        places = tuple(Place(r.offset, r.length_bytes, r.name) for r in found.ranges)
        return self._alert(found.kind, found.path, found.detail, places, sha256)

    def _alert(self, kind: str, path: str, detail: str, places: tuple[Place, ...] = (), sha256: str = "") -> Alert:
        return Alert(kind, self.root, path, detail, time.time(), places, sha256)

    def _key(self, path: str) -> str:
        return stat_key(os.path.join(self.root, path))

    def sweep(self, *, full: bool) -> Iterator[Alert | None]:
        """Everything that is there, and then everything that should be. None between steps, for the caller to stop at.

        Not `full`, it reads only what the stat key says has changed.
        """
        for held in self._disk.entries(self.root):
            if full or self._changed(held.path):
                yield from self.check(held.path)
            yield None
        for path in self._records.paths(self.root):
            if not os.path.lexists(os.path.join(self.root, path)):
                yield from self.check(path)
            yield None

    def _changed(self, path: str) -> bool:
        known = self._records.stat_key(self.root, path)
        return known is None or known != self._key(path) or not known

    def check_tree(self, path: str) -> Iterator[Alert]:
        """A path and, if it is a folder, what is below it, or was."""
        yield from self.check(path)
        full = os.path.join(self.root, path)
        for known in self._records.below(self.root, path):
            yield from self.check(known)
        if os.path.isdir(full) and not os.path.islink(full):
            for held in self._disk.entries(full):
                below = f"{path}/{held.path}"
                if self._changed(below):
                    yield from self.check(below)
