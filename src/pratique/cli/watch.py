"""`pratique watch DIR…`."""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from pratique.cli.main import ADMITTED, NOT_ADMITTED
from pratique.domain.errors import UnavailableError, UsageError
from pratique.sources.files import InPlace

if TYPE_CHECKING:
    from pratique.watch.alert import Alert
    from pratique.watch.check import Checker
    from pratique.watch.journal import Journal
    from pratique.watch.metrics import Metrics
    from pratique.watch.records import Records
    from pratique.watch.upstream import Resolver
    from pratique.watch.webhook import Webhook


def run(words: list[str]) -> int:
    options = _parser().parse_args(words)
    from pratique.watch.check import Checker
    from pratique.watch.events import best
    from pratique.watch.loop import Schedule, Watch
    from pratique.watch.metrics import Metrics, serve
    from pratique.watch.records import Records

    roots = _roots(options)
    schedule = Schedule(options.sweep, options.verify, options.upstream_every)
    state = options.state or _state_path(roots)
    if any(_inside(state, root) for root in roots):
        raise UsageError(f"{state}: the state would lie inside what is watched; --state FILE puts it elsewhere")
    records = Records(state)
    metrics = Metrics()
    channels = _channels(options, records, state, metrics)
    checkers = [Checker(root, InPlace(), records) for root in roots]
    events, reason = best(roots, options.tier)  # before anything is read: what changes from now on is heard
    if events.name == "poll":
        schedule = Schedule(min(options.sweep, 1.0), options.verify, options.upstream_every)
    watch = Watch(checkers, events, records, schedule, channels.tell, metrics, options.upstream, _resolvers(options))
    try:
        _accept(options, checkers, records)
        if options.once:
            watch.verify()
            deviating = sum(records.counts(root)[1] for root in roots)
            return NOT_ADMITTED if deviating else ADMITTED
        if options.metrics_port is not None:
            print(f"metrics on http://127.0.0.1:{serve(metrics, options.metrics_port)}/metrics", file=sys.stderr)
        end = time.monotonic() + options.seconds if options.seconds else float("inf")
        ended = _on_termination()
        watch.run(lambda: ended() or time.monotonic() >= end, reason)
    finally:
        events.close()
        channels.close()
    return NOT_ADMITTED if channels.grave else ADMITTED


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="pratique watch",
        formatter_class=partial(argparse.HelpFormatter, max_help_position=28, width=100),
        description="Tell when something below DIR is not as it was accepted: the first time, as it is then. "
        "It tells of changes; it does not prevent them.",
        epilog="Exit codes: 0 nothing to tell; 1 something was told; 2 usage; 3 could not be completed.",
    )
    add = parser.add_argument
    add("root", nargs="+", metavar="DIR", help="a folder")
    add("--manifest", metavar="FILE", help="accept what this manifest says (one DIR), not what is there")
    add("--accept", action="store_true", help="accept what is there now, and forget what was accepted before")
    add("--once", action="store_true", help="read everything once, tell, and end")
    add("--seconds", type=float, metavar="N", help="end after so long")
    add("--tier", choices=("auto", "inotify", "watchfiles", "poll"), default="auto", help="how changes are heard of")
    add("--sweep", type=float, default=30.0, metavar="SECONDS", help="between looks at all names and times (30)")
    add("--verify", type=float, default=3600.0, metavar="SECONDS", help="between readings of everything (3600)")
    add("--state", metavar="FILE", help="what was accepted, and what is to be delivered")
    add("--format", choices=("text", "json"), default="text", help="of alerts on standard output")
    add("--log", metavar="FILE", help="append alerts to this hash-chained log")
    add("--webhook", metavar="URL", help="post alerts there, signed; --webhook-key FILE holds the key")
    add("--webhook-key", metavar="FILE", help="at least 16 bytes")
    add("--syslog", action="store_true", help="alerts to syslog")
    add("--metrics", metavar="FILE", help="Prometheus text format, for the textfile collector")
    add("--metrics-port", type=int, metavar="PORT", help="the same over HTTP, on this machine only")
    add("--quarantine", metavar="DIR", help="move files that were added or changed there")
    add("--upstream", action="append", default=[], metavar="REFERENCE", help="resolve it again, and tell if it moved")
    add("--upstream-every", type=float, default=3600.0, metavar="SECONDS", help="between resolutions (3600)")
    return parser


def _on_termination() -> Callable[[], bool]:
    """Whether SIGTERM has come: the watch then ends as if its time were over, and delivers what is due."""
    import signal

    came: list[int] = []
    with suppress(ValueError):  # not in the main thread: who started this there ends it
        signal.signal(signal.SIGTERM, lambda number, frame: came.append(number))
    return lambda: bool(came)


