"""The composition root: the only place where ports meet adapters."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timezone
from typing import TYPE_CHECKING

from pratique.domain.held import Reference
from pratique.domain.looked import LookedInMemory
from pratique.domain.policy import Policy, Waiver
from pratique.domain.report import Report
from pratique.domain.verdict import Verdict
from pratique.engine.plan import Plan
from pratique.flow.acquire import acquire
from pratique.flow.asking import Asking
from pratique.flow.document import Document, dumps, inspection_document
from pratique.flow.identify import Identified, identify
from pratique.flow.inspect import inspect as inspect_step
from pratique.flow.judge import judge
from pratique.flow.known import MAX_AGE_DAYS, Known
from pratique.formats.window import Limits
from pratique.knowledge import asking_of, cache_key, known_releases, program, use_installed_tables
from pratique.policy import parse
from pratique.sources.files import InPlace, LocalFiles

if TYPE_CHECKING:
    from io import BufferedReader
    from pathlib import Path

    from pratique.domain.ports import Quarantine, Source
    from pratique.domain.release import PackageIndex
    from pratique.engine.signatures import Signatures
    from pratique.loadtime.admitted import Admitted
    from pratique.loadtime.guard import Guard
    from pratique.watch.upstream import Resolver


CACHED_FROM_BYTES = 64 << 10  # below it, inspecting costs less than looking
PASSING_GAPS = frozenset({"budget", "rule-crashed", "unanswered", "unreadable"})  # may be otherwise the next time


@dataclass(frozen=True, slots=True)
class Inspection:
    """A report and the verdict on it."""

    report: Report
    verdict: Verdict

    @property
    def document(self) -> Document:
        return inspection_document(self.report, self.verdict)

    def to_json(self) -> str:
        """The same bytes as `pratique inspect --format json`."""
        return dumps(self.document) + "\n"


def inspect(
    target: str | Path,
    *,
    policy: str | Policy = "balanced",
    waivers: tuple[Waiver, ...] = (),
    disabled_rules: tuple[str, ...] = (),
    limits: Limits | None = None,
    expected_sha256: str | None = None,
    now: datetime | None = None,
    on_bytes: Callable[[int], None] = lambda count: None,
    vex: tuple[str, ...] = (),
    advisory_days: int = MAX_AGE_DAYS,
    index_url: str = "",
    cached: bool = False,
    yara: tuple[str, ...] = (),
    ask_index: bool = False,
    cooldown_days: int | None = None,
    index: PackageIndex | None = None,
) -> Inspection:
    """Inspect a file, a folder, or a release (`pypi:NAME==VERSION`, from `index_url`), and judge it.

    `policy` is a builtin name (`strict`, `balanced`, `research`), the path of a policy document, or a `Policy`.
    `vex` names OpenVEX documents that answer advisories, `advisory_days` how old imported advisories may be.
    With `ask_index`, the index at `index_url` is asked about the releases that files pin (their names are sent there); `index`
    is asked instead of it. `cooldown_days` says how old releases must be.
    `yara` names files of YARA-X rules, or `builtin`. With `cached`, the report on content that was inspected before is taken
    from the user's cache; it is the same byte for byte.
    Content never raises. Raises `UsageError` for a target or policy that does not exist, `UnavailableError` where the
    system refuses, and `TamperedError` where `expected_sha256` is not what was found.
    """
    rules = policy if isinstance(policy, Policy) else parse.load(policy)
    moment = now or datetime.now(timezone.utc)
    if waivers:
        rules = replace(rules, waivers=(*rules.waivers, *waivers))
    use_installed_tables()
    reference = Reference(str(target), expected_sha256)
    with fetching(reference, index_url) as (source, quarantine):
        held = acquire(reference, source, quarantine)
        identified = identify(held, on_bytes)
        known = known_releases(vex, advisory_days)
        asking = asking_of(source, moment, index_url, ask_index=ask_index, cooldown_days=cooldown_days, index=index)
        kept = cached and not (vex or ask_index or index)
        report = _reported(identified, disabled_rules, limits, known, asking, cached=kept, yara=yara)
    return Inspection(report, judge(report, rules, (), moment))


def _reported(
    identified: Identified,
    disabled_rules: tuple[str, ...],
    limits: Limits | None,
    known: Known | None,
    asking: Asking,
    *,
    cached: bool,
    yara: tuple[str, ...],
) -> Report:
    signatures = _signatures(yara) if yara else None
    size = sum(member.size_bytes for member in identified.artifact.members)
    if not cached or signatures is not None or size < CACHED_FROM_BYTES:
        plan = Plan(disabled_rules)
        return inspect_step(identified, plan, limits, known=known, signatures=signatures, asking=asking)
    from pratique.store.looked import LookedFiles
    from pratique.store.reports import ReportCache, folder

    cache = ReportCache(folder(os.environ))
    lasting = cache_key(identified, disabled_rules, limits, known, asking)
    of_today = f"{lasting}\0{asking.today:%Y-%m-%d}"
    for key in (lasting, of_today):
        kept = cache.get(key, Report)
        if kept is not None and kept.artifact == identified.artifact:
            return kept
    looked = LookedFiles(folder(os.environ), program())
    report = inspect_step(identified, Plan(disabled_rules), limits, known=known, asking=asking, looked=looked)
    looked.save()
    if not any(gap.kind in PASSING_GAPS for gap in report.coverage.gaps):
        cache.put(of_today if report.day else lasting, report)
    return report


def _signatures(sources: tuple[str, ...]) -> Signatures:
    from pratique.engine.signatures import Signatures

    return Signatures(sources)


def admitted_records() -> Admitted:
    """What this installation's store has admitted. Raises `UnavailableError` while there is no store."""
    from pratique.admission import recorded_files

    return recorded_files()


