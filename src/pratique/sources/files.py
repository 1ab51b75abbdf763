"""Local files as a source: they are read where they lie; quarantine for them means that nothing but Pratique opens them."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

from pratique.domain.artifact import Origin
from pratique.domain.errors import UnavailableError, UsageError
from pratique.domain.ports import Handle, HeldEntry, Quarantine, Reference

MAX_ENTRIES = 1_000_000


class LocalFiles:
    """The `Source` of paths."""

    def accepts(self, reference: Reference) -> bool:
        return "://" not in reference.text

    def fetch(self, reference: Reference, quarantine: Quarantine) -> tuple[Path, Origin]:
        path = Path(reference.text)
        try:
            mode = path.stat().st_mode
        except FileNotFoundError:
            raise UsageError(f"{reference.text}: no such file or folder") from None
        except (OSError, ValueError) as error:
            raise UnavailableError(f"{reference.text}: {error}") from None
        if not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):
            raise UsageError(f"{reference.text}: neither a file nor a folder")
        return path, Origin(reference.text)


class InPlace:
    """A `Quarantine` over local paths: lists without following links, opens without following links below the root."""

    def place(self, name: str) -> Path:
        raise UnavailableError("local files are not copied")

    def entries(self, root: Path) -> Iterator[HeldEntry]:
        if not root.is_dir():
            yield _entry(
                root.resolve(), root.name
            )  # a link that the user named is followed; one inside a folder is not
            return
        pending = [(root, "")]
        count = 0
        while pending:
            folder, prefix = pending.pop()
            try:
                names = sorted(os.listdir(folder), reverse=True)
            except OSError as error:
                yield HeldEntry(prefix.rstrip("/") or ".", "other", 0, error=error.strerror or str(error))
                continue
            folders = []
            for name in reversed(names):
                count += 1
                if count > MAX_ENTRIES:
                    yield HeldEntry(prefix + name, "other", 0, error=f"more than {MAX_ENTRIES} entries")
                    return
                entry = _entry(folder / name, prefix + name)
                yield entry
                if entry.type == "folder":
                    folders.append((folder / name, prefix + name + "/"))
            pending.extend(reversed(folders))

    def open(self, root: Path, path: str) -> Handle:
        full = root / path if root.is_dir() else root
        return FileHandle(full, follow=full == root)


class FileHandle:
    """Random access to one regular file."""

    __slots__ = ("_descriptor", "size_bytes")

    def __init__(self, path: Path, follow: bool = False) -> None:
        flags = os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_NONBLOCK", 0)
        if not follow:
            flags |= getattr(os, "O_NOFOLLOW", 0)
        try:
            self._descriptor = os.open(path, flags)
        except OSError as error:
            raise UnavailableError(f"{path}: {error.strerror}") from None
        status = os.fstat(self._descriptor)
        if not stat.S_ISREG(status.st_mode):
            os.close(self._descriptor)
            raise UnavailableError(f"{path}: not a regular file")
        self.size_bytes = status.st_size

    def read_at(self, offset: int, length: int) -> bytes:
        return os.pread(self._descriptor, length, offset)

    def close(self) -> None:
        os.close(self._descriptor)


def _entry(path: Path, name: str) -> HeldEntry:
    try:
        status = os.lstat(path)
        mode = status.st_mode
        if stat.S_ISLNK(mode):
            return HeldEntry(name, "link", 0, target=os.readlink(path))
        if stat.S_ISDIR(mode):
            return HeldEntry(name, "folder", 0)
        if stat.S_ISREG(mode):
            return HeldEntry(name, "file", status.st_size, bool(mode & 0o111))
        return HeldEntry(name, "other", 0, error="not a regular file")
    except OSError as error:
        return HeldEntry(name, "other", 0, error=error.strerror or str(error))
