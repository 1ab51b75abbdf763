"""What this installation knows beyond its release: newer tables, imported advisories, and what an index answers."""

from __future__ import annotations

import os
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING

from pratique._version import VERSION
from pratique.code import capability
from pratique.domain.errors import UsageError
from pratique.domain.release import Answers, PackageIndex
from pratique.flow.asking import Asking, day_of
from pratique.flow.identify import Identified
from pratique.flow.known import MAX_AGE_DAYS, Known
from pratique.formats.window import Limits
from pratique.pins import popularity
from pratique.sources.files import LocalFiles
from pratique.store.intel import CAPABILITIES, POPULARITY, IntelStore, home

if TYPE_CHECKING:
    from pratique.advisories.vex import Statements
    from pratique.domain.ports import Source

MAX_VEX_BYTES = 64 << 20
MAX_COOLDOWN_DAYS = 3650


def use_installed_tables() -> None:
    """Look capabilities and popular names up in the tables that `pratique intel update` installed, if it did."""
    store = IntelStore(home(os.environ))
    capability.use(store.folder_in_use(CAPABILITIES))
    popularity.use(store.folder_in_use(POPULARITY))


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


def asking_of(
    source: Source,
    now: datetime,
    index_url: str = "",
    *,
    ask_index: bool = False,
    cooldown_days: int | None = None,
    index: PackageIndex | None = None,
) -> Asking:
    """Whom an inspection may ask: `index`, or the one at `index_url` if the user says so, and what a fetched release's index
    said when it was fetched."""
    if cooldown_days is not None and not 0 <= cooldown_days <= MAX_COOLDOWN_DAYS:
        raise UsageError(f"the cool-down is a number of days from 0 to {MAX_COOLDOWN_DAYS}, not {cooldown_days}")
    answers = _at_hand(source)
    if ask_index and index is None:
        from pratique.sources.asked import AskedIndex

        index = AskedIndex(index_url, answers)
    return Asking(day_of(now), index or answers, cooldown_days)


def _at_hand(source: Source) -> Answers | None:
    if isinstance(source, LocalFiles):
        return None  # spares the import of the others
    from pratique.sources.pypi import PyPI

    return source.answers if isinstance(source, PyPI) else None


def cache_key(
    identified: Identified, disabled: tuple[str, ...], limits: Limits | None, known: Known | None, asking: Asking
) -> str:
    """What a report depends on: the content and its names, this program's own files, its tables, options, advisories and an
    index's answers. A report with a `day` depends on that too."""
    asked = f"{known.advisories.version} {known.max_age_days} {asking.today:%Y-%m-%d}" if known is not None else ""
    gaps = [f"{gap.kind} {gap.where} {gap.reason}" for gap in identified.gaps]
    parts = (
        str(identified.artifact.id),
        identified.artifact.origin.reference,
        *(member.path for member in identified.artifact.members[:1]),
        *gaps,
        _program(),
        str(capability.version_in_use()),
        popularity.version_in_use(),
        *sorted(disabled),
        str((limits or Limits()).as_pairs()),
        asked,
        asking.index.version if isinstance(asking.index, Answers) else "",
        str(asking.cooldown_days),
    )
    return "\0".join(parts)


def program() -> str:
    """What single files are looked at with: this program's own files and its tables."""
    return f"{_program()} {capability.version_in_use()}"


@cache
def _program() -> str:
    """A digest of the sizes and times of the program's files: a change to any of them makes another program."""
    import hashlib

    root = os.path.dirname(os.path.abspath(__file__))
    digest = hashlib.sha256(VERSION.encode())
    for folder, folders, names in os.walk(root):
        folders[:] = sorted(name for name in folders if name != "__pycache__")
        for name in sorted(names):
            status = os.stat(os.path.join(folder, name))
            digest.update(f"{name} {status.st_size} {status.st_mtime_ns}\n".encode())
    return digest.hexdigest()
