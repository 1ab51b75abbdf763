"""What was imported of releases before an inspection: advisories, and what publishers say of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pratique.advisories.vex import Statements
from pratique.domain.advisory import Advisories
from pratique.domain.locator import Locator
from pratique.domain.report import Gap

MAX_AGE_DAYS = 30


@dataclass(frozen=True, slots=True)
class Known:
    """Advisories, statements on them, and how old the advisories may be (days)."""

    advisories: Advisories
    statements: Statements | None = None
    max_age_days: int = MAX_AGE_DAYS

    def staleness(self) -> Iterator[Gap]:
        """A gap where the advisories are too old to say that nothing is known."""
        age = self.advisories.age_days()
        if age is None or age > self.max_age_days:
            old = "of unknown age" if age is None else f"{age:.0f} days old"
            reason = f"the advisories are {old}, older than {self.max_age_days} days; run `pratique advisories update`"
            yield Gap("stale-advisories", Locator("."), reason)
