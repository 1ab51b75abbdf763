"""Local files as a source: they are read where they lie; quarantine for them means that nothing but Pratique opens them."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from typing import TYPE_CHECKING

from pratique.domain.artifact import Origin
from pratique.domain.errors import UnavailableError, UsageError
from pratique.domain.held import HeldEntry, Reference

if TYPE_CHECKING:
    from pratique.domain.ports import Quarantine

MAX_ENTRIES = 1_000_000


class LocalFiles:
    """The `Source` of paths."""

    def accepts(self, reference: Reference) -> bool:
        return "://" not in reference.text

    def fetch(self, reference: Reference, quarantine: Quarantine) -> tuple[str, Origin]:
        path = reference.text
        try:
            mode = os.stat(path).st_mode
        except FileNotFoundError:
            raise UsageError(f"{path}: no such file or folder") from None
        except (OSError, ValueError) as error:
            raise UnavailableError(f"{path}: {error}") from None
        if not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):
            raise UsageError(f"{path}: neither a file nor a folder")
        return path, Origin(path)


class InPlace:
    """A `Quarantine` over local paths: lists without following links, opens without following links below the root.

    One exception: a Hugging Face cache keeps a snapshot's files as links into its own `blobs` folder
    (huggingface_hub, "Understand caching"); links of exactly that form are read as the files that they stand for.
    """

    def place(self, name: str) -> str:
        raise UnavailableError("local files are not copied")

    def entries(self, root: str) -> Iterator[HeldEntry]:
        if not os.path.isdir(root):
            yield _entry(os.path.realpath(root), os.path.basename(root), None)
            return
        blobs = _cache_blobs(root)
        pending = [(root, "")]
        count = 0
        while pending:
            folder, prefix = pending.pop()
            try:
                names = sorted(os.listdir(folder))
            except OSError as error:
                yield HeldEntry(prefix.rstrip("/") or ".", "other", 0, error=error.strerror or str(error))
                continue
            folders = []
            for name in names:
                count += 1
                if count > MAX_ENTRIES:
                    yield HeldEntry(prefix + name, "other", 0, error=f"more than {MAX_ENTRIES} entries")
                    return
                entry = _entry(os.path.join(folder, name), prefix + name, blobs)
                yield entry
                if entry.type == "folder":
                    folders.append((os.path.join(folder, name), prefix + name + "/"))
            pending.extend(reversed(folders))

    def entry(self, root: str, path: str) -> HeldEntry | None:
        """The one entry at `path` below the folder `root` now; None where there is nothing."""
        full = os.path.join(root, path)
        return _entry(full, path, _cache_blobs(root)) if os.path.lexists(full) else None

    def open(self, root: str, path: str) -> FileHandle:
        if not os.path.isdir(root):
            return FileHandle(root, follow=True)  # a link that the user named is followed
        full = os.path.join(root, path)
        return FileHandle(full, follow=_is_cached_blob(full, _cache_blobs(root)))


class FileHandle:
    """Random access to one regular file."""

    __slots__ = ("_descriptor", "size_bytes")

    def __init__(self, path: str, follow: bool = False) -> None:
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

    @classmethod
    def of(cls, descriptor: int) -> FileHandle:
        """A handle over an open file, which it takes over. Raises `UnavailableError` for what is no regular file."""
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            os.close(descriptor)
            raise UnavailableError("not a regular file")
        handle = cls.__new__(cls)
        handle._descriptor = descriptor
        handle.size_bytes = status.st_size
        return handle

    def read_at(self, offset: int, length: int) -> bytes:
        return os.pread(self._descriptor, length, offset)

    def read_into(self, buffer: memoryview, offset: int) -> int:
        """Fill `buffer` from `offset`, and say how many bytes there were; 0 at the end."""
        try:
            if hasattr(os, "preadv"):
                return os.preadv(self._descriptor, [buffer], offset)
            piece = os.pread(self._descriptor, len(buffer), offset)  # macOS
            buffer[: len(piece)] = piece
            return len(piece)
        except OSError as error:
            raise UnavailableError(f"reading failed: {error.strerror}") from None

    def close(self) -> None:
        os.close(self._descriptor)


def _cache_blobs(root: str) -> str | None:
    """The `blobs` folder of a Hugging Face cache, if `root` is one of its snapshots."""
    resolved = os.path.realpath(root)
    snapshots = os.path.dirname(resolved)
    blobs = os.path.join(os.path.dirname(snapshots), "blobs")
    return blobs if os.path.basename(snapshots) == "snapshots" and os.path.isdir(blobs) else None


def _is_cached_blob(path: str, blobs: str | None) -> bool:
    return blobs is not None and os.path.islink(path) and os.path.dirname(os.path.realpath(path)) == blobs


def _entry(path: str, name: str, blobs: str | None) -> HeldEntry:
    try:
        follow = _is_cached_blob(path, blobs)
        status = os.stat(path) if follow else os.lstat(path)
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
