"""A folder where admitted artifacts stand, each under its digest."""

from __future__ import annotations

import os
import re

from pratique.domain.errors import UnavailableError, UsageError

_ID = re.compile(r"[0-9a-f]{64}")


class FolderShelf:
    """A `domain.ports.Shelf`. Quarantine and shelf must lie on one file system, so that moving is one rename."""

    def __init__(self, folder: str) -> None:
        self._folder = folder

    def put(self, root: str, artifact_id: str) -> str:
        """(1) All bytes reach the disk, (2) one rename, (3) the new name reaches the disk. What stands there already stays.

        A file that is alone in its folder, as in quarantine, moves with the folder and keeps its name.
        """
        if not _ID.fullmatch(artifact_id):
            raise UsageError(f"{artifact_id[:80]!r} is not an artifact id")
        target = os.path.join(self._folder, artifact_id)
        try:
            os.makedirs(self._folder, exist_ok=True)
            moved, path = root, target
            if not os.path.isdir(root) and os.listdir(os.path.dirname(root)) == [os.path.basename(root)]:
                moved, path = os.path.dirname(root), os.path.join(target, os.path.basename(root))
            if os.path.lexists(target):
                return path
            _synchronise(moved)  # (1)
            os.rename(moved, target)  # (2)
            _fsync(self._folder)  # (3)
        except OSError as error:
            raise UnavailableError(f"{target}: {error.strerror}") from None
        return path


class InPlaceShelf:
    """A `domain.ports.Shelf` for what stays where it lies: nothing is moved, and what is used there may change afterwards."""

    def put(self, root: str, artifact_id: str) -> str:
        return root


def _synchronise(root: str) -> None:
    if not os.path.isdir(root):
        _fsync(root)
        return
    for folder, _, files in os.walk(root, followlinks=False):
        for name in files:
            path = os.path.join(folder, name)
            if not os.path.islink(path):
                _fsync(path)
        _fsync(folder)


def _fsync(path: str) -> None:
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
