"""Digests of many files: each is read once, pieces are hashed in threads (`hashlib` and BLAKE3 release the interpreter lock).

SHA-256 gives the identity (`docs/spec/fingerprint.md`) and what OpenSSF Model Signing verifiers check; BLAKE3 of the same
bytes makes a later verification a few times faster than SHA-256 allows.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from pratique.domain.errors import UnavailableError, UsageError

if TYPE_CHECKING:
    from concurrent.futures import ThreadPoolExecutor
    from queue import SimpleQueue

PIECE_BYTES = 1 << 20
RING = 4  # pieces
SMALL_BYTES = 8 << 20  # all together: hashed sooner than threads are started
LARGE_BYTES = 64 << 20  # below that, a second thread for one file costs more than it gains
ALGORITHMS = ("sha256", "blake2b", "blake3")


class Hasher(Protocol):
    """A hash that takes bytes piece by piece."""

    def update(self, data: memoryview, /) -> object: ...

    def hexdigest(self) -> str: ...


class Readable(Protocol):
    """An open file that fills a buffer."""

    size_bytes: int

    def read_into(self, buffer: memoryview, offset: int) -> int: ...

    def close(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Request:
    """Bytes `start` to `end` of what `open` opens (to its end where `end` is None), wanted under `name`."""

    name: str
    open: Callable[[], Readable]
    size_bytes: int
    algorithms: tuple[str, ...]
    start: int = 0
    end: int | None = None


@dataclass(frozen=True, slots=True)
class Digests:
    """What was read: its length in bytes, and its digests (hexadecimal) by algorithm. Or why it could not be read."""

    name: str
    size_bytes: int
    by_algorithm: dict[str, str]
    error: str | None = None


def has_blake3() -> bool:
    """Whether the BLAKE3 library is installed."""
    try:
        import blake3  # noqa: F401
    except ImportError:
        return False
    return True


def new_hasher(algorithm: str) -> Hasher:
    """A fresh hash; raises `UnavailableError` where the library for it is missing."""
    if algorithm == "blake3":
        try:
            from blake3 import blake3
        except ImportError:
            raise UnavailableError("this signature's digests are BLAKE3, and the package blake3 is missing") from None
        hasher: Hasher = blake3()
        return hasher
    if algorithm == "sha256":
        return hashlib.sha256()
    if algorithm == "blake2b":
        return hashlib.blake2b()
    raise UsageError(f"no digest algorithm {algorithm!r}")


def digests_of(
    requests: Sequence[Request], threads: int | None = None, on_bytes: Callable[[int], None] = lambda count: None
) -> dict[str, Digests]:
    """The digests of every request, by its name. A file that cannot be read has an `error` and no digests.

    Many files go side by side, one thread each. One large file with two algorithms keeps two threads busy; with one, a second
    thread would cost more in moving pieces between processors than it gains.
    """
    if sum(request.size_bytes for request in requests) < SMALL_BYTES:
        return {digests.name: digests for digests in _noted(map(_digest, requests), on_bytes)}
    from concurrent.futures import ThreadPoolExecutor

    width = threads or min(os.cpu_count() or 1, 16)
    large = [request for request in requests if request.size_bytes >= LARGE_BYTES]
    divisible = any(len(request.algorithms) > 1 for request in large)
    side_by_side = len(large) >= width or not divisible or width == 1
    done: list[Digests] = []
    with ThreadPoolExecutor(width + 1) as pool:
        if side_by_side:
            ordered = sorted(requests, key=lambda request: -request.size_bytes)
            done += _noted(pool.map(_digest, ordered), on_bytes)
        else:
            small = [request for request in requests if request.size_bytes < LARGE_BYTES]
            done += _noted((_overlapped(request, pool) for request in large), on_bytes)
            done += _noted(pool.map(_digest, small), on_bytes)
    return {digests.name: digests for digests in done}


def file_sha256(path: str) -> bytes:
    """The SHA-256 of the file at `path`, read once; raises `UnavailableError` where it cannot be read."""
    from pratique.sources.files import FileHandle

    size = os.path.getsize(path)
    result = digests_of([Request(path, lambda: FileHandle(path, follow=True), size, ("sha256",))])[path]
    if result.error is not None:
        raise UnavailableError(result.error)
    return bytes.fromhex(result.by_algorithm["sha256"])


def _noted(results: Iterable[Digests], on_bytes: Callable[[int], None]) -> list[Digests]:
    noted = []
    for result in results:
        on_bytes(result.size_bytes)
        noted.append(result)
    return noted


def _digest(request: Request) -> Digests:
    hashers = [new_hasher(algorithm) for algorithm in request.algorithms]
    try:
        handle = request.open()
    except (UnavailableError, OSError) as error:
        return Digests(request.name, 0, {}, str(error))
    try:
        buffer = memoryview(bytearray(PIECE_BYTES))
        offset = request.start
        while count := _read(handle, buffer, offset, request.end):
            for hasher in hashers:
                hasher.update(buffer[:count])
            offset += count
    except UnavailableError as error:
        return Digests(request.name, 0, {}, str(error))
    finally:
        handle.close()
    return _result(request, hashers, offset)


def _overlapped(request: Request, pool: ThreadPoolExecutor) -> Digests:
    """The first algorithm has a thread of its own; reading, and all other algorithms, run up to `RING` pieces ahead of it."""
    from queue import SimpleQueue

    hashers = [new_hasher(algorithm) for algorithm in request.algorithms]
    try:
        handle = request.open()
    except (UnavailableError, OSError) as error:
        return Digests(request.name, 0, {}, str(error))
    free: SimpleQueue[memoryview] = SimpleQueue()
    full: SimpleQueue[tuple[memoryview, int]] = SimpleQueue()
    for _ in range(RING):
        free.put(memoryview(bytearray(2 * PIECE_BYTES)))
    hashing = pool.submit(_consume, hashers[0], full, free)
    offset = request.start
    try:
        while count := _read(handle, buffer := free.get(), offset, request.end):
            full.put((buffer, count))
            for hasher in hashers[1:]:
                hasher.update(buffer[:count])
            offset += count
    except UnavailableError as error:
        return Digests(request.name, 0, {}, str(error))
    finally:
        handle.close()
        full.put((memoryview(b""), 0))
        hashing.result()
    return _result(request, hashers, offset)


def _consume(hasher: Hasher, full: SimpleQueue[tuple[memoryview, int]], free: SimpleQueue[memoryview]) -> None:
    while (item := full.get())[1]:
        buffer, count = item
        hasher.update(buffer[:count])
        free.put(buffer)


def _read(handle: Readable, buffer: memoryview, offset: int, end: int | None) -> int:
    if end is not None and end - offset < len(buffer):
        buffer = buffer[: max(0, end - offset)]
    return handle.read_into(buffer, offset) if len(buffer) else 0


def _result(request: Request, hashers: list[Hasher], offset: int) -> Digests:
    values = (hasher.hexdigest() for hasher in hashers)
    return Digests(request.name, offset - request.start, dict(zip(request.algorithms, values, strict=True)))
