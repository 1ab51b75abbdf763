"""Linux inotify through the C library: changes below folders, and whether the kernel dropped some.

Source: inotify(7). watchfiles does not pass on `IN_Q_OVERFLOW` (its Rust callback keeps events with paths only), and a
watch that cannot say that it missed something must not be relied on; so where inotify exists, this is used.
inotify says nothing of writes through mmap, of other machines' writes to a network file system, or of a folder's
content before its watch was added: sweeps and verifications are for these.
"""

from __future__ import annotations

import ctypes
import errno
import os
import select
import struct
import time
from collections.abc import Iterable

from pratique.domain.errors import UnavailableError

MODIFY, ATTRIB, CLOSE_WRITE, MOVED_FROM, MOVED_TO = 0x2, 0x4, 0x8, 0x40, 0x80
CREATE, DELETE, DELETE_SELF, MOVE_SELF = 0x100, 0x200, 0x400, 0x800
UNMOUNT, Q_OVERFLOW, IGNORED, ISDIR = 0x2000, 0x4000, 0x8000, 0x40000000
ONLYDIR, DONT_FOLLOW, EXCL_UNLINK = 0x01000000, 0x02000000, 0x04000000
_WANTED = (
    MODIFY | ATTRIB | CLOSE_WRITE | MOVED_FROM | MOVED_TO | CREATE | DELETE | DELETE_SELF | MOVE_SELF
    | ONLYDIR | DONT_FOLLOW | EXCL_UNLINK
)  # fmt: skip
_EVENT = struct.Struct("iIII")
READ_BYTES = 1 << 16
QUIET_SECONDS = 0.05  # of silence end a batch, so that one write is one look
BATCH_SECONDS = 0.5  # and a batch lasts no longer
MAX_BATCH = 20_000


class Overflow(Exception):
    """The kernel dropped events: everything has to be looked at."""


class Inotify:
    """Watches folders; `wait` gives (root, path) pairs."""

    name = "inotify"
    reports_overflow = True

    def __init__(self, roots: Iterable[str]) -> None:
        self._libc = ctypes.CDLL(None, use_errno=True)
        try:
            self._descriptor: int = self._libc.inotify_init1(os.O_NONBLOCK | os.O_CLOEXEC)
        except AttributeError:
            raise UnavailableError("this system has no inotify") from None
        if self._descriptor < 0:
            raise UnavailableError(f"inotify: {os.strerror(ctypes.get_errno())}")
        self._folders: dict[int, tuple[str, str]] = {}  # watch descriptor: root and folder below it
        self.lost: list[str] = []  # folders that could not be watched
        for root in roots:
            self._add(root, "")

    def close(self) -> None:
        os.close(self._descriptor)

    def _add(self, root: str, folder: str) -> None:
        """Watch a folder and all below it, links not followed."""
        pending = [folder]
        while pending:
            folder = pending.pop()
            full = os.path.join(root, folder) if folder else root
            watch = self._libc.inotify_add_watch(self._descriptor, os.fsencode(full), _WANTED)
            if watch < 0:
                code = ctypes.get_errno()
                if code not in (errno.ENOENT, errno.ENOTDIR, errno.ELOOP):
                    self.lost.append(f"{full}: {os.strerror(code)}")
                if code == errno.ENOSPC:
                    return  # fs.inotify.max_user_watches
                continue
            self._folders[watch] = (root, folder)
            try:
                with os.scandir(full) as found:
                    pending.extend(
                        f"{folder}/{e.name}" if folder else e.name for e in found if e.is_dir(follow_symlinks=False)
                    )
            except OSError:
                continue  # the sweep says what cannot be read

    def wait(self, seconds: float) -> set[tuple[str, str]]:
        """The paths that something happened to, within `seconds`; empty after that. Raises `Overflow`."""
        found: set[tuple[str, str]] = set()
        if not select.select([self._descriptor], [], [], max(seconds, 0))[0]:
            return found
        end = time.monotonic() + BATCH_SECONDS
        while True:
            self._read(found)
            left = end - time.monotonic()
            if left <= 0 or len(found) > MAX_BATCH:
                return found
            if not select.select([self._descriptor], [], [], min(QUIET_SECONDS, left))[0]:
                return found

    def _read(self, found: set[tuple[str, str]]) -> None:
        try:
            data = os.read(self._descriptor, READ_BYTES)
        except BlockingIOError:
            return
        at = 0
        while at + _EVENT.size <= len(data):
            watch, mask, _, length = _EVENT.unpack_from(data, at)
            at += _EVENT.size
            name = os.fsdecode(data[at : at + length].rstrip(b"\0"))
            at += length
            if mask & Q_OVERFLOW:
                raise Overflow
            self._event(watch, mask, name, found)

    def _event(self, watch: int, mask: int, name: str, found: set[tuple[str, str]]) -> None:
        place = self._folders.get(watch)
        if place is None:
            return
        root, folder = place
        if mask & IGNORED:
            del self._folders[watch]
            return
        if mask & (DELETE_SELF | MOVE_SELF | UNMOUNT) and not folder:
            found.add((root, ""))
        if not name:
            return
        path = f"{folder}/{name}" if folder else name
        found.add((root, path))
        if mask & ISDIR and mask & (CREATE | MOVED_TO):
            self._add(root, path)
