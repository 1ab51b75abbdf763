"""The one broad `except`: a reader or rule that fails costs a gap, never the report."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeVar

from pratique.formats.window import OutOfBudget

T = TypeVar("T")


def isolated(produce: Callable[[], Iterator[T]], on_failure: Callable[[str, str], None]) -> Iterator[T]:
    """Yield what `produce()` yields; a failure ends the stream and calls `on_failure(gap_kind, reason)`.

    A reader is not supposed to fail on input: `RecursionError` and `MemoryError` are caught here too, because hostile
    input is what would cause them. Interrupts pass through.
    """
    try:
        yield from produce()
    except OutOfBudget as stop:
        on_failure("budget", f"stopped at the limit of {stop.limit}: {stop}")
    except Exception as error:  # noqa: BLE001 - the one place where that is the point
        on_failure("crashed", f"{type(error).__name__}: {error}"[:300])
