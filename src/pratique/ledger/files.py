"""Files of the ledger: bounded reading, replacing in one step, secrets, and the static layout of tlog-tiles."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from pratique.domain.errors import UnavailableError, UsageError
from pratique.ledger.tiles import TILE_WIDTH, number_path, tiles_of

if TYPE_CHECKING:
    from pratique.ledger.log import Log


def read_file(path: str, max_bytes: int) -> bytes:
    """The whole file. Raises `UsageError` where there is none or it is larger, `UnavailableError` where it cannot be read."""
    try:
        with open(path, "rb") as file:
            data = file.read(max_bytes + 1)
    except FileNotFoundError:
        raise UsageError(f"{path}: no such file") from None
    except OSError as error:
        raise UnavailableError(f"{path}: {error.strerror}") from None
    if len(data) > max_bytes:
        raise UsageError(f"{path}: larger than {max_bytes} bytes")
    return data


def replace_file(path: str, data: bytes) -> None:
    """Replace a file in one step: after a crash it holds the old bytes or the new ones. Raises `UnavailableError`."""
    fresh = f"{path}.{os.getpid()}.new"
    try:
        with open(fresh, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(fresh, path)
        folder = os.open(os.path.dirname(os.path.abspath(path)), os.O_RDONLY)
        try:
            os.fsync(folder)  # the new name, too
        finally:
            os.close(folder)
    except OSError as error:
        raise UnavailableError(f"{path}: {error.strerror}") from None


def write_secret(path: str, text: str) -> None:
    """A new file that only its owner can read. Raises `UsageError` where there is one: a key is never overwritten."""
    try:
        os.makedirs(os.path.dirname(os.path.abspath(path)), mode=0o700, exist_ok=True)
        descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        with open(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
    except FileExistsError:
        raise UsageError(f"{path} exists already") from None
    except OSError as error:
        raise UnavailableError(f"{path}: {error.strerror}") from None


def export(log: Log, folder: str) -> int:
    """Write the log as static files that any client of tlog-tiles reads, the checkpoint last. Returns how many tiles."""
    signed = log.current()
    reader = log.reader(signed.checkpoint)
    count = 0
    for tile in tiles_of(signed.checkpoint.size):
        _place(folder, tile.path, reader.hashes(tile.level, tile.number))
        if tile.level == 0:
            begin = tile.number * TILE_WIDTH
            entries = b"".join(
                b"\0\x20" + log.stored_entry(i) for i in range(begin, begin + tile.width)
            )  # uint16 length
            _place(folder, f"tile/entries/{number_path(tile.number, tile.width)}", entries)
        count += 1
    _place(folder, "checkpoint", bytes(signed.note))
    return count


def _place(folder: str, path: str, data: bytes) -> None:
    target = os.path.join(folder, path)
    try:
        os.makedirs(os.path.dirname(target), exist_ok=True)
    except OSError as error:
        raise UnavailableError(f"{target}: {error.strerror}") from None
    replace_file(target, data)