def _roots(options: argparse.Namespace) -> list[str]:
    roots = [os.path.realpath(root) for root in options.root]
    for given, root in zip(options.root, roots, strict=True):
        if not os.path.isdir(root):
            raise UsageError(f"{given}: not a folder")
    if any(_inside(one, other) for one in roots for other in roots if one is not other):
        raise UsageError("one of the folders lies inside another")
    for place in (options.log, options.metrics, options.quarantine):
        if place and any(_inside(place, root) for root in roots):
            raise UsageError(f"{place}: lies inside what is watched")
    if options.manifest and len(roots) != 1:
        raise UsageError("--manifest goes with one folder")
    return roots


def _inside(path: str, root: str) -> bool:
    return os.path.commonpath((os.path.realpath(path), root)) == root


def _state_path(roots: list[str]) -> str:
    import hashlib

    home = os.environ.get("XDG_STATE_HOME") or os.path.join(os.path.expanduser("~"), ".local", "state")
    name = hashlib.sha256("\0".join(sorted(roots)).encode("utf-8", "surrogateescape")).hexdigest()[:16]
    return os.path.join(home, "pratique", f"watch-{name}.sqlite")


def _accept(options: argparse.Namespace, checkers: list[Checker], records: Records) -> None:
    if options.manifest:
        from pratique.fingerprints.manifest import MAX_MANIFEST_BYTES, parse

        try:
            with open(options.manifest, "rb") as source:
                manifest = parse(source.read(MAX_MANIFEST_BYTES + 1), options.manifest)
        except OSError as error:
            raise UsageError(f"{options.manifest}: {error.strerror}") from None
        if manifest.single:
            raise UsageError(f"{options.manifest}: the manifest of a file, not of a folder")
        checkers[0].accept(manifest.entries)
        return
    for checker in checkers:
        if options.accept or not records.has(checker.root):
            count = checker.accept_present()
            print(f"pratique: {count} entries below {checker.root} accepted as they are", file=sys.stderr)


def _resolvers(options: argparse.Namespace) -> tuple[Resolver, ...]:
    if not options.upstream:
        return ()
    from pratique.domain.held import Reference
    from pratique.wiring import resolvers

    found = resolvers()
    for text in options.upstream:
        if not any(resolver.accepts(Reference(text)) for resolver in found):
            raise UsageError(f"{text}: no source can resolve this again")
    return found


def _channels(options: argparse.Namespace, records: Records, state: str, metrics: Metrics) -> Channels:
    from pratique.watch.journal import Journal

    journal = Journal(options.log) if options.log else None
    webhook = None
    if options.webhook:
        from pratique.watch.webhook import Webhook

        if not options.webhook_key:
            raise UsageError("--webhook needs --webhook-key FILE")
        try:
            with open(options.webhook_key, "rb") as source:
                key = source.read(4096).strip()
        except OSError as error:
            raise UsageError(f"{options.webhook_key}: {error.strerror}") from None
        webhook = Webhook(options.webhook, key, state)
    return Channels(options, records, metrics, journal, webhook, _syslog() if options.syslog else None)


def _syslog() -> Callable[[Alert], None]:
    try:
        import syslog
    except ImportError:
        raise UnavailableError("this system has no syslog") from None
    syslog.openlog("pratique", syslog.LOG_PID, syslog.LOG_DAEMON)

    def send(alert: Alert) -> None:
        syslog.syslog(syslog.LOG_WARNING if alert.grave else syslog.LOG_INFO, str(alert)[:1000])

    return send


@dataclass(slots=True)
class Channels:
    """Everywhere an alert goes. One channel that fails is said on standard error and does not stop the others."""

    options: argparse.Namespace
    records: Records
    metrics: Metrics
    journal: Journal | None
    webhook: Webhook | None
    syslog: Callable[[Alert], None] | None
    grave: bool = False

    def tell(self, alert: Alert) -> None:
        self.grave = self.grave or alert.grave
        self.metrics.alerts[alert.kind] += 1
        if self.webhook is not None and alert.grave:
            self.records.post(alert.to_json(), time.time())
            self.webhook.poke()
            self.metrics.webhook_failures = self.webhook.failures
        print(alert.to_json() if self.options.format == "json" else str(alert), flush=True)
        for channel in (self.syslog, self.journal.write if self.journal else None, self._measure):
            if channel is not None:
                self._safely(channel, alert)
        if self.options.quarantine:
            self._safely(self._isolate, alert)

    def _safely(self, channel: Callable[[Alert], None], alert: Alert) -> None:
        try:
            channel(alert)
        except (UnavailableError, OSError) as error:
            print(f"pratique: {error}", file=sys.stderr)

    def _measure(self, alert: Alert) -> None:
        if self.options.metrics:
            self.metrics.write(self.options.metrics)

    def _isolate(self, alert: Alert) -> None:
        from pratique.watch.isolate import isolate

        done = isolate(alert, self.options.quarantine)
        if done is not None:
            self.tell(done)

    def close(self) -> None:
        if self.webhook is not None:
            self.webhook.close()
        self.records.close()
