"""The trust file from a TUF repository (The Update Framework 1.0), through the package `tuf`, imported only for this.

TUF gives what a plain download cannot: threshold signatures, no going back to older metadata, no freezing, root rotation.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from typing import TYPE_CHECKING

from pratique.attest import trust
from pratique.domain.errors import TamperedError, UnavailableError, UsageError

if TYPE_CHECKING:
    from tuf.ngclient.fetcher import FetcherInterface

TARGET = "trust.json"
PIECE_BYTES = 1 << 16
INSTALL = "updates of the trust file need the package tuf: `pip install 'pratique[sigstore]'`"


def update(url: str, path: str, first_root: bytes | None) -> tuple[int, int]:
    """Steps: (1) TUF refreshes its metadata from its root on; (2) it delivers `trust.json`; (3) every key in it is read;
    (4) its version must not go back, and no revocation may disappear; (5) the file is replaced whole.

    Returns the versions before and after. `first_root` is needed once for each repository: it is what everything hangs on.
    """
    data = _fetch(url, path, first_root)  # (1) (2)
    fresh, present = trust.parse(data), trust.load(path)  # (3)
    if fresh.version < present.version:  # (4)
        raise TamperedError(
            f"the repository's trust file is version {fresh.version}, older than {present.version} here"
        )
    lost = {entry.id for entry in present.revoked} - {entry.id for entry in fresh.revoked}
    if lost:
        raise TamperedError(f"the repository's trust file would take back the revocation of {min(lost)[:16]}…")
    if fresh != present:
        if fresh.version == present.version:
            raise TamperedError(
                f"the repository's trust file differs from the one here, and both are version {fresh.version}"
            )
        trust.save(fresh, path)  # (5)
    return present.version, fresh.version


def _fetch(url: str, path: str, first_root: bytes | None) -> bytes:
    try:
        from tuf.api.exceptions import DownloadError, RepositoryError
        from tuf.ngclient import Updater
    except ImportError:
        raise UnavailableError(INSTALL) from None
    local = os.path.isdir(url)
    if not local and not url.startswith("https://"):
        raise UsageError(f"{url}: neither a folder nor an https address")
    base = f"file://{os.path.abspath(url)}" if local else url
    kept = os.path.join(os.path.dirname(path) or ".", "tuf", hashlib.sha256(url.encode()).hexdigest()[:16])
    try:
        os.makedirs(os.path.join(kept, "targets"), exist_ok=True)
        if first_root is None and not os.path.exists(os.path.join(kept, "root.json")):
            raise UsageError("the first update from a repository needs its root of trust: --root root.json")
        updater = Updater(
            kept,
            f"{base.rstrip('/')}/",
            os.path.join(kept, "targets"),
            f"{base.rstrip('/')}/targets/",
            _folder_fetcher() if local else None,
            bootstrap=first_root,
        )
        updater.refresh()
        target = updater.get_targetinfo(TARGET)
        if target is None:
            raise TamperedError(f"the repository has no {TARGET}")
        if target.length > trust.MAX_TRUST_BYTES:
            raise TamperedError(f"the repository's {TARGET} is larger than {trust.MAX_TRUST_BYTES} bytes")
        with open(updater.download_target(target), "rb") as file:
            return file.read(trust.MAX_TRUST_BYTES)
    except DownloadError as error:
        raise UnavailableError(f"{url}: {error}") from None
    except RepositoryError as error:
        raise TamperedError(f"{url}: TUF refuses the repository: {error}") from None
    except OSError as error:
        raise UnavailableError(f"{error.filename or url}: {error.strerror}") from None


def _folder_fetcher() -> FetcherInterface:
    from urllib.parse import unquote, urlsplit

    from tuf.api.exceptions import DownloadHTTPError
    from tuf.ngclient.fetcher import FetcherInterface

    class FolderFetcher(FetcherInterface):  # type: ignore[misc]
        """Reads a repository that lies in a folder; a missing file is TUF's 404."""

        def _fetch(self, url: str) -> Iterator[bytes]:
            path = unquote(urlsplit(url).path)
            if not os.path.exists(path):
                raise DownloadHTTPError(f"{url}: not there", 404)
            with open(path, "rb") as file:
                while piece := file.read(PIECE_BYTES):
                    yield piece

    return FolderFetcher()
