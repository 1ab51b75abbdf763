"""Reads a window and everything nested in it: parts for the rules, and an account of every byte."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias
from weakref import WeakKeyDictionary

from pratique.domain.locator import Locator
from pratique.domain.part import Broken, Facts, Member, Part
from pratique.domain.report import Gap
from pratique.engine.intervals import Intervals
from pratique.engine.isolate import isolated
from pratique.formats.contract import CERTAIN, Format, Head, Nested, Scope
from pratique.formats.identify import (
    claimed_formats,
    extensions_of,
    identify,
    identify_by_magic,
    load,
)
from pratique.formats.window import Budget, OutOfBudget, Window

if TYPE_CHECKING:
    from pratique.engine.signatures import Signatures

MAX_GAPS = 10_000
_Walked: TypeAlias = "WeakKeyDictionary[Callable[[int, int], bytes], dict[tuple[int, int, str, str | None], int]]"
MAX_PADDING_BYTES = 4096


@dataclass(slots=True)
class Account:
    """What one walk saw: how much of it was explained, what was not, and which formats occurred."""

    total_bytes: int = 0
    accounted_bytes: int = 0
    gaps: list[Gap] = field(default_factory=list)
    formats: Counter[str] = field(default_factory=Counter)
    omitted_gaps: int = 0

    def gap(self, gap: Gap) -> None:
        if len(self.gaps) < MAX_GAPS:
            self.gaps.append(gap)
        else:
            self.omitted_gaps += 1


class Walk:
    """One inspection's depth-first reading. `parts` streams; `account` is complete when the stream has ended."""

    def __init__(self, budget: Budget, signatures: Signatures | None = None) -> None:
        self.budget = budget
        self._signatures = signatures
        self.account = Account()
        self._walked: _Walked = WeakKeyDictionary()

    def parts(self, window: Window, scope: Scope, known: tuple[Format, ...] | None = None) -> Iterator[Part]:
        """The parts of one top-level file, whose formats may be `known` already."""
        self.account.total_bytes += window.size
        measure = _Measure(window.size)
        yield from self._window(window, scope, None, measure, known)
        self.account.accounted_bytes += measure.accounted

    def _window(
        self,
        window: Window,
        scope: Scope,
        forced: str | None,
        measure: _Measure,
        known: tuple[Format, ...] | None = None,
    ) -> Iterator[Part]:
        try:
            self.budget.spend_member()
        except OutOfBudget as stop:
            self.account.gap(Gap("budget", scope.at(), f"stopped at the limit of {stop.limit}: {stop}", window.size))
            return
        if window.size == 0:
            yield Member(scope.at(), "empty", 0, _claims(scope.name, []))
            self.account.formats["empty"] += 1
            return
        if scope.depth > self.budget.limits.depth:
            reason = f"nested deeper than {self.budget.limits.depth} members"
            self.account.gap(Gap("budget", scope.at(), reason, window.size))
            return
        if self._signatures is not None:
            yield from self._signatures.matches(window, scope, self.account)
        formats = list(known) if known is not None else self._formats(window, scope, forced)
        if not formats:
            yield Member(scope.at(), "unknown", window.size, _claims(scope.name, []))
            self.account.gap(Gap("unknown-format", scope.at(), "no reader knows this content", window.size))
            return
        covered = Intervals(window.size)
        nested_loss = 0
        stopped = False
        for format_ in formats:
            self.account.formats[format_.id] += 1
            yield Member(scope.at(), format_.id, window.size, _claims(scope.name, formats))
            for item in self._read(format_, window, scope):
                if isinstance(item, Nested) and item.shared and len(formats) > 1:
                    continue
                if isinstance(item, Nested):
                    loss = _Measure(item.window.size)
                    yield from self._nested(item, scope, loss)
                    nested_loss += loss.loss_in(item.where.length or 0)
                else:
                    yield item
                    if isinstance(item, Broken) and item.lost:
                        self.account.gap(Gap("broken", item.where, item.message))
                        stopped = True
                        continue
                _cover(covered, item.where, scope.base)
        unexplained = 0
        for offset, length in self._leftover(window, covered, scope):
            yield from self._unexplained(window, scope, offset, length, formats, stopped)
            unexplained += length
        measure.accounted = max(window.size - unexplained - nested_loss, 0)

    def _formats(self, window: Window, scope: Scope, forced: str | None) -> list[Format]:
        known: list[Format] = []

        def look() -> Iterator[Format]:
            yield from identify(window, scope.name)

        known.extend(isolated(look, lambda kind, reason: self._failed(kind, reason, scope, "identification")))
        if forced is None:
            return known
        first = load(forced)
        return [first, *(f for f in known if f.id != forced and _is_certain(f, window, scope.name))]

    def _read(self, format_: Format, window: Window, scope: Scope) -> Iterator[Part | Nested]:
        def read() -> Iterator[Part | Nested]:
            for item in format_.read(window, scope):
                self.budget.spend_part()
                yield item

        return isolated(read, lambda kind, reason: self._failed(kind, reason, scope, f"the {format_.id} reader"))

    def _failed(self, kind: str, reason: str, scope: Scope, who: str) -> None:
        gap_kind = "budget" if kind == "budget" else "broken"
        self.account.gap(Gap(gap_kind, scope.at(), f"{who}: {reason}"))

    def _nested(self, item: Nested, scope: Scope, measure: _Measure) -> Iterator[Part]:
        inside = scope.inside(item.name)
        if item.incomplete is not None:
            kind = "encrypted" if "encrypt" in item.incomplete else "broken"
            if "unpack" in item.incomplete:
                kind = "budget"
            if "unsupported" in item.incomplete:
                kind = "unsupported"
            self.account.gap(Gap(kind, item.where, f"{item.name}: {item.incomplete}"))
            measure.accounted_elsewhere = False
        if item.raw:
            measure.accounted = item.window.size
            yield from self._raw(item, inside)
            return
        if item.window.size == 0:
            if item.incomplete is None:
                measure.accounted = 0
            return
        # Views of one archive can hold each other any number of times: what was walked once is not walked again.
        seen = self._walked.setdefault(item.window.source, {})
        key = (item.window.start, item.window.size, item.name, item.format)
        if key in seen:
            measure.accounted = seen[key]
            return
        seen[key] = item.window.size
        if scope.name.endswith(".whl") and item.incomplete is None:
            yield from isolated(
                lambda: _digested(item, inside), lambda kind, reason: self._failed(kind, reason, inside, "hashing")
            )
        yield from self._window(item.window, inside, item.format, measure)
        seen[key] = measure.accounted

    def _raw(self, item: Nested, inside: Scope) -> Iterator[Part]:
        """Raw bytes are only read further when they certainly are another format."""

        def look() -> Iterator[Format]:
            yield from identify_by_magic(item.window, inside.name)

        for format_ in isolated(look, lambda kind, reason: self._failed(kind, reason, inside, "identification")):
            yield from self._window(item.window, inside, format_.id, _Measure(item.window.size))

    def _leftover(self, window: Window, covered: Intervals, scope: Scope) -> Iterator[tuple[int, int]]:
        """What no part covers; all of it once the budget is spent, when nothing can be read to know padding."""
        spent = False
        for offset, length in covered.missing():
            try:
                padding = not spent and _is_padding(window, offset, length)
            except OutOfBudget as stop:
                spent, padding = True, False
                self.account.gap(Gap("budget", scope.at(offset, length), f"stopped at {stop.limit}: {stop}"))
            if not padding:
                yield offset, length

    def _unexplained(
        self, window: Window, scope: Scope, offset: int, length: int, formats: list[Format], stopped: bool
    ) -> Iterator[Part]:
        where = scope.at(offset, length)
        names = ", ".join(f.id for f in formats)
        kind = "broken" if stopped else "unaccounted"
        self.account.gap(Gap(kind, where, f"{length} bytes that no part of {names} explains", length))
        if not stopped:
            yield Broken(where, "unaccounted-bytes", f"{length} bytes belong to no part of the {names} file")
        if length < window.size and length >= 2:
            rest = window.slice(offset, length)
            item = Nested(f"@{offset:#x}", rest, where, raw=True)
            yield from self._raw(item, scope.inside(item.name))


