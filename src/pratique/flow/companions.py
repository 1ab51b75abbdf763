"""Raw files that another file of the artifact claims: weights without a header beside the model that says what they are.

A reader claims one with a `Metadata` part of document `companion` and value `{"location": path beside the claimant}`.
A claim only settles that no reader knows the content: what some reader does know is read whoever claims it.
"""

from __future__ import annotations

from posixpath import dirname, join, normpath

from pratique.domain.locator import Locator
from pratique.domain.part import Metadata
from pratique.domain.report import Gap

DOCUMENT = "companion"
MAX_CLAIMS = 100_000

Place = tuple[str, tuple[str, ...]]


class Companions:
    """The claims of one inspection."""

    def __init__(self) -> None:
        self._claimed: set[Place] = set()

    def see(self, part: Metadata) -> None:
        if part.document != DOCUMENT or not isinstance(part.value, dict) or len(self._claimed) >= MAX_CLAIMS:
            return
        location = part.value.get("location")
        if isinstance(location, str) and location and not location.startswith("/"):
            self._claimed.add(_beside(part.where, location))

    def settle(self, gaps: list[Gap]) -> int:
        """Takes the gaps of claimed files that no reader knows out of `gaps`; returns their bytes."""
        settled = [g for g in gaps if g.kind == "unknown-format" and (g.where.path, g.where.members) in self._claimed]
        for gap in settled:
            gaps.remove(gap)
        return sum(gap.size_bytes for gap in settled)


def _beside(where: Locator, location: str) -> Place:
    """The place of `location`, taken from the folder of the file or member that claims it."""
    if not where.members:
        return normpath(join(dirname(where.path), location)), ()
    return where.path, (*where.members[:-1], normpath(join(dirname(where.members[-1]), location)))
