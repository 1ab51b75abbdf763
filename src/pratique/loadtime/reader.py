"""`verified_open`: hands over the bytes that it verified, and no others (`docs/spec/guard.md`).

1. The file is opened once; the name is not used again.
2. All of it is read: SHA-256 of the whole, BLAKE3 of each MiB.
3. The SHA-256 is looked up, or compared with what the caller expects.
4. Each read takes whole MiBs from the opened file and compares their BLAKE3 with that of step 2 before any byte of
   them is handed over. So a write after step 2, to the same file under any name, is an error and never data.
"""

from __future__ import annotations

import io
import os
from typing import TYPE_CHECKING

from pratique.domain.errors import TamperedError
from pratique.fingerprints.content import blake3_hex, read_content
from pratique.fingerprints.manifest import CHUNK_BYTES
from pratique.loadtime.admitted import Admitted, require
from pratique.sources.files import FileHandle

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

    from pratique.domain.ports import Handle


class VerifiedReader(io.RawIOBase):
    """Steps 2 and 4. It has no file descriptor to give away: a reader that took one would read unverified bytes."""

    def __init__(self, handle: Handle, name: str) -> None:
        super().__init__()
        self._handle = handle
        self.name = name
        content = read_content(handle)  # step 2
        self.sha256 = content.sha256
        self.size_bytes = content.size_bytes
        self._digests = [bytes.fromhex(chunk.blake3) for chunk in content.chunks]
        self._at = 0
        self._chunk: tuple[int, bytes] = (-1, b"")

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self.size_bytes}.get(whence)
        if base is None or base + offset < 0:
            raise ValueError(f"no such place: {offset} from {whence}")
        self._at = base + offset
        return self._at

    def readinto(self, buffer: WriteableBuffer) -> int:
        """Raises `TamperedError` where the file is no longer what was verified."""
        view = memoryview(buffer).cast("B")
        if self._at >= self.size_bytes or not len(view):
            return 0
        index, within = divmod(self._at, CHUNK_BYTES)
        data = self._verified(index)[within : within + len(view)]
        view[: len(data)] = data
        self._at += len(data)
        return len(data)

    def _verified(self, index: int) -> bytes:
        if self._chunk[0] != index:
            start = index * CHUNK_BYTES
            data = self._handle.read_at(start, min(CHUNK_BYTES, self.size_bytes - start))
            if bytes.fromhex(blake3_hex(data)) != self._digests[index]:  # step 4
                raise TamperedError(
                    f"{self.name}: bytes {start}-{start + CHUNK_BYTES - 1} changed after they were verified"
                )
            self._chunk = (index, data)
        return self._chunk[1]

    def close(self) -> None:
        if not self.closed:
            self._handle.close()
        super().close()


def verified_open(
    path: str | os.PathLike[str], *, sha256: str | None = None, admitted: Admitted | None = None
) -> io.BufferedReader:
    """The file at `path`, open for reading, if its content is admitted, or has the expected `sha256`.

    Raises `NotAdmittedError` now, `TamperedError` from a later read, and `UnavailableError` where the file cannot be read.
    """
    name = os.fspath(path)
    return _checked(FileHandle(name, follow=True), name, admitted, sha256)  # step 1


def verified_descriptor(descriptor: int, name: str, admitted: Admitted) -> io.BufferedReader:
    """The same for a file that is open already; the caller's descriptor stays open."""
    return _checked(FileHandle.of(os.dup(descriptor)), name, admitted, None)


def _checked(handle: FileHandle, name: str, admitted: Admitted | None, sha256: str | None) -> io.BufferedReader:
    try:
        reader = VerifiedReader(handle, name)
        require(admitted, sha256, reader.sha256, name)  # step 3
    except BaseException:
        handle.close()
        raise
    return io.BufferedReader(reader, CHUNK_BYTES)