@dataclass(slots=True)
class _Measure:
    size: int
    accounted: int = 0
    accounted_elsewhere: bool = True

    def loss_in(self, region: int) -> int:
        """How many bytes of the parent's region (which may be compressed) the nested content leaves unexplained."""
        if not self.accounted_elsewhere:
            return region
        if self.size == 0:
            return 0
        return region * (self.size - self.accounted) // self.size


def _digested(item: Nested, inside: Scope) -> Iterator[Part]:
    """The digest of a wheel's member, which its RECORD promises."""
    digest = hashlib.sha256()
    for chunk in item.window.chunks():
        digest.update(chunk)
    yield Member(inside.at(), "wheel-member", item.window.size, (("sha256", digest.hexdigest()),))


def _cover(covered: Intervals, where: Locator, base: Locator) -> None:
    """Count `where` as explained if it is a byte range of the window at `base` itself, not of something nested in it."""
    if where.offset is None or where.length is None:
        return
    if where.path == base.path and where.members == base.members:
        covered.add(where.offset, where.length)


def _claims(name: str, formats: list[Format]) -> Facts:
    """What the name claims, and whether any of `formats`, which the content is, keeps the claim."""
    extension = (extensions_of(name) or ("",))[-1]
    claimed: tuple[str, ...] = ()
    for candidate in extensions_of(name):
        claimed = claimed_formats(candidate)
        if claimed:
            extension = candidate
            break
    kept = {name for format_ in formats for name in (format_.id, *format_.families)}
    disagrees = bool(claimed) and kept.isdisjoint(claimed)
    return (("claims", ",".join(claimed)), ("disagrees", disagrees), ("extension", extension), ("of", "window"))


def _is_certain(format_: Format, window: Window, name: str) -> bool:
    return format_.probe(Head(window.read_at(0, 8192), window, name)) >= CERTAIN


def _is_padding(window: Window, offset: int, length: int) -> bool:
    """Alignment: a short run of zeros. Longer runs are room to hide in what a later writer adds, and so are gaps."""
    return length <= MAX_PADDING_BYTES and not window.read_at(offset, length).strip(b"\0")
