"""A progress bar on a terminal, and only for work that takes long enough to wonder."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from types import TracebackType

    from rich.progress import Progress as RichProgress
    from rich.progress import TaskID

PATIENCE_SECONDS = 1.0


class Progress:
    """Counts targets and bytes; draws on standard error after `PATIENCE_SECONDS`, never when it is not a terminal."""

    def __init__(self, targets: int, quiet: bool) -> None:
        self._targets = targets
        self._visible = not quiet and sys.stderr.isatty()
        self._started = time.monotonic()
        self._done = 0
        self._bytes = 0
        self._bar: RichProgress | None = None
        self._task: TaskID | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self._bar is not None:
            self._bar.stop()

    def bytes_done(self, count: int) -> None:
        self._bytes += count
        self._draw()

    def target_done(self) -> None:
        self._done += 1
        self._draw()

    def _draw(self) -> None:
        if not self._visible or time.monotonic() - self._started < PATIENCE_SECONDS:
            return
        if self._bar is None:
            self._start()
        if self._bar is not None and self._task is not None:
            size = f"{self._bytes / 1e6:,.0f} MB"
            self._bar.update(self._task, completed=self._done, description=f"inspecting ({size})")

    def _start(self) -> None:
        from rich.console import Console
        from rich.progress import (
            BarColumn,
            MofNCompleteColumn,
            SpinnerColumn,
            TextColumn,
            TimeElapsedColumn,
        )
        from rich.progress import Progress as RichProgress

        columns = (
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
        )
        self._bar = RichProgress(*columns, console=Console(stderr=True), transient=True)
        self._task = self._bar.add_task("inspecting", total=self._targets)
        self._bar.start()
