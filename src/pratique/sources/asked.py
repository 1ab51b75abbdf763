"""Asking a package index about many projects: side by side, and bounded in projects, bytes and seconds.

One page a project (`docs/adr/0015-asking-the-index.md`). Only the index that the user named is asked, never one that what is
inspected names.
"""

from __future__ import annotations

import queue
import threading
import time
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from pratique.domain.errors import PratiqueError
from pratique.domain.release import Answers, Release, Standing, Unanswered
from pratique.sources.http import MissingError
from pratique.sources.pypi import MAX_FILES, PyPI, files_of, release_of

THREADS = 8
MAX_PROJECTS = 1000
MAX_PAGE_BYTES = 32 << 20
MAX_TOTAL_BYTES = 512 << 20
MAX_SECONDS = 120.0
SECONDS_A_PAGE = 20.0
NO_ANSWER, TOO_MUCH = "unanswered", "budget"

Said = dict[str, Release] | Unanswered


@dataclass(frozen=True, slots=True)
class Bounds:
    """How much is asked at once."""

    projects: int = MAX_PROJECTS
    total_bytes: int = MAX_TOTAL_BYTES
    seconds: float = MAX_SECONDS


class AskedIndex:
    """A `domain.release.PackageIndex`: a simple repository. What is `at_hand` is not asked again."""

    def __init__(self, index: str = "", at_hand: Answers | None = None, bounds: Bounds | None = None) -> None:
        self._source = PyPI(index)
        self._at_hand = at_hand
        self._bounds = bounds or Bounds()

    def ask(self, wanted: Iterable[tuple[str, str]]) -> Answers:
        known: Mapping[tuple[str, str], Release] = self._at_hand.releases if self._at_hand else {}
        projects: dict[str, list[str]] = {}
        for name, version in sorted(set(wanted) - known.keys()):
            projects.setdefault(name, []).append(version)
        chosen = dict(list(projects.items())[: self._bounds.projects])
        reason = f"more than {self._bounds.projects} projects are not asked for"
        beyond = [Unanswered(name, TOO_MUCH, reason) for name in list(projects)[len(chosen) :]]
        said = _Asking(self._source, chosen, self._bounds).run()
        releases = {
            (name, version): release
            for name, answer in said.items()
            if isinstance(answer, dict)
            for version, release in answer.items()
        }
        silent = [said[name] for name in chosen if isinstance(said[name], Unanswered)]
        unanswered = tuple(entry for entry in (*silent, *beyond) if isinstance(entry, Unanswered))
        answers = Answers(self._source.index, dict(sorted({**known, **releases}.items(), key=_key)), unanswered)
        return replace(answers, fetched=self._at_hand.fetched) if self._at_hand else answers


def _key(item: tuple[tuple[str, str], Release]) -> tuple[str, str]:
    return item[0]


class _Asking:
    """One round of questions. Its threads are daemons: a server that never finishes an answer keeps nobody waiting."""

    def __init__(self, source: PyPI, projects: dict[str, list[str]], bounds: Bounds) -> None:
        self._source = source
        self._projects = projects
        self._bounds = bounds
        self._deadline = time.monotonic() + bounds.seconds
        self._pending = deque(projects)
        self._answers: queue.SimpleQueue[tuple[str, Said]] = queue.SimpleQueue()
        self._read_bytes = 0
        self._counting = threading.Lock()

    def run(self) -> dict[str, Said]:
        """An answer, or why there is none, for every project."""
        for number in range(min(THREADS, len(self._projects))):
            threading.Thread(target=self._work, name=f"index-{number}", daemon=True).start()
        said = dict(self._collected())
        late = f"no answer within {self._bounds.seconds:.0f} seconds"
        return {name: said.get(name) or Unanswered(name, NO_ANSWER, late) for name in self._projects}

    def _collected(self) -> Iterator[tuple[str, Said]]:
        for _ in self._projects:
            try:
                yield self._answers.get(timeout=max(0.0, self._deadline - time.monotonic()))
            except queue.Empty:
                self._pending.clear()
                return

    def _work(self) -> None:
        while True:
            try:
                name = self._pending.popleft()
            except IndexError:
                return
            self._answers.put((name, self._answer(name)))

    def _answer(self, name: str) -> Said:
        left_bytes = self._bounds.total_bytes - self._read_bytes
        left_seconds = self._deadline - time.monotonic()
        if left_bytes <= 0:
            return Unanswered(name, TOO_MUCH, f"the answers before were {self._bounds.total_bytes} bytes")
        try:
            listing = self._source.listed(name, min(left_bytes, MAX_PAGE_BYTES), min(SECONDS_A_PAGE, left_seconds))
            with self._counting:
                self._read_bytes += listing.size_bytes
            found = {version: files_of(listing, name, version) for version in self._projects[name] if version}
        except MissingError:
            return {version: Release(Standing.UNKNOWN) for version in self._projects[name]}
        except PratiqueError as error:
            return Unanswered(name, NO_ANSWER, str(error)[:200])
        except (ValueError, TypeError, LookupError, RecursionError, MemoryError, OSError) as error:
            return Unanswered(name, NO_ANSWER, f"the answer cannot be read: {error!r}"[:200])
        if any(len(files) > MAX_FILES for files in found.values()):
            return Unanswered(name, TOO_MUCH, f"a release has more than {MAX_FILES} files")
        listed = {version: release_of(files) for version, files in found.items()}
        return {"": Release(Standing.LISTED), **listed}
