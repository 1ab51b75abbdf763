"""The watch itself: hears of changes, looks at them, tells, and at intervals looks at everything anyway.

Three looks, each for what the one before cannot see:
 1. events, within a second: what the kernel tells of;
 2. sweeps of all names, times and sizes: what was missed, mmap writes, folders that came with their content;
 3. full verifications, which read every byte: what hides its times. They cannot be switched off.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from pratique.domain.errors import PratiqueError, UsageError
from pratique.watch import upstream
from pratique.watch.alert import LOST, OVERFLOW, STARTED, VERIFIED, Alert
from pratique.watch.check import Checker
from pratique.watch.events import Events
from pratique.watch.inotify import Overflow
from pratique.watch.metrics import Metrics
from pratique.watch.records import Records

SLICE_SECONDS = 0.2  # of a sweep or verification between two looks at the events
MIN_VERIFY_SECONDS, MAX_VERIFY_SECONDS = 1.0, 86_400.0


@dataclass(frozen=True, slots=True)
class Schedule:
    """Seconds from the end of one look to the beginning of the next."""

    sweep_seconds: float = 30.0
    verify_seconds: float = 3600.0
    upstream_seconds: float = 3600.0

    def __post_init__(self) -> None:
        if not MIN_VERIFY_SECONDS <= self.verify_seconds <= MAX_VERIFY_SECONDS:
            raise UsageError(f"a full verification at least every {MAX_VERIFY_SECONDS:.0f} s, at most every second")
        if self.sweep_seconds <= 0 or self.upstream_seconds <= 0:
            raise UsageError("an interval is longer than nothing")


class Watch:
    """Runs until `stop` says so. `tell` is called with every alert, in order."""

    def __init__(
        self,
        checkers: Sequence[Checker],
        events: Events,
        records: Records,
        schedule: Schedule,
        tell: Callable[[Alert], None],
        metrics: Metrics,
        upstream_references: Sequence[str] = (),
        resolvers: Sequence[upstream.Resolver] = (),
    ) -> None:
        self._checkers = {checker.root: checker for checker in checkers}
        self._events = events
        self._records = records
        self._schedule = schedule
        self._tell = tell
        self._metrics = metrics
        self._references = upstream_references
        self._resolvers = resolvers
        self._looking: Iterator[Alert | None] | None = None
        self._looking_fully = False
        self._lost: set[str] = set()

    def run(self, stop: Callable[[], bool], reason: str = "") -> None:
        """Verify everything, then watch. The tier and what it does not see are said first."""
        now = time.monotonic()
        self._say_tier(reason)
        self._begin(full=True)
        sweep_at = now + self._schedule.sweep_seconds
        verify_at = now + self._schedule.verify_seconds
        upstream_at = now if self._references else float("inf")
        while not stop():
            self._hear(self._patience(min(sweep_at, verify_at, upstream_at)))
            self._look()
            now = time.monotonic()
            if now >= verify_at and not (self._looking and self._looking_fully):
                self._begin(full=True)
                verify_at = now + self._schedule.verify_seconds
            if now >= sweep_at and self._looking is None:
                self._begin(full=False)
            if self._looking is not None:
                sweep_at = now + self._schedule.sweep_seconds
            if now >= upstream_at:
                for alert in upstream.moved(self._references, self._resolvers, self._records):
                    self._tell(alert)
                upstream_at = time.monotonic() + self._schedule.upstream_seconds

    def verify(self) -> None:
        """One full verification, and no more."""
        self._begin(full=True)
        while self._looking is not None:
            self._look()

    def _patience(self, next_at: float) -> float:
        if self._looking is not None:
            return 0.0
        return min(max(next_at - time.monotonic(), 0.0), 1.0)  # a second at most, to notice that it is to stop

    def _say_tier(self, reason: str) -> None:
        events = self._events
        self._metrics.tier = events.name
        detail = f"tier {events.name}" + (f" ({reason})" if reason else "")
        detail += f"; everything is read again every {self._schedule.verify_seconds:.0f} s"
        detail += f", names and times every {self._schedule.sweep_seconds:g} s"
        if not events.reports_overflow:
            detail += "; this tier does not say when it drops events"
        detail += "; it tells of changes and does not prevent them"
        for root in self._checkers:
            self._tell(Alert(STARTED, root, "", detail, time.time()))
        for lost in events.lost:
            self._tell(Alert(LOST, "", "", f"not watched by events, only by sweeps: {lost}", time.time()))

    def _begin(self, *, full: bool) -> None:
        self._looking_fully = full
        self._looking = self._everything(full=full)

    def _everything(self, *, full: bool) -> Iterator[Alert | None]:
        for root, checker in self._checkers.items():
            if not os.path.isdir(root):
                if root not in self._lost:
                    self._lost.add(root)
                    yield Alert(LOST, root, "", "the folder is gone", time.time())
                continue
            self._lost.discard(root)
            yield from checker.sweep(full=full)
        if full:
            self._metrics.verified_at = time.time()
            for root in self._checkers:
                known, deviating = self._records.counts(root)
                detail = f"{known} entries read, {deviating} not as accepted"
                yield Alert(VERIFIED, root, "", detail, time.time())

    def _look(self) -> None:
        """Go on with the sweep or verification for a moment."""
        if self._looking is None:
            return
        end = time.monotonic() + SLICE_SECONDS
        for alert in self._looking:
            if alert is not None:
                self._tell(alert)
            if time.monotonic() >= end:
                return
        self._looking = None
        self._count()

    def _hear(self, seconds: float) -> None:
        try:
            places = self._events.wait(seconds)
        except Overflow:
            self._metrics.overflows += 1
            for root in self._checkers:
                self._tell(Alert(OVERFLOW, root, "", "events were dropped; everything is read again", time.time()))
            self._begin(full=True)
            return
        for root, path in sorted(places):
            if not path:
                self._begin(full=False)  # the root itself: gone, or another
                continue
            try:
                for alert in self._checkers[root].check_tree(path):
                    self._tell(alert)
            except PratiqueError as error:
                self._tell(Alert("unreadable", root, path, str(error), time.time()))
        if places:
            self._count()

    def _count(self) -> None:
        counts = [self._records.counts(root) for root in self._checkers]
        self._metrics.entries = sum(known for known, _ in counts)
        self._metrics.deviating = sum(deviating for _, deviating in counts)
        self._metrics.outbox = self._records.waiting()
