"""Where changes are heard of: a tier of the watch, chosen by what the system and the file system can tell."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Sequence
from typing import Protocol

from pratique.domain.errors import UnavailableError

# File systems of which this machine's kernel does not see every change (Linux, /proc/self/mountinfo).
REMOTE = (
    "nfs",
    "nfs4",
    "cifs",
    "smb3",
    "smbfs",
    "9p",
    "fuse",
    "ceph",
    "glusterfs",
    "afs",
    "virtiofs",
    "lustre",
    "beegfs",
)
MANY = 4096  # paths in one batch of a source that does not report what it dropped


class Events(Protocol):
    """A source of changed paths."""

    name: str
    reports_overflow: bool
    lost: list[str]

    def wait(self, seconds: float) -> set[tuple[str, str]]: ...

    def close(self) -> None: ...


class Polling:
    """Nothing is heard: the caller's sweeps find what has changed."""

    name = "poll"
    reports_overflow = True
    lost: list[str] = []  # noqa: RUF012 - nothing is ever lost here

    def wait(self, seconds: float) -> set[tuple[str, str]]:
        time.sleep(max(seconds, 0))
        return set()

    def close(self) -> None:
        """Nothing is open."""


class WatchFiles:
    """The library watchfiles: FSEvents on macOS, ReadDirectoryChangesW on Windows. It does not report overflow."""

    name = "watchfiles"
    reports_overflow = False

    def __init__(self, roots: Sequence[str]) -> None:
        try:
            from watchfiles._rust_notify import RustNotify
        except ImportError:
            raise UnavailableError("watchfiles is not installed: pip install 'pratique[watch]'") from None
        self._roots = sorted(roots, key=len, reverse=True)
        self.lost: list[str] = []
        self._notify = RustNotify(list(roots), False, False, 300, True, False)

    def wait(self, seconds: float) -> set[tuple[str, str]]:
        from pratique.watch.inotify import Overflow

        found = self._notify.watch(50, 20, max(int(seconds * 1000), 1), None)
        if not isinstance(found, set):  # "timeout", "stop" or "signal"
            if found == "signal":
                raise KeyboardInterrupt
            return set()
        if len(found) >= MANY:
            raise Overflow
        return {place for _, path in found if (place := self._place(path)) is not None}

    def _place(self, path: str) -> tuple[str, str] | None:
        for root in self._roots:
            if path == root:
                return root, ""
            if path.startswith(root + os.sep):
                return root, path[len(root) + 1 :].replace(os.sep, "/")
        return None

    def close(self) -> None:
        self._notify.close()


def best(roots: Sequence[str], wanted: str = "auto") -> tuple[Events, str]:
    """The best source for these folders, and why it is not a better one. Raises `UnavailableError` for a `wanted` one."""
    if wanted == "poll":
        return Polling(), "asked for"
    remote = sorted({kind for root in roots if (kind := file_system(root)).split(".")[0] in REMOTE})
    if remote and wanted == "auto":
        return Polling(), f"{', '.join(remote)} does not tell this machine of changes made elsewhere"
    if wanted in ("auto", "inotify") and sys.platform == "linux":
        from pratique.watch.inotify import Inotify

        return Inotify(roots), ""
    try:
        return WatchFiles(roots), "asked for" if wanted == "watchfiles" else "no inotify here"
    except UnavailableError as error:
        if wanted != "auto":
            raise
        return Polling(), str(error)


def file_system(path: str) -> str:
    """The type of the file system at `path`, on Linux; elsewhere and where it cannot be told, empty."""
    try:
        device = os.stat(path).st_dev
        with open("/proc/self/mountinfo", encoding="utf-8", errors="surrogateescape") as table:
            for line in table:
                left, _, right = line.partition(" - ")
                if left.split()[2] == f"{os.major(device)}:{os.minor(device)}":
                    return right.split()[0]
    except (OSError, IndexError, AttributeError):
        pass
    return ""
