"""What this installation knows beyond its release: newer capability tables, and imported advisories."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from pratique.code import capability
from pratique.domain.errors import UsageError
from pratique.flow.known import MAX_AGE_DAYS, Known
from pratique.store.intel import IntelStore, home

if TYPE_CHECKING:
    from pratique.advisories.vex import Statements

MAX_VEX_BYTES = 64 << 20


def use_installed_tables() -> None:
    """Look capabilities up in the tables that `pratique intel update` installed, if it did."""
    store = IntelStore(home(os.environ))
    version = store.current()
    capability.use(store.folder_of(version) if version else None)


def known_releases(vex: tuple[str, ...] = (), advisory_days: int = MAX_AGE_DAYS) -> Known | None:
    """The advisories of this installation with the statements of OpenVEX documents; None while none are imported."""
    if not os.path.isfile(os.path.join(home(os.environ), "advisories.sqlite")):
        return None
    from pratique.store.advisories import AdvisoryStore

    return Known(AdvisoryStore(home(os.environ)), _statements(vex) if vex else None, advisory_days)


def _statements(paths: tuple[str, ...]) -> Statements:
    from pratique.advisories import vex

    documents = []
    for path in paths:
        try:
            with open(path, "rb") as file:
                documents.append((path, file.read(MAX_VEX_BYTES)))
        except OSError as error:
            raise UsageError(f"{path}: {error.strerror}") from None
    return vex.read(documents)