def verified_open(
    path: str | os.PathLike[str], *, sha256: str | None = None, admitted: Admitted | None = None
) -> BufferedReader:
    """The file at `path`, open for reading: only bytes that were verified come out of it (`docs/spec/guard.md`).

    It has the expected `sha256`, or `admitted` knows it; without either, the installed store is asked. Raises
    `NotAdmittedError` (a `TamperedError`), `TamperedError` from a read when the file was changed since, and
    `UnavailableError`.
    """
    from pratique.loadtime import reader

    records = admitted if admitted is not None or sha256 is not None else admitted_records()
    return reader.verified_open(path, sha256=sha256, admitted=records)


def guard(*, admitted: Admitted | None = None, only: tuple[str, ...] | None = None) -> Guard:
    """From now on, loaders refuse what has no admitted record (`docs/spec/guard.md`); `remove()` or `with` ends that.

    `only` names some of `loadtime.frameworks.FRAMEWORKS`. Raises `UsageError` for others, and `UnavailableError` where
    there is no store.
    """
    from pratique.loadtime.guard import Guard

    return Guard(admitted if admitted is not None else admitted_records(), only)


def compare(
    before: str | Path,
    after: str | Path,
    *,
    policy: str | Policy = "balanced",
    limits: Limits | None = None,
    now: datetime | None = None,
    index_url: str = "",
    ask_index: bool = False,
    cooldown_days: int | None = None,
) -> Inspection:
    """What `after` has that `before` had not, and the verdict on that alone. References and errors are those of `inspect`."""
    from pratique.flow.compare import only_new
    from pratique.flow.inspect import inspect_with

    rules = policy if isinstance(policy, Policy) else parse.load(policy)
    use_installed_tables()
    known, moment, looked = known_releases(), now or datetime.now(timezone.utc), LookedInMemory()
    with fetching(Reference(str(before)), index_url) as (source, quarantine):
        held = acquire(Reference(str(before)), source, quarantine)
        asking = asking_of(source, moment, index_url, ask_index=ask_index, cooldown_days=cooldown_days)
        old, seen = inspect_with(identify(held), Plan(), limits, known=known, asking=asking, looked=looked)
    with fetching(Reference(str(after)), index_url) as (source, quarantine):
        held = acquire(Reference(str(after)), source, quarantine)
        asking = asking_of(source, moment, index_url, ask_index=ask_index, cooldown_days=cooldown_days)
        new, _ = inspect_with(identify(held), Plan(), limits, known=known, before=seen, asking=asking, looked=looked)
    report = only_new(new, old)
    return Inspection(report, judge(report, rules, (), moment))


@contextmanager
def fetching(reference: Reference, index_url: str = "") -> Iterator[tuple[Source, Quarantine]]:
    """The source of a reference, and a quarantine for what it fetches that is gone afterwards. Local files stay where they lie."""
    if not reference.text.startswith("pypi:") or os.path.lexists(reference.text):
        yield LocalFiles(), InPlace()
        return
    import tempfile

    from pratique.attest.provenance import verifier
    from pratique.sources.pypi import PyPI
    from pratique.sources.quarantine import FolderQuarantine

    with tempfile.TemporaryDirectory(prefix="pratique-") as folder:
        yield PyPI(index_url, verifier(os.environ)), FolderQuarantine(folder)


def resolvers() -> tuple[Resolver, ...]:
    """The sources that can say what a reference names now, for `pratique watch --upstream`."""
    from pratique.sources.http import WebFiles
    from pratique.sources.pypi import PyPI

    return (WebFiles(), PyPI())
