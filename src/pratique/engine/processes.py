"""Runs independent inspections side by side; one that dies costs only itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context
from typing import TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")

AHEAD = 4  # submitted tasks per worker: enough to keep workers busy, few enough to keep memory flat


def each(
    function: Callable[[Item], Result], items: Sequence[Item], jobs: int, died: Callable[[Item], Result]
) -> Iterator[Result]:
    """`function` of every item, in order. Where a worker process dies, `died(item)` stands for the culprit's result.

    A dead worker breaks the whole pool, so the items that were in flight are tried again one by one, each in a process of
    its own: only the one that kills its process alone is lost. Workers are spawned: a fork would copy threads' locks.
    """
    if jobs <= 1:
        yield from map(function, items)
        return
    position = 0
    while position < len(items):
        for result in _until_broken(function, items[position:], jobs):
            yield result
            position += 1
        if position < len(items):
            yield _alone(function, items[position], died)
            position += 1


def _until_broken(function: Callable[[Item], Result], items: Sequence[Item], jobs: int) -> Iterator[Result]:
    with ProcessPoolExecutor(min(jobs, len(items)), get_context("spawn")) as pool:
        pending: list[Future[Result]] = []
        upcoming = iter(items)
        try:
            for item in upcoming:
                pending.append(pool.submit(function, item))
                if len(pending) >= jobs * AHEAD:
                    yield pending.pop(0).result()
            for future in pending:
                yield future.result()
        except BrokenProcessPool:
            return


def _alone(function: Callable[[Item], Result], item: Item, died: Callable[[Item], Result]) -> Result:
    with ProcessPoolExecutor(1, get_context("spawn")) as pool:
        try:
            return pool.submit(function, item).result()
        except BrokenProcessPool:
            return died(item)
