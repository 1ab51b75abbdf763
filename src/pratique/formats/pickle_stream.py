"""One pickle stream: the loop that steps the machine, the arrays between its opcodes, and the stream's account."""

from __future__ import annotations

from collections.abc import Iterator

from pratique.domain.part import Call, Json, Metadata, Tensor
from pratique.formats.contract import Scope, Yield
from pratique.formats.pickle_arrays import ArrayLayout, layout_of, side_file
from pratique.formats.pickle_machine import ArrayFollows, BrokenStreamError, Machine, Stopped
from pratique.formats.pickle_opcodes import OPCODES
from pratique.formats.pickle_steps import STEPS
from pratique.formats.pickle_values import UNKNOWN
from pratique.formats.window import Window

BATCH = 2048
MAX_NESTED_STREAMS = 20  # object arrays in object arrays
PLAIN_OPCODES = 20_000
MAX_MEMO_COPIED = 20_000_000  # entries, over all second looks at one stream


class Stream:
    """Read with `parts()`; afterwards `end` is where the stream ended and `stopped` whether that was by STOP."""

    __slots__ = ("copied", "depth", "end", "machine", "scope", "start", "stopped")

    def __init__(self, window: Window, scope: Scope, start: int, depth: int = 0) -> None:
        self.machine = Machine(window, scope, start)
        self.scope = scope
        self.start = start
        self.end = start
        self.stopped = False
        self.depth = depth
        self.copied = 0

    def parts(self) -> Iterator[Yield]:
        machine = self.machine
        broken: BrokenStreamError | None = None
        running = True
        while running:
            try:
                self.end = self._run()
            except Stopped as stop:
                self.end, self.stopped, running = stop.at, True, False
            except ArrayFollows as found:
                self.end = found.at
                yield from machine.take_found()
                try:
                    yield from self._array(found)
                except BrokenStreamError as stop:
                    broken, running = stop, False
            except BrokenStreamError as stop:
                broken, running = stop, False
            yield from machine.take_found()
        self.end = min(self.end, machine.window.size)
        length = self.end - self.start
        if length:
            yield Metadata(self.scope.at(self.start, length), "pickle-stream", self._summary())
        if broken is not None:
            rest = machine.window.size - self.end
            yield self.scope.broken(broken.defect, str(broken), self.end, rest, lost=True)

    def _run(self) -> int:
        """A batch of steps. When a step raises, `self.end` is where its opcode stands."""
        machine = self.machine
        steps = STEPS
        at = self.end - machine.base
        count = 0
        before = at
        try:
            for count in range(BATCH):  # noqa: B007 - the count is wanted after the loop
                before = at
                if at >= machine.limit:
                    at = before = machine.advance(at)
                at = steps[machine.buffer[at]](machine, at + 1)
        except (BrokenStreamError, Stopped, ArrayFollows):
            self.end = machine.base + before
            machine.opcodes += count + 1
            raise
        machine.opcodes += BATCH
        machine.window.budget.tick(BATCH)
        return machine.base + at

    # Arrays between the opcodes

    def _array(self, found: ArrayFollows) -> Iterator[Yield]:
        """joblib reads an array here; the plain unpickler would go on with opcodes: that view is looked at too."""
        machine = self.machine
        if found.wrapper != "NumpyArrayWrapper":
            name = side_file(found.state)
            if name is None or "/" in name or "\\" in name or name.startswith(".."):
                machine.report(
                    "pickle-side-file", f"an array is to be loaded from {name!r}", found.at - 1 - machine.base
                )
            machine.stack[-1] = UNKNOWN
            yield Metadata(self.scope.at(found.at - 1, 1), "joblib-side-file", {"name": name})
            return
        layout = layout_of(found.state)
        if layout is None:
            raise BrokenStreamError("pickle-array", "an array follows whose size the pickle does not tell")
        start = found.at
        if layout.has_objects:
            yield from self._object_array(start)
        else:
            yield from self._as_plain(start)
            yield from self._raw_array(start, layout)
        machine.stack[-1] = UNKNOWN
        if machine.frame_end is not None and start >= machine.frame_end:
            machine.frame_end = None  # joblib ends the frame before it writes an array
        machine.boundary = self.end

    def _raw_array(self, start: int, layout: ArrayLayout) -> Iterator[Yield]:
        window = self.machine.window
        data_start = start
        if layout.padded:
            padding = window.read_at(start, 1)
            data_start += 1 + (padding[0] if padding else 0)
        end = data_start + layout.data_bytes
        if end > window.size:
            raise BrokenStreamError(
                "pickle-truncated", f"an array of {layout.data_bytes} bytes is announced, and fewer follow"
            )
        where = self.scope.at(start, end - start, tensor=f"@{data_start:#x}")
        yield Tensor(where, f"@{data_start:#x}", layout.dtype, layout.shape)
        self.end = end

    def _object_array(self, start: int) -> Iterator[Yield]:
        if self.depth >= MAX_NESTED_STREAMS:
            raise BrokenStreamError("pickle-too-deep", "object arrays are nested too deep")
        inner = Stream(self.machine.window, self.scope, start, self.depth + 1)
        yield from inner.parts()
        self.end = inner.end
        if not inner.stopped:
            raise BrokenStreamError("pickle-array", "a broken pickle of an object array")

    def _as_plain(self, start: int) -> Iterator[Yield]:
        """What `pickle.load` would do with the same bytes, if it gets as far as a call."""
        machine = self.machine
        first = machine.window.read_at(start, 1)
        if not first or first[0] not in OPCODES:
            return
        self.copied += len(machine.memo)
        if self.copied > MAX_MEMO_COPIED:
            machine.report("pickle-unpicklers-differ", "too many arrays begin like opcodes", start - machine.base)
            return
        other = Stream(machine.window, self.scope, start, self.depth)
        other.machine.resume(machine, start)
        parts = list(other.attempt(PLAIN_OPCODES))
        if any(isinstance(part, Call) for part in parts):
            message = "what joblib reads as an array is more opcodes to pickle.load, and they call something"
            machine.differ(message, start - machine.base)
            yield from parts

    def attempt(self, opcodes: int) -> Iterator[Yield]:
        """What at most about `opcodes` more steps find; how it ends does not matter."""
        machine = self.machine
        try:
            while machine.opcodes < opcodes:
                self.end = self._run()
                yield from machine.take_found()
        except (BrokenStreamError, Stopped, ArrayFollows):
            yield from machine.take_found()

    def _summary(self) -> dict[str, Json]:
        machine = self.machine
        return {
            "protocol": machine.protocol,
            "opcodes": machine.opcodes,
            "persistent_ids": machine.persistent_ids,
            "extensions": machine.extensions,
            "memo": machine.memo_size,
            "left_on_stack": max(len(machine.stack), 0),
            "ended": self.stopped,
            "renamed": {**machine.renamed},
        }
