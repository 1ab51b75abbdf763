"""Delivers alerts to a URL, signed with HMAC-SHA256, from an outbox that survives a restart (`docs/spec/watch.md`)."""

from __future__ import annotations

import hashlib
import hmac
import threading
import time
from urllib.parse import urlsplit

from pratique._version import VERSION
from pratique.domain.errors import UsageError
from pratique.watch.records import Records

LOOPBACK = ("localhost", "127.0.0.1", "::1")
TIMEOUT_SECONDS = 10
FIRST_RETRY_SECONDS, LAST_RETRY_SECONDS = 2.0, 900.0
TOLERANCE_SECONDS = 300
MIN_KEY_BYTES = 16


def signature(key: bytes, id_: str, sent_at: int, body: bytes) -> str:
    """The value of `X-Pratique-Signature`: HMAC-SHA256 over `ID.TIME.BODY`, so that neither can be exchanged."""
    return "v1=" + hmac.new(key, f"{id_}.{sent_at}.".encode() + body, hashlib.sha256).hexdigest()


def verify(key: bytes, id_: str, sent_at: int, body: bytes, given: str, now: float) -> bool:
    """For receivers: in constant time, and not older than `TOLERANCE_SECONDS`."""
    fresh = abs(now - sent_at) <= TOLERANCE_SECONDS
    return hmac.compare_digest(signature(key, id_, sent_at, body), given) and fresh


class Webhook:
    """A thread that empties the outbox, oldest first; what fails is tried again, at growing intervals, for ever."""

    def __init__(self, url: str, key: bytes, state: str) -> None:
        parts = urlsplit(url)
        if not (parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK)):
            raise UsageError(f"{url}: only https (http on this machine only)")
        if len(key) < MIN_KEY_BYTES:
            raise UsageError(f"a webhook's key has at least {MIN_KEY_BYTES} bytes")
        self._url, self._key = url, key
        self._records = Records(state)  # a connection of its own, to the same file
        self._wake = threading.Event()
        self._stopping = False
        self.failures = 0
        self._thread = threading.Thread(target=self._run, name="pratique-webhook", daemon=True)
        self._thread.start()

    def poke(self) -> None:
        """There is something in the outbox."""
        self._wake.set()

    def close(self, seconds: float = TIMEOUT_SECONDS) -> None:
        """Let it finish what is due, at most so long. The rest stays in the outbox."""
        self._stopping = True
        self._wake.set()
        self._thread.join(seconds)

    def _run(self) -> None:
        while True:
            self._wake.clear()
            sent = self._deliver()
            if self._stopping and not sent:
                return
            if not sent:
                self._wake.wait(1.0)

    def _deliver(self) -> bool:
        due = self._records.due(time.time())
        delivered = False
        for id_, body, attempts in due:
            ok = self._send(str(id_), body.encode())
            if not ok:
                self.failures += 1
                wait = min(FIRST_RETRY_SECONDS * 2 ** min(attempts, 16), LAST_RETRY_SECONDS)
                self._records.put_off(id_, time.time() + wait)
                break  # the receiver is not there: the others would wait for the same timeout
            self._records.sent(id_)
            delivered = True
        return delivered

    def _send(self, id_: str, body: bytes) -> bool:
        from http.client import HTTPException
        from urllib.request import Request, build_opener

        sent_at = int(time.time())
        headers = {
            "Content-Type": "application/json",
            "User-Agent": f"pratique/{VERSION}",
            "X-Pratique-Id": id_,
            "X-Pratique-Time": str(sent_at),
            "X-Pratique-Signature": signature(self._key, id_, sent_at, body),
        }
        request = Request(self._url, body, headers, method="POST")  # noqa: S310 - the scheme was checked
        try:
            with build_opener(_no_redirects()).open(request, timeout=TIMEOUT_SECONDS) as response:
                return 200 <= int(response.status) < 300
        except (OSError, HTTPException, ValueError):
            return False


def _no_redirects() -> type:
    from urllib.request import HTTPRedirectHandler

    class NoRedirects(HTTPRedirectHandler):
        """A signed alert goes where it was sent, or nowhere."""

        def redirect_request(self, req, fp, code, msg, headers, newurl):  # type: ignore[no-untyped-def]
            return None

    return NoRedirects
