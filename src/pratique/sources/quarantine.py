"""A folder as quarantine: what is fetched is copied there, and only what is admitted leaves, by one rename."""

from __future__ import annotations

import os
import tempfile
from typing import TYPE_CHECKING

from pratique.domain.artifact import Origin
from pratique.domain.errors import UnavailableError
from pratique.domain.held import HeldEntry, Reference
from pratique.sources.files import InPlace, LocalFiles

if TYPE_CHECKING:
    from pratique.domain.ports import Quarantine

COPIED_BYTES = 8 << 20


class FolderQuarantine(InPlace):
    """A `domain.ports.Quarantine` below a folder that only this user may enter."""

    def __init__(self, folder: str) -> None:
        self._folder = folder

    def place(self, name: str) -> str:
        """A path that nothing else uses, named `name`."""
        try:
            os.makedirs(self._folder, mode=0o700, exist_ok=True)
            return os.path.join(tempfile.mkdtemp(dir=self._folder), os.path.basename(name) or "artifact")
        except OSError as error:
            raise UnavailableError(f"{self._folder}: {error.strerror}") from None


class CopiedFiles:
    """The `Source` of paths whose content is copied: what happens to the original afterwards does not matter."""

    def accepts(self, reference: Reference) -> bool:
        return LocalFiles().accepts(reference)

    def fetch(self, reference: Reference, quarantine: Quarantine) -> tuple[str, Origin]:
        path, origin = LocalFiles().fetch(reference, quarantine)
        root = quarantine.place(os.path.basename(os.path.realpath(path)))
        original = InPlace()
        try:
            if not os.path.isdir(path):
                _copy_file(original, path, os.path.basename(path), root)
                return root, origin
            os.mkdir(root)
            for entry in original.entries(path):
                _copy_entry(original, path, entry, os.path.join(root, entry.path))
        except OSError as error:
            raise UnavailableError(f"{reference.text}: {error.strerror or error}") from None
        return root, origin


def _copy_entry(original: InPlace, root: str, entry: HeldEntry, target: str) -> None:
    """Links are copied as links; what cannot be read is no copy, and stops it."""
    if entry.type == "folder":
        os.mkdir(target)
    elif entry.type == "link" and entry.target is not None:
        os.symlink(entry.target, target)
    elif entry.type == "file":
        _copy_file(original, root, entry.path, target, executable=entry.executable)
    else:
        raise UnavailableError(f"{entry.path}: {entry.error or entry.type} cannot be copied")


def _copy_file(original: InPlace, root: str, path: str, target: str, executable: bool | None = None) -> None:
    handle = original.open(root, path)
    try:
        if executable is None:
            executable = os.access(root, os.X_OK)
        descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o700 if executable else 0o600)
        with open(descriptor, "wb") as copy:
            offset = 0
            while piece := handle.read_at(offset, COPIED_BYTES):
                copy.write(piece)
                offset += len(piece)
    finally:
        handle.close()
