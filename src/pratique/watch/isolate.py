"""The optional action: a file that was added or changed is moved out of the watched folder, where nothing opens it."""

from __future__ import annotations

import os
import secrets
import stat
import time

from pratique.domain.errors import UnavailableError
from pratique.watch.alert import QUARANTINED, Alert

MOVED_KINDS = frozenset({"added", "content-changed", "extended", "truncated", "type-changed"})


def isolate(alert: Alert, folder: str) -> Alert | None:
    """Move the alert's file or link into `folder`; None where there is nothing to move.

    It is a rename, so it happens at once and an opened file stays open: what already reads it is not stopped. Raises
    `UnavailableError` where the file system refuses (another device, missing rights).
    """
    full = os.path.join(alert.root, alert.path)
    if alert.kind not in MOVED_KINDS or not alert.path:
        return None
    try:
        mode = os.lstat(full).st_mode
        if not (stat.S_ISREG(mode) or stat.S_ISLNK(mode)):
            return None
        os.makedirs(folder, mode=0o700, exist_ok=True)
        place = os.path.join(
            folder, f"{int(alert.seen_at)}-{secrets.token_hex(4)}-{os.path.basename(alert.path)}"[:240]
        )
        os.rename(full, place)
        if stat.S_ISREG(mode):
            os.chmod(place, 0o400)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise UnavailableError(f"{full}: not moved to {folder}: {error.strerror}") from None
    return Alert(QUARANTINED, alert.root, alert.path, f"moved to {place}", time.time(), sha256=alert.sha256)
