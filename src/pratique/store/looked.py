"""What was looked at before and had nothing, kept in one file of the user's cache folder (`domain.looked`).

The file is an HMAC-SHA-256 under the user's key and the digests of facts, the ones that were used last at its end. A file that is
missing, damaged, foreign or too large is no file. It is replaced whole: of two processes that end at once, one may lose what it
learnt, and the content is looked at again.
"""

from __future__ import annotations

import hashlib
import hmac
import os
from contextlib import suppress

from pratique.store.reports import user_key

DIGEST_BYTES = 32
MAX_FACTS = 65_536  # 2 MiB
_PURPOSE = b"pratique.looked/1:"


class LookedFiles:
    """Facts of one `program`: those of another are not its own."""

    def __init__(self, folder: str, program: str) -> None:
        self._folder = folder
        self._program = program
        self._known: set[bytes] | None = None
        self._used: dict[bytes, None] = {}
        self._learnt = False

    def empty(self, *fact: str) -> bool:
        digest = self._digest(fact)
        if self._known is None:
            self._known = set(self._read())
        if digest not in self._known:
            return False
        self._used[digest] = None
        return True

    def found_empty(self, *fact: str) -> None:
        self._used[self._digest(fact)] = None
        self._learnt = True

    def save(self) -> None:
        """Write what was learnt; the facts that were used longest ago make room."""
        if not self._learnt:
            return
        with suppress(OSError):
            os.makedirs(self._folder, mode=0o700, exist_ok=True)
            secret = user_key(self._folder, make=True)
            if secret is None:
                return
            kept = dict.fromkeys(digest for digest in self._read() if digest not in self._used)
            body = b"".join([*kept, *self._used][-MAX_FACTS:])
            temporary = f"{self._path}.{os.getpid()}"
            with open(temporary, "wb") as file:
                file.write(_tag(secret, body) + body)
            os.replace(temporary, self._path)

    @property
    def _path(self) -> str:
        return os.path.join(self._folder, "looked")

    def _digest(self, fact: tuple[str, ...]) -> bytes:
        named = "\0".join((self._program, *fact))
        return hashlib.sha256(named.encode("utf-8", "surrogateescape")).digest()

    def _read(self) -> list[bytes]:
        most = MAX_FACTS * DIGEST_BYTES + DIGEST_BYTES
        secret = user_key(self._folder, make=False)
        if secret is None:
            return []
        try:
            with open(self._path, "rb") as file:
                data = file.read(most + 1)
        except OSError:
            return []
        tag, body = data[:DIGEST_BYTES], data[DIGEST_BYTES:]
        if len(data) > most or len(body) % DIGEST_BYTES or not hmac.compare_digest(tag, _tag(secret, body)):
            return []
        return [body[at : at + DIGEST_BYTES] for at in range(0, len(body), DIGEST_BYTES)]


def _tag(secret: bytes, body: bytes) -> bytes:
    return hmac.digest(secret, _PURPOSE + body, "sha256")
