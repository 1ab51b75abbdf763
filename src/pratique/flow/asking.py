"""What an inspection may ask besides the artifact: a package index, and which day it is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timezone

from pratique.domain.locator import Locator
from pratique.domain.release import Answers, PackageIndex, Unanswered
from pratique.domain.report import Gap
from pratique.engine.isolate import isolated
from pratique.inspections.rule import Surroundings
from pratique.pins.collect import Pins
from pratique.pins.indexes import askable, on_one_line, shown

MAX_NAMED = 5


@dataclass(frozen=True, slots=True)
class Asking:
    """`today` is the beginning of the day (UTC) that ages are counted from; `cooldown_days` is None where the user set none."""

    today: datetime
    index: PackageIndex | None = None
    cooldown_days: int | None = None

    def prepare(self, around: Surroundings, gaps: list[Gap]) -> None:
        """Ask about everything that was pinned, once everything has been read. Files that cannot be read again are a gap."""

        def failed(kind: str, reason: str) -> None:
            gaps.append(Gap("budget" if kind == "budget" else "rule-crashed", Locator("."), f"pins: {reason}"))

        around.today, around.cooldown_days = self.today, self.cooldown_days
        for answers in isolated(lambda: self._answers(around.pins), failed):
            around.answers = answers
            gaps.extend(_unanswered(answers))
        if around.answers is not None or any(isolated(lambda: iter((around.pins.dated,)), failed)):
            around.day = self.today.date().isoformat()

    def _answers(self, pins: Pins) -> Iterator[Answers]:
        if self.index is not None:
            yield self.index.ask(_wanted(pins))

    @property
    def at_hand(self) -> bool:
        """Whether there are answers about the artifact itself, whatever is in it."""
        return isinstance(self.index, Answers) and bool(self.index.releases)


def day_of(now: datetime) -> datetime:
    """The beginning of a day in UTC: reports of one day are equal, and no release looks older than it is."""
    return now.astimezone(timezone.utc).replace(hour=0, minute=0, second=0, microsecond=0)


def _wanted(pins: Pins) -> set[tuple[str, str]]:
    """Names and versions of the releases that files pin and that distributions say they are."""
    listed = [pin for file in pins.files() for pin in file.pins if pin.name != "python"]
    return {(pin.name, pin.version or "") for pin in (*pins.distributions, *listed) if askable(pin)}


def _unanswered(answers: Answers) -> Iterator[Gap]:
    """One gap for each kind of silence: no answer is never a good one."""
    by_kind: dict[str, list[Unanswered]] = {}
    for entry in answers.unanswered:
        by_kind.setdefault(entry.kind, []).append(entry)
    for kind, entries in by_kind.items():
        names = ", ".join(entry.name for entry in entries[:MAX_NAMED]) + (", …" if len(entries) > MAX_NAMED else "")
        reason = f"{shown(answers.index)} did not answer about {len(entries)} projects ({names}): "
        reason += on_one_line(entries[0].reason, 300)
        yield Gap(kind, Locator("."), reason)
