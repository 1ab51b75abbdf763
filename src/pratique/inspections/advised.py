"""What the rules of `advisories/` share: every pinned or distributed release with what is known of it."""

from __future__ import annotations

from collections.abc import Iterator

from pratique.domain.advisory import Advisory
from pratique.domain.locator import Locator
from pratique.inspections.rule import Context
from pratique.pins.model import Pin

MAX_ASKED = 50_000


def advised(context: Context) -> Iterator[tuple[Locator, Pin, Advisory]]:
    """The releases that advisories are about: those in lock files with an exact version, and what distributions say they are."""
    found: list[tuple[Locator, Pin, Advisory]] = context.once("advised", lambda: list(_advised(context)))
    yield from found


def _advised(context: Context) -> Iterator[tuple[Locator, Pin, Advisory]]:
    advisories = context.advisories
    if advisories is None:
        return
    asked: dict[tuple[str, str, str], tuple[Advisory, ...]] = {}
    for place, pin in _releases(context):
        key = (pin.ecosystem, pin.name, pin.version or "")
        if key not in asked and len(asked) < MAX_ASKED:
            asked[key] = advisories.of(*key)
        for advisory in asked.get(key, ()):
            yield place, pin, advisory


def _releases(context: Context) -> Iterator[tuple[Locator, Pin]]:
    for pin in context.pins.distributions:
        yield context.pins.places[pin], pin
    for file in context.pins.files():
        for pin in file.pins:
            if pin.version and pin.source in ("index", "url"):
                yield file.place(pin.line), pin
