"""inspect: `(Identified, Plan, Limits) -> Report`. Parts stream through rules; what is not seen is a gap."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from pratique.code import capability
from pratique.code.package import Package
from pratique.domain.errors import UnavailableError
from pratique.domain.locator import Locator
from pratique.domain.looked import Looked, LookedNowhere
from pratique.domain.part import Call, Import, Member, Metadata, Part
from pratique.domain.report import Coverage, Gap, Loading, Report, RuleRun
from pratique.engine.local import run
from pratique.engine.plan import Plan
from pratique.engine.walk import Account, Walk
from pratique.flow import package_data
from pratique.flow.asking import Asking
from pratique.flow.companions import Companions
from pratique.flow.components import Inventory
from pratique.flow.identify import Identified
from pratique.flow.known import Known
from pratique.formats.contract import Scope
from pratique.formats.window import Budget, Limits, Window
from pratique.inspections.rule import Before, Surroundings
from pratique.pins import popularity

if TYPE_CHECKING:
    from pratique.engine.signatures import Signatures

MAX_TEXT_BYTES = 1 << 20
MAX_LOADING_NAMES = 200


def inspect(
    identified: Identified,
    plan: Plan,
    limits: Limits | None = None,
    on_bytes: Callable[[int], None] = lambda n: None,
    known: Known | None = None,
    signatures: Signatures | None = None,
    asking: Asking | None = None,
    looked: Looked | None = None,
) -> Report:
    """The report on an identified artifact. Never raises on content. `known` is what was imported of releases, `asking` whom
    to ask about them, `looked` what is known of single files. It makes no other report."""
    return inspect_with(identified, plan, limits, on_bytes, known, signatures=signatures, asking=asking, looked=looked)[
        0
    ]


def inspect_with(
    identified: Identified,
    plan: Plan,
    limits: Limits | None = None,
    on_bytes: Callable[[int], None] = lambda n: None,
    known: Known | None = None,
    before: Before | None = None,
    signatures: Signatures | None = None,
    asking: Asking | None = None,
    looked: Looked | None = None,
) -> tuple[Report, Before]:
    """As `inspect`, compared with a release before; and what a later release can be compared with."""
    budget = Budget(limits or Limits())
    walk = Walk(budget, signatures)
    inventory = Inventory(identified.artifact)
    loading = _Loading()
    surroundings = Surroundings(
        artifact=identified.artifact.id.digest,
        members={member.path: member for member in identified.artifact.members},
        read_text=lambda path: _read_text(identified, path),
        advisories=known.advisories if known is not None else None,
        statements=known.statements if known is not None else None,
        before=before,
        published=identified.artifact.origin.published,
        package=Package(looked=looked or LookedNowhere()),
    )
    companions, asked = Companions(), list[Gap]()
    parts = _tapped(_parts(identified, walk, on_bytes), inventory, loading, companions, surroundings, asking, asked)
    outcome = run(parts, plan, surroundings)
    walk.account.accounted_bytes += companions.settle(walk.account.gaps)
    weighed = package_data.weighed(outcome.findings.values(), surroundings.package)
    findings = tuple(sorted(weighed, key=lambda f: (-f.severity, f.where.sort_key, f.rule)))
    seen = (*identified.gaps, *_account_gaps(walk.account), *outcome.gaps, *asked)
    if surroundings.package.unread:
        reason = f"{surroundings.package.unread} Python sources, or what happens in them, were more than is followed"
        seen = (*seen, Gap("budget", Locator("."), reason))
    if known is not None and surroundings.pins.anything:
        seen = (*seen, *known.staleness())
    gaps = _distinct(tuple(package_data.of_package(seen, surroundings.package)))
    report = Report(
        artifact=identified.artifact,
        fingerprints=identified.fingerprints,
        components=inventory.components(),
        formats=tuple(sorted(walk.account.formats.items())),
        loading=loading.result(),
        findings=findings,
        coverage=Coverage(walk.account.total_bytes, walk.account.accounted_bytes, gaps),
        rules_run=tuple(RuleRun(entry.id, entry.version) for entry in plan.entries),
        limits=budget.limits.as_pairs(),
        advisories=known.advisories.version if known is not None else "",
        capabilities=capability.version_in_use(),
        index=surroundings.answers.version if surroundings.answers is not None else "",
        day=surroundings.day,
        popularity=popularity.version_in_use() if surroundings.pins.anything else "",
    )
    reference, published = identified.held.reference.text, surroundings.published
    return report, Before(reference, surroundings.package, surroundings.pins, published)


def _parts(identified: Identified, walk: Walk, on_bytes: Callable[[int], None]) -> Iterator[Part]:
    held = identified.held
    total = sum(member.size_bytes for member in identified.artifact.members)
    yield Member(Locator("."), "artifact", total)
    for file in identified.files:
        try:
            handle = held.quarantine.open(held.root, file.path)
        except UnavailableError as error:
            walk.account.gap(Gap("unreadable", Locator(file.path), str(error)))
            continue
        try:
            window = Window(handle.read_at, handle.size_bytes, walk.budget)
            yield from walk.parts(window, Scope(Locator(file.path)), file.formats)
        finally:
            handle.close()
        on_bytes(handle.size_bytes)


def _tapped(
    parts: Iterator[Part],
    inventory: Inventory,
    loading: _Loading,
    companions: Companions,
    around: Surroundings,
    asking: Asking | None,
    gaps: list[Gap],
) -> Iterator[Part]:
    for part in parts:
        around.package.see(part)
        around.pins.see(part)
        if isinstance(part, Metadata):
            inventory.see(part)
            companions.see(part)
        elif isinstance(part, Import | Call):
            loading.see(part)
        yield part
    # Rules that need the whole artifact are asked when everything has been read, and only if there is something for them.
    pinned = around.pins.anything or (asking is not None and asking.at_hand)
    if asking is not None and pinned:
        asking.prepare(around, gaps)
    for topic, anything in (("package-end", around.package.anything), ("pins-end", pinned)):
        if anything:
            yield Member(Locator("."), topic, 0)
    if around.before is not None:
        yield Member(Locator("."), "changes-end", 0)


class _Loading:
    """The distinct names that opening the artifact would resolve and invoke, in the order of first use, bounded."""

    def __init__(self) -> None:
        self.imports: Counter[str] = Counter()
        self.calls: Counter[str] = Counter()

    def see(self, part: Import | Call) -> None:
        counter = self.calls if isinstance(part, Call) else self.imports
        name = str(part.target)
        if name in counter or len(counter) < MAX_LOADING_NAMES:
            counter[name] += 1

    def result(self) -> Loading:
        return Loading(tuple(self.imports.items()), tuple(self.calls.items()))


def _account_gaps(account: Account) -> tuple[Gap, ...]:
    if account.omitted_gaps:
        reason = f"{account.omitted_gaps} more gaps are not listed"
        return (*account.gaps, Gap("budget", Locator("."), reason))
    return tuple(account.gaps)


def _distinct(gaps: tuple[Gap, ...]) -> tuple[Gap, ...]:
    return tuple(sorted(dict.fromkeys(gaps), key=lambda g: (g.where.sort_key, g.kind, g.reason)))


def _read_text(identified: Identified, path: str) -> str | None:
    member = next((m for m in identified.artifact.members if m.path == path and m.type == "file"), None)
    if member is None or member.size_bytes > MAX_TEXT_BYTES:
        return None
    try:
        handle = identified.held.quarantine.open(identified.held.root, path)
    except UnavailableError:
        return None
    try:
        return handle.read_at(0, MAX_TEXT_BYTES).decode("utf-8")
    except UnicodeDecodeError:
        return None
    finally:
        handle.close()
