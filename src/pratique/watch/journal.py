"""The watch's log: one alert a line, each line holding the SHA-256 of the line before it (`docs/spec/watch.md`).

Removing or changing a line breaks the chain; cutting the end does not show here, which is what the webhook is for.
"""

from __future__ import annotations

import hashlib
import json
import os

from pratique.domain.errors import TamperedError, UnavailableError
from pratique.watch.alert import Alert

FIRST = "0" * 64
MAX_LINE_BYTES = 1 << 20


class Journal:
    """Appends to a file; a chain that does not hold is not continued. Raises `TamperedError` and `UnavailableError`."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._last = last_digest(path)

    def write(self, alert: Alert) -> None:
        line = json.dumps({"alert": alert.document, "previous": self._last}, sort_keys=True, separators=(",", ":"))
        data = line.encode("ascii")
        try:
            descriptor = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
            try:
                os.write(descriptor, data + b"\n")
                os.fsync(descriptor)
            finally:
                os.close(descriptor)
        except OSError as error:
            raise UnavailableError(f"{self._path}: {error.strerror}") from None
        self._last = hashlib.sha256(data).hexdigest()


def last_digest(path: str) -> str:
    """The digest of the last line, after the whole chain was checked. Raises `TamperedError`."""
    last = FIRST
    try:
        with open(path, "rb") as source:
            for number, line in enumerate(iter(lambda: source.readline(MAX_LINE_BYTES), b""), 1):
                try:
                    previous = json.loads(line)["previous"]
                except (ValueError, KeyError, TypeError):
                    raise TamperedError(f"{path}: line {number} is no log entry") from None
                if previous != last or not line.endswith(b"\n"):
                    raise TamperedError(f"{path}: line {number} does not continue the chain")
                last = hashlib.sha256(line[:-1]).hexdigest()
    except FileNotFoundError:
        pass
    except OSError as error:
        raise UnavailableError(f"{path}: {error.strerror}") from None
    return last
