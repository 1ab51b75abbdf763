"""What the rules of `pins/` that need an index share: every release that was asked about, with what was answered."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timezone

from pratique.domain.locator import Locator
from pratique.domain.release import Release, ReleaseFile, Standing
from pratique.inspections.rule import Context
from pratique.pins.indexes import askable, on_one_line, other_index
from pratique.pins.model import Pin, PinFile

SHA256 = "sha256:"
ARCHIVES = (".tar.gz", ".zip", ".tar.bz2", ".tgz", ".tar.xz")
MAX_NAMED = 5


@dataclass(frozen=True, slots=True)
class Asked:
    """A release, where it is named, and what the index said. `file` is None for what was fetched or is installed.

    `release` is None where nothing was asked or answered, or where a lock takes the file from another index.
    """

    place: Locator
    pin: Pin
    release: Release | None
    file: PinFile | None = None

    @property
    def name(self) -> str:
        return f"{self.pin.name} {on_one_line(self.pin.version or '', 60)}"

    @property
    def hashes(self) -> frozenset[str]:
        """The SHA-256 that a file must have to be installed; empty where any file of the release will do."""
        return frozenset(h.removeprefix(SHA256) for h in self.pin.hashes if h.startswith(SHA256))

    @property
    def files(self) -> tuple[ReleaseFile, ...]:
        """The listed files that may be installed: those with the pinned hashes, or all where none is pinned."""
        listed = self.release.files if self.release is not None else ()
        return tuple(f for f in listed if f.sha256 in self.hashes) if self.hashes else listed


def releases(context: Context) -> list[Asked]:
    """Every exact release of the artifact: the one that was fetched, those that files pin, and the distributions in it."""
    found: list[Asked] = context.once("asked", lambda: list(_releases(context)))
    return found


def _releases(context: Context) -> Iterator[Asked]:
    answers = context.answers
    fetched = answers.fetched if answers is not None else None
    if answers is not None and fetched is not None:
        digests = tuple(SHA256 + m.digest for m in context.members.values() if m.type == "file")
        yield Asked(Locator("."), Pin(fetched[0], fetched[1], hashes=digests), answers.of(*fetched))
    for pin in context.pins.distributions:
        key = (pin.name, pin.version or "")
        if key != fetched:
            yield Asked(context.pins.places[pin], pin, answers.of(*key) if answers is not None else None)
    for file in context.pins.files():
        for pin in file.pins:
            if pin.version and askable(pin):
                there = answers is not None and not other_index(pin, answers.index)
                release = answers.of(pin.name, pin.version) if answers is not None and there else None
                yield Asked(file.place(pin.line), pin, release, file)


def by_place(found: Iterable[Asked]) -> list[list[Asked]]:
    """Grouped so that each group becomes one finding: by line where there is one, else by file."""
    groups: dict[Locator, list[Asked]] = {}
    for asked in found:
        groups.setdefault(asked.place, []).append(asked)
    return list(groups.values())


def by_file(found: Iterable[Asked]) -> list[list[Asked]]:
    """Grouped by the file that names them."""
    groups: dict[tuple[str, tuple[str, ...]], list[Asked]] = {}
    for asked in found:
        groups.setdefault((asked.place.path, asked.place.members), []).append(asked)
    return list(groups.values())


def named(group: list[Asked]) -> str:
    """The releases of a group, the first few by name."""
    distinct = list(dict.fromkeys(asked.name for asked in group))
    return ", ".join(distinct[:MAX_NAMED]) + (f", and {len(distinct) - MAX_NAMED} more" if distinct[MAX_NAMED:] else "")


def listed(asked: Asked) -> bool:
    """Whether the index lists the release."""
    return asked.release is not None and asked.release.standing is Standing.LISTED


def uploaded(asked: Asked) -> datetime | None:
    """When the newest file that may be installed was uploaded, as the lock and the index tell; None where neither does."""
    times = (asked.pin.uploaded, *(file.uploaded for file in asked.files))
    return max((at for at in map(moment, times) if at is not None), default=None)


def moment(text: str) -> datetime | None:
    """A time of RFC 3339, in UTC where it has no zone."""
    try:
        at = datetime.fromisoformat(text)
        return at.replace(tzinfo=timezone.utc) if at.tzinfo is None else at.astimezone(timezone.utc)
    except (ValueError, OverflowError):
        return None
