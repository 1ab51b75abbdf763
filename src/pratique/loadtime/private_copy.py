"""A verified copy for loaders that want a path: sealed memory on Linux, else a file that only this user can reach.

The bytes that are hashed are the bytes that are written, so the copy is what was verified. Sealed memory (memfd_create(2),
`F_ADD_SEALS`) cannot be changed by anyone afterwards; a temporary file could be, by this user's other processes.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from types import TracebackType

from pratique.domain.errors import UnavailableError
from pratique.loadtime.admitted import Admitted, require
from pratique.sources.files import FileHandle

READ_BYTES = 4 << 20
MAX_MEMORY_BYTES = 8 << 30
MEMORY_SHARE = 4  # a copy takes at most this fraction of the memory that is available
MAX_FILES = 10_000
MAX_DEPTH = 16
_SEALS = 0x1 | 0x2 | 0x4 | 0x8  # F_SEAL_SEAL, F_SEAL_SHRINK, F_SEAL_GROW, F_SEAL_WRITE
_F_ADD_SEALS = 1033


class PrivateCopy:
    """The copy of one file; `path` names it until `close`. What has mapped it keeps it."""

    def __init__(self, source: str, admitted: Admitted, sha256: str | None = None) -> None:
        """Raises `NotAdmittedError` and `UnavailableError`."""
        self._folder: str | None = None
        handle = FileHandle(source, follow=True)
        try:
            self._descriptor = self._create(handle.size_bytes, os.path.basename(source))
            try:
                require(admitted, sha256, _copy(handle, self._descriptor), source)
                self._seal()
            except BaseException:
                self.close()
                raise
        finally:
            handle.close()

    def _create(self, size: int, name: str) -> int:
        if hasattr(os, "memfd_create") and size <= min(MAX_MEMORY_BYTES, _available_bytes() // MEMORY_SHARE):
            descriptor = os.memfd_create("pratique", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
            self.path = f"/proc/self/fd/{descriptor}"
            return descriptor
        self._folder = tempfile.mkdtemp(prefix="pratique-")  # mode 0700
        self.path = os.path.join(self._folder, name or "file")
        flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
        return os.open(self.path, flags, 0o400)

    def _seal(self) -> None:
        if self._folder is None:
            import fcntl

            fcntl.fcntl(self._descriptor, _F_ADD_SEALS, _SEALS)
            os.lseek(self._descriptor, 0, os.SEEK_SET)

    @property
    def sealed(self) -> bool:
        """Whether nobody can change it any more."""
        return self._folder is None

    def close(self) -> None:
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)

    def __enter__(self) -> PrivateCopy:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class PrivateFolder:
    """Verified copies of a folder's files under their names, in a folder of this user's (mode 0700).

    Files whose names `linked` accepts become links to the originals: their loaders verify for themselves what they read.
    """

    def __init__(
        self, source: str, admitted: Admitted, linked: tuple[str, ...] = (), only: tuple[str, ...] | None = None
    ) -> None:
        self.path = tempfile.mkdtemp(prefix="pratique-")
        self._count = 0
        try:
            if only is not None:
                for name in only:
                    self._file(os.path.join(source, name), os.path.join(self.path, name), admitted)
            else:
                self._folder(os.path.realpath(source), self.path, admitted, linked, 0)
        except BaseException:
            self.close()
            raise

    def _folder(self, source: str, target: str, admitted: Admitted, linked: tuple[str, ...], depth: int) -> None:
        if depth > MAX_DEPTH:
            raise UnavailableError(f"{source}: folders nest deeper than {MAX_DEPTH}")
        for name in sorted(os.listdir(source)):
            full, place = os.path.join(source, name), os.path.join(target, name)
            if os.path.isdir(full) and not os.path.islink(full):
                os.mkdir(place, 0o700)
                self._folder(full, place, admitted, linked, depth + 1)
            elif name.endswith(linked) if linked else False:
                os.symlink(os.path.realpath(full), place)
            else:
                self._file(full, place, admitted)

    def _file(self, source: str, target: str, admitted: Admitted) -> None:
        self._count += 1
        if self._count > MAX_FILES:
            raise UnavailableError(f"{source}: more than {MAX_FILES} files")
        os.makedirs(os.path.dirname(target), mode=0o700, exist_ok=True)
        handle = FileHandle(source, follow=True)
        try:
            descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o400)
            try:
                require(admitted, None, _copy(handle, descriptor), source)
            finally:
                os.close(descriptor)
        finally:
            handle.close()

    def close(self) -> None:
        shutil.rmtree(self.path, ignore_errors=True)


def _copy(handle: FileHandle, descriptor: int) -> str:
    """Write the file to `descriptor` and return the SHA-256 of what was written."""
    whole = hashlib.sha256()
    at = 0
    while at < handle.size_bytes and (piece := handle.read_at(at, min(READ_BYTES, handle.size_bytes - at))):
        whole.update(piece)
        at += len(piece)
        view = memoryview(piece)
        while view:
            view = view[os.write(descriptor, view) :]
    return whole.hexdigest()


def _available_bytes() -> int:
    """Memory that can be had without swapping (Linux, /proc/meminfo); elsewhere 0."""
    try:
        with open("/proc/meminfo", encoding="ascii") as table:
            for line in table:
                if line.startswith("MemAvailable:"):
                    return int(line.split()[1]) * 1024
    except (OSError, ValueError, IndexError):
        pass
    return 0
