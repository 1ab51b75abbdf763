"""What is publicly known of a release: a vulnerability, or that it is malicious."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Advisory:
    """One advisory that matches a release."""

    id: str
    aliases: tuple[str, ...]
    summary: str
    malicious: bool  # an entry of the malicious-packages database (`MAL-`, CWE-506)
    score: float | None  # CVSS base score, 0 to 10
    fixed: tuple[str, ...]  # versions in which it is mended
    because: str  # which part of the advisory matched


class Advisories(Protocol):
    """Where advisories are looked up. It does no network."""

    @property
    def version(self) -> str:
        """Which import is in force, for reports: date and digest."""

    def age_days(self) -> float | None:
        """Days since the newest entry was published or the import was made; None when that is not known."""

    def of(self, ecosystem: str, name: str, version: str) -> tuple[Advisory, ...]:
        """What is known of a release, each vulnerability once. Raises `TamperedError` for a damaged database."""
