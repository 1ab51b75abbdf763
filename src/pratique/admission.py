"""All six steps with the installed store, log and keys: the composition root of `pratique admit`, below `wiring`."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import TYPE_CHECKING

from pratique.domain.errors import UnavailableError, UsageError
from pratique.domain.held import Reference
from pratique.domain.policy import Policy
from pratique.domain.verdict import Decision
from pratique.engine.plan import Plan
from pratique.flow.acquire import acquire
from pratique.flow.admit import admit as admit_step
from pratique.flow.identify import identify
from pratique.flow.inspect import inspect as inspect_step
from pratique.flow.judge import judge
from pratique.flow.known import MAX_AGE_DAYS
from pratique.flow.record import Receipt, record
from pratique.flow.recorded import RecordedFiles
from pratique.formats.window import Limits
from pratique.knowledge import asking_of, known_releases, use_installed_tables
from pratique.ledger import checkpoint, files, note
from pratique.ledger.log import Log
from pratique.sources.files import InPlace, LocalFiles
from pratique.sources.quarantine import CopiedFiles, FolderQuarantine
from pratique.store.database import default_path, open_database
from pratique.store.intel import home
from pratique.store.records import Records
from pratique.store.shelf import FolderShelf, InPlaceShelf

if TYPE_CHECKING:
    from collections.abc import Callable

    from pratique.attest.dsse import PrivateKey
    from pratique.domain.ports import Quarantine, Shelf, Source
    from pratique.domain.report import Report
    from pratique.domain.verdict import Verdict
    from pratique.ledger.checkpoint import Checkpoint
    from pratique.ledger.note import VerifierKey

PAYLOAD_TYPE = "application/vnd.pratique.report+json"
LOG_KEY, LOG_VERIFIER = "log.key", "log.vkey"  # below the user's data folder, as `pratique log create` makes them
REMEMBERED = "log.checkpoint"  # beside them: what this user has seen of the log, so that an older copy of it is noticed
QUARANTINE = ".quarantine"  # below the shelf: one file system, so that leaving it is one rename


@dataclass(frozen=True, slots=True)
class Installation:
    """Where this installation records: a store, and the log's keys. Empty fields are below the user's data folder."""

    store: str = ""
    log_key: str = ""  # the verifier key, or a file that holds it
    log_secret: str = ""  # a file

    def log(self, *, signing: bool) -> Log:
        """Raises `UsageError` where there is no log: `pratique log create` begins one."""
        folder = home(os.environ)
        store = self.store or default_path(folder)
        secret = self.log_secret or os.path.join(folder, LOG_KEY)
        if not os.path.exists(secret) and signing:
            raise UsageError(f"{secret}: no such file; `pratique log create NAME` begins a log of verdicts")
        if signing:
            signer = note.parse_signer(_text(secret))
            return Log(open_database(store), signer.verifier, signer, _remembered(folder, signer.verifier))
        text = self.log_key or os.path.join(folder, LOG_VERIFIER)
        if os.path.exists(text):
            text = _text(text)
        key = note.parse_verifier(text)
        return Log(open_database(store), key, remembered=_remembered(folder, key))


def _text(path: str) -> str:
    return files.read_file(path, note.MAX_NOTE_BYTES).decode("utf-8", "replace").strip()


def _remembered(folder: str, key: VerifierKey) -> Checkpoint | None:
    """The last checkpoint that this user has seen of the log. One of another log says nothing about this one."""
    path = os.path.join(folder, f"{REMEMBERED}.{key.id.hex()}")
    if not os.path.exists(path):
        return None
    return checkpoint.open_note(files.read_file(path, note.MAX_NOTE_BYTES), key).checkpoint


def _remember(log: Log) -> None:
    files.replace_file(os.path.join(home(os.environ), f"{REMEMBERED}.{log.key.id.hex()}"), log.checkpoint())


@dataclass(frozen=True, slots=True)
class StatementSigner:
    """A `domain.ports.Signer`: a DSSE envelope around the statement."""

    key: PrivateKey

    def sign(self, payload: bytes) -> bytes:
        from pratique.attest import dsse

        return dsse.sign(payload, PAYLOAD_TYPE, self.key)


@dataclass(frozen=True, slots=True)
class Admission:
    """What became of it. `path` is where it stands; None when it was not admitted."""

    report: Report
    verdict: Verdict
    receipt: Receipt
    log: str
    path: str | None


def admit(
    reference: Reference,
    policy: Policy,
    key: PrivateKey,
    installation: Installation,
    *,
    shelf: str | None = None,
    limits: Limits | None = None,
    disabled_rules: tuple[str, ...] = (),
    vex: tuple[str, ...] = (),
    advisory_days: int = MAX_AGE_DAYS,
    index_url: str = "",
    ask_index: bool = False,
    cooldown_days: int | None = None,
    on_bytes: Callable[[int], None] = lambda count: None,
) -> Admission:
    """Acquire, identify, inspect, judge, record, and admit if the verdict says so.

    With `shelf`, a copy is inspected in quarantine and moved onto the shelf; without, the artifact stays where it lies. Every
    verdict is recorded, whatever it is. Raises as the steps do.
    """
    use_installed_tables()
    log = installation.log(signing=True)
    source, quarantine, target = _places(reference, shelf, index_url)
    held = acquire(reference, source, quarantine)
    try:
        identified = identify(held, on_bytes)
        now = datetime.now(timezone.utc)
        asking = asking_of(source, now, index_url, ask_index=ask_index, cooldown_days=cooldown_days)
        known = known_releases(vex, advisory_days)
        report = inspect_step(identified, Plan(disabled_rules), limits, known=known, asking=asking)
        verdict = judge(report, policy, (), now)
        receipt = record(identified, report, verdict, StatementSigner(key), log, Records(log.database))
        _remember(log)
        path = admit_step(receipt, target).path if verdict.decision is Decision.ADMIT else None
    finally:
        if shelf is not None:
            shutil.rmtree(os.path.dirname(held.root), ignore_errors=True)
    return Admission(report, verdict, receipt, log.key.name, path)


def _places(reference: Reference, shelf: str | None, index_url: str) -> tuple[Source, Quarantine, Shelf]:
    release = reference.text.startswith("pypi:") and not os.path.lexists(reference.text)
    if shelf is None:
        if release:
            raise UsageError("what is downloaded needs a place to stay: --shelf FOLDER")
        return LocalFiles(), InPlace(), InPlaceShelf()
    if release:
        from pratique.attest.provenance import verifier
        from pratique.sources.pypi import PyPI

        return (
            PyPI(index_url, verifier(os.environ)),
            FolderQuarantine(os.path.join(shelf, QUARANTINE)),
            FolderShelf(shelf),
        )
    return CopiedFiles(), FolderQuarantine(os.path.join(shelf, QUARANTINE)), FolderShelf(shelf)


def recorded_files(installation: Installation | None = None) -> RecordedFiles:
    """What load-time checks ask. Raises `UnavailableError` where this installation has no store or no log."""
    try:
        log = (installation or Installation()).log(signing=False)
    except UsageError as error:
        raise UnavailableError(
            f"there is no store of admitted artifacts ({error}): pass `admitted=` or `sha256=`"
        ) from None
    return RecordedFiles(log, Records(log.database))
