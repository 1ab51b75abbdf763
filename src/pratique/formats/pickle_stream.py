"""One pickle stream: the loop that steps the machine, and the stream's account."""

from __future__ import annotations

from collections.abc import Iterator

from pratique.domain.part import Json, Metadata
from pratique.formats.contract import Scope, Yield
from pratique.formats.pickle_machine import BrokenStream, Machine, Stopped
from pratique.formats.pickle_steps import STEPS
from pratique.formats.window import Window

BATCH = 2048


class Stream:
    """Read with `parts()`; afterwards `end` is where the stream ended and `stopped` whether that was by STOP."""

    __slots__ = ("end", "machine", "scope", "start", "stopped")

    def __init__(self, window: Window, scope: Scope, start: int) -> None:
        self.machine = Machine(window, scope, start)
        self.scope = scope
        self.start = start
        self.end = start
        self.stopped = False

    def parts(self) -> Iterator[Yield]:
        machine = self.machine
        broken: BrokenStream | None = None
        running = True
        while running:
            try:
                self.end = self._run()
            except Stopped as stop:
                self.end, self.stopped, running = stop.at, True, False
            except BrokenStream as stop:
                broken, running = stop, False
            yield from machine.take_found()
        self.end = min(self.end, machine.window.size)
        length = self.end - self.start
        if length:
            yield Metadata(
                self.scope.at(self.start, length), "pickle-stream", self._summary()
            )
        if broken is not None:
            rest = machine.window.size - self.end
            yield self.scope.broken(
                broken.defect, str(broken), self.end, rest, lost=True
            )

    def _run(self) -> int:
        """A batch of steps; `self.end` follows, so that it is the last opcode's offset when a step raises."""
        machine = self.machine
        steps = STEPS
        at = self.end - machine.base
        count = 0
        before = at
        try:
            for count in range(BATCH):
                before = at
                if at >= machine.limit:
                    at = before = machine.advance(at)
                at = steps[machine.buffer[at]](machine, at + 1)
        except (BrokenStream, Stopped):
            self.end = machine.base + before
            machine.opcodes += count + 1
            raise
        machine.opcodes += BATCH
        machine.window.budget.tick(BATCH)
        return machine.base + at

    def _summary(self) -> dict[str, Json]:
        machine = self.machine
        return {
            "protocol": machine.protocol,
            "opcodes": machine.opcodes,
            "persistent_ids": machine.persistent_ids,
            "extensions": machine.extensions,
            "memo": machine.memo_size,
            "left_on_stack": max(len(machine.stack) - 1, 0),
            "ended": self.stopped,
            "renamed": {**machine.renamed},
        }
