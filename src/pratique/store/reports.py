"""Reports on content that was inspected before, kept in the user's cache folder (XDG Base Directory Specification).

A report is a function of the content, of this program and of what it knows; the key is a digest of all three. Entries are
authenticated with a key that only the user can read, so that whoever may write to the folder cannot write verdicts. An entry that
is missing, damaged or foreign is no error: the content is inspected again.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import zlib
from collections.abc import Mapping
from contextlib import suppress
from typing import TypeVar

from pratique.domain.codec import decode, encode

T = TypeVar("T")

SCHEMA = "pratique.cache/1"
TAG_BYTES = 32
MAX_ENTRY_BYTES = 64 << 20
MAX_ENTRIES = 512
MAX_TOTAL_BYTES = 512 << 20


def folder(environment: Mapping[str, str]) -> str:
    """`PRATIQUE_CACHE_DIR`, or below the user's cache folder."""
    if environment.get("PRATIQUE_CACHE_DIR"):
        return environment["PRATIQUE_CACHE_DIR"]
    base = environment.get("XDG_CACHE_HOME") or os.path.join(os.path.expanduser("~"), ".cache")
    return os.path.join(base, "pratique")


def user_key(folder: str, *, make: bool) -> bytes | None:
    """The key of the user's cache; None where there is none, or where others can read it or own it."""
    path = os.path.join(folder, "key")
    try:
        if make and not os.path.exists(path):
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with open(descriptor, "wb") as file:
                file.write(os.urandom(32))
        status = os.stat(path)
        if status.st_uid != os.getuid() or status.st_mode & 0o077:
            return None
        with open(path, "rb") as file:
            secret = file.read(64)
    except OSError:
        return None
    return secret if len(secret) == 32 else None


class ReportCache:
    """Entries by key; each method gives up quietly where the folder cannot be used."""

    def __init__(self, folder: str) -> None:
        self.folder = folder

    def get(self, key: str, type_: type[T]) -> T | None:
        """The record under a key, if an authentic one is there."""
        secret = user_key(self.folder, make=False)
        if secret is None:
            return None
        try:
            with open(self._path(key), "rb") as file:
                data = file.read(MAX_ENTRY_BYTES + 1)
            if len(data) > MAX_ENTRY_BYTES or not hmac.compare_digest(
                data[:TAG_BYTES], self._tag(secret, key, data[TAG_BYTES:])
            ):
                return None
            text = zlib.decompressobj().decompress(data[TAG_BYTES:], MAX_ENTRY_BYTES)
            found: T = decode(type_, json.loads(text))
        except (OSError, ValueError, TypeError, zlib.error, RecursionError):
            return None
        with suppress(OSError):
            os.utime(self._path(key))
        return found

    def put(self, key: str, value: object) -> None:
        """Keep a record; the ones that were used longest ago make room."""
        try:
            os.makedirs(self.folder, mode=0o700, exist_ok=True)
            secret = user_key(self.folder, make=True)
            if secret is None:
                return
            body = zlib.compress(json.dumps(encode(value), separators=(",", ":")).encode("ascii"), 1)
            if len(body) + TAG_BYTES > MAX_ENTRY_BYTES:
                return
            temporary = f"{self._path(key)}.{os.getpid()}"
            with open(temporary, "wb") as file:
                file.write(self._tag(secret, key, body) + body)
            os.replace(temporary, self._path(key))
            self._make_room()
        except OSError:
            return

    def entries(self) -> list[os.DirEntry[str]]:
        """What is kept."""
        try:
            with os.scandir(self.folder) as found:
                return [entry for entry in found if entry.name.endswith(".report")]
        except OSError:
            return []

    def _path(self, key: str) -> str:
        return os.path.join(self.folder, hashlib.sha256(key.encode("utf-8", "surrogateescape")).hexdigest() + ".report")

    def _tag(self, secret: bytes, key: str, body: bytes) -> bytes:
        named = key.encode("utf-8", "surrogateescape")
        return hmac.digest(secret, b"%d:%s:%s" % (len(named), named, body), "sha256")

    def _make_room(self) -> None:
        kept = sorted((entry.stat().st_mtime, entry.stat().st_size, entry.path) for entry in self.entries())
        total = sum(size for _, size, _ in kept)
        while kept and (len(kept) > MAX_ENTRIES or total > MAX_TOTAL_BYTES):
            _, size, path = kept.pop(0)
            total -= size
            with suppress(OSError):
                os.remove(path)
