"""The watch itself: hears of changes, looks at them, tells, and at intervals looks at everything anyway.

Three looks, each for what the one before cannot see:
 1. events, within a second: what the kernel tells of;
 2. sweeps of all names, times and sizes: what was missed, mmap writes, folders that came with their content;
 3. full verifications, which read every byte: what hides its times. They cannot be switched off.
"""

from __future__ import annotations

import os
import queue
import threading
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

PATIENCE_SECONDS = 1.0  # at most, to notice that it is to stop
DRAIN_SECONDS = 0.1  # between two looks at what a sweep or verification has found
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
        self._thread: threading.Thread | None = None  # a sweep or verification, beside the events
        self._found: queue.SimpleQueue[Alert] = queue.SimpleQueue()
        self._next: bool | None = None  # what follows it: a verification (True), a sweep (False)
        self._fully = self._stopping = False
        self._lost: set[str] = set()
        self._unwatched = 0

    def run(self, stop: Callable[[], bool], reason: str = "") -> None:
        """Verify everything, and watch meanwhile and after. The tier and what it does not see are said first."""
        now = time.monotonic()
        self._say_tier(reason)
        self._begin(full=True)
        sweep_at, verify_at = now + self._schedule.sweep_seconds, now + self._schedule.verify_seconds
        upstream_at = now if self._references else float("inf")
        try:
            while not stop():
                self._hear(self._patience(min(sweep_at, verify_at, upstream_at)))
                self._drain()
                now = time.monotonic()
                if now >= verify_at and not self._fully:
                    self._begin(full=True)
                    verify_at = now + self._schedule.verify_seconds
                if now >= sweep_at:
                    if self._thread is None:
                        self._begin(full=False)
                    sweep_at = now + self._schedule.sweep_seconds
                if now >= upstream_at:
                    for alert in upstream.moved(self._references, self._resolvers, self._records):
                        self._tell(alert)
                    upstream_at = time.monotonic() + self._schedule.upstream_seconds
        finally:
            self._stopping = True
            if self._thread is not None:
                self._thread.join()
            self._drain()

    def verify(self) -> None:
        """One full verification, and no more."""
        self._begin(full=True)
        while self._thread is not None:
            self._thread.join(DRAIN_SECONDS)
            self._drain()

    def _patience(self, next_at: float) -> float:
        longest = PATIENCE_SECONDS if self._thread is None else DRAIN_SECONDS
        return min(max(next_at - time.monotonic(), 0.0), longest)

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
        self._say_unwatched()

    def _say_unwatched(self) -> None:
        for lost in self._events.lost[self._unwatched :]:
            self._tell(Alert(LOST, "", "", f"not watched by events, only by sweeps: {lost}", time.time()))
        self._unwatched = len(self._events.lost)

    def _begin(self, *, full: bool) -> None:
        """Start a sweep or verification; if one is running, it follows that one: what was passed may have changed."""
        if self._thread is not None:
            self._next = full or bool(self._next)
            return
        self._fully = full
        self._thread = threading.Thread(target=self._look, args=(full,), name="pratique-sweep", daemon=True)
        self._thread.start()

    def _look(self, full: bool) -> None:
        try:
            for alert in self._everything(full=full):
                if self._stopping:
                    return
                if alert is not None:
                    self._found.put(alert)
        except (PratiqueError, OSError) as error:
            self._found.put(Alert("unreadable", "", "", f"a look at everything ended early: {error}", time.time()))

    def _drain(self) -> None:
        """Tell what the other thread found, and start what was asked for meanwhile."""
        ended = self._thread is not None and not self._thread.is_alive()
        while not self._found.empty():
            self._tell(self._found.get())
        if ended:
            self._thread = None
            self._fully = False
            self._count()
            if self._next is not None and not self._stopping:
                following, self._next = self._next, None
                self._begin(full=following)

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
            self._say_unwatched()
            self._count()

    def _count(self) -> None:
        counts = [self._records.counts(root) for root in self._checkers]
        self._metrics.entries = sum(known for known, _ in counts)
        self._metrics.deviating = sum(deviating for _, deviating in counts)
        self._metrics.outbox = self._records.waiting()
