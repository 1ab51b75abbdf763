"""Bounded HTTPS downloads. Plain HTTP is for this machine only."""

from __future__ import annotations

import time
from http.client import HTTPException, HTTPResponse
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

from pratique._version import VERSION
from pratique.domain.errors import UnavailableError, UsageError
from pratique.domain.held import Reference

TIMEOUT_SECONDS = 30
LOOPBACK = ("localhost", "127.0.0.1", "::1")


RESOLVED_BYTES = 64 << 20


class MissingError(UsageError):
    """The server says that there is no such page."""


class WebFiles:
    """Single files on the web, as something that can be resolved again: their revision is their SHA-256."""

    def accepts(self, reference: Reference) -> bool:
        return reference.text.startswith(("https://", "http://"))

    def resolve(self, reference: Reference) -> str:
        """Downloads it, up to `RESOLVED_BYTES`. Raises `UnavailableError`, and `UsageError` for what is not fetched."""
        import hashlib

        return "sha256:" + hashlib.sha256(download(reference.text, RESOLVED_BYTES)).hexdigest()


def download(url: str, max_bytes: int) -> bytes:
    """The body at `url`, at most `max_bytes`. Redirects stay on HTTPS."""
    _check(url)
    request = Request(url, headers={"User-Agent": f"pratique/{VERSION}"})  # noqa: S310 - the scheme was checked
    try:
        with build_opener(_CheckedRedirects).open(request, timeout=TIMEOUT_SECONDS) as response:
            body: bytes = response.read(max_bytes + 1)
    except (URLError, OSError, ValueError, HTTPException) as error:
        raise UnavailableError(f"{url}: {error}") from None
    if len(body) > max_bytes:
        raise UnavailableError(f"{url}: larger than {max_bytes} bytes")
    return body


def get(url: str, max_bytes: int, accept: str, seconds: float | None = None) -> tuple[bytes, str, str]:
    """Body, content type and final URL of a page, at most `max_bytes`. A page that is not there is a `MissingError`.

    With `seconds`, a body that comes more slowly is given up.
    """
    _check(url)
    deadline = time.monotonic() + seconds if seconds is not None else None
    headers = {"User-Agent": f"pratique/{VERSION}", "Accept": accept}
    request = Request(url, headers=headers)  # noqa: S310 - the scheme was checked
    timeout = max(0.1, min(TIMEOUT_SECONDS, seconds if seconds is not None else TIMEOUT_SECONDS))
    try:
        with build_opener(_CheckedRedirects).open(request, timeout=timeout) as response:
            body = _body(response, max_bytes, deadline)
            kind, final = str(response.headers.get("Content-Type", "")), str(response.url)
    except HTTPError as error:
        error.close()
        if error.code in (404, 410):
            raise MissingError(f"{url}: not there") from None
        raise UnavailableError(f"{url}: {error}") from None
    except (URLError, OSError, ValueError, HTTPException) as error:
        raise UnavailableError(f"{url}: {error}") from None
    if len(body) > max_bytes:
        raise UnavailableError(f"{url}: larger than {max_bytes} bytes")
    return body, kind, final


def _body(response: HTTPResponse, max_bytes: int, deadline: float | None) -> bytes:
    """Up to one byte more than `max_bytes`. Raises `OSError` for a body that is cut short or comes too slowly."""
    pieces, length = [], 0
    while length <= max_bytes and (piece := response.read1(min(1 << 16, max_bytes + 1 - length))):
        pieces.append(piece)
        length += len(piece)
        if deadline is not None and time.monotonic() > deadline:
            raise TimeoutError("the answer comes too slowly")
    if length <= max_bytes and response.length:
        raise OSError("the answer is cut short")
    return b"".join(pieces)


def save(url: str, path: str, max_bytes: int) -> None:
    """Write the body at `url` to a file, at most `max_bytes`. Redirects stay on HTTPS."""
    _check(url)
    request = Request(url, headers={"User-Agent": f"pratique/{VERSION}"})  # noqa: S310 - the scheme was checked
    try:
        with (
            build_opener(_CheckedRedirects).open(request, timeout=TIMEOUT_SECONDS) as response,
            open(path, "wb") as file,
        ):
            written = 0
            while chunk := response.read(1 << 20):
                written += len(chunk)
                if written > max_bytes:
                    raise UnavailableError(f"{url}: larger than {max_bytes} bytes")
                file.write(chunk)
    except (URLError, OSError, ValueError, HTTPException) as error:
        raise UnavailableError(f"{url}: {error}") from None


def post(url: str, body: bytes, max_bytes: int) -> tuple[int, bytes]:
    """The status and body of the answer, at most `max_bytes`. Redirects are not followed: what is sent goes where it was sent."""
    _check(url)
    headers = {"User-Agent": f"pratique/{VERSION}", "Content-Type": "text/plain; charset=utf-8"}
    request = Request(url, data=body, headers=headers, method="POST")  # noqa: S310 - the scheme was checked
    try:
        try:
            with build_opener(_NoRedirects).open(request, timeout=TIMEOUT_SECONDS) as response:
                return response.status, response.read(max_bytes)
        except HTTPError as error:
            with error:
                return error.code, error.read(max_bytes)
    except (URLError, OSError, ValueError, HTTPException) as error:
        raise UnavailableError(f"{url}: {error}") from None


def _check(url: str) -> None:
    try:
        parts = urlsplit(url)
    except ValueError:
        raise UsageError(f"{url[:200]!r}: not a URL") from None
    if parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK):
        return
    raise UsageError(f"{url}: only https is fetched (http on this machine only)")


class _CheckedRedirects(HTTPRedirectHandler):
    def redirect_request(self, req, fp, code, msg, headers, newurl):  # type: ignore[no-untyped-def]
        _check(newurl)
        return super().redirect_request(req, fp, code, msg, headers, newurl)


class _NoRedirects(HTTPRedirectHandler):
    def redirect_request(self, req, fp, code, msg, headers, newurl):  # type: ignore[no-untyped-def]
        return None
