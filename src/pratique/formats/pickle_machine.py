"""The state of the abstract unpickler: buffer, stack with marks, memo, and what was found so far.

It holds to CPython's `Modules/_pickle.c`: one stack, marks as heights with a fence that pops may not cross, and FRAME
as no more than a check that enough bytes follow. Where `Lib/pickle.py` would do something else, that is reported as
`pickle-unpicklers-differ`. Everything is bounded: the memo keeps the first values and then only kinds, containers
keep few items, and long strings are skipped, so what the bounds cost is only ever a value that becomes unknown.
"""

from __future__ import annotations

from pratique.domain.part import Broken, Call, Import, Name, Scalar
from pratique.formats.contract import Nested, Scope, Yield
from pratique.formats.pickle_opcodes import disassemble
from pratique.formats.pickle_values import (
    DATA,
    FORGOTTEN_TUPLE,
    KEPT_ITEMS,
    LONG_BYTES,
    LONG_TEXT,
    UNKNOWN,
    Collection,
    Data,
    Global,
    Object,
    Value,
    is_tuple,
)
from pratique.formats.window import Window

CHUNK_BYTES = 256 << 10
AHEAD_BYTES = 1 << 10  # no opcode but those with long arguments looks further ahead
MAX_STACK = 1_000_000
MAX_MARKS = 1_000_000
MEMO_KEPT = 300_000  # values; after that only calls' results and imports are kept, and of the rest the kind
MEMO_SPARSE = 1 << 20
ITEMS_KEPT = 2_000_000  # items of containers kept in one stream
MAX_LINE_BYTES = 1 << 16
MAX_PERSISTENT = 100_000
MAX_SAME_DEFECT = 20
CONTEXT_BYTES = 400
CONTEXTS_PER_TARGET = 4
MAX_NESTED = 2_000
MAX_SAME = 1_000
MAX_TOLD = 50_000
_KINDS: list[Value | None] = [
    None,
    DATA,
    LONG_TEXT,
    LONG_BYTES,
    FORGOTTEN_TUPLE,
    UNKNOWN,
]


class Stopped(Exception):
    """The stream ended with STOP; `at` is the offset after it."""

    def __init__(self, at: int) -> None:
        super().__init__()
        self.at = at


class ArrayFollows(Exception):
    """BUILD made a wrapper for which joblib reads an array at offset `at`, where the next opcode would be."""

    def __init__(self, wrapper: str, state: Value, at: int) -> None:
        super().__init__()
        self.wrapper = wrapper
        self.state = state
        self.at = at


class BrokenStreamError(Exception):
    """Every unpickler stops here with an error."""

    def __init__(self, defect: str, message: str) -> None:
        super().__init__(message)
        self.defect = defect


class Machine:
    """One pickle stream, from `start` to its STOP. Offsets named `at` count in `buffer`; others in the window."""

    __slots__ = (
        "base", "boundary", "buffer", "contexts", "defects", "end_of_input", "extensions", "fence", "found",
        "frame_cut", "frame_end", "globals", "items_left", "kept_items", "limit", "marks", "memo", "nested",
        "opcodes", "persistent", "persistent_ids", "protocol", "protocols", "renamed", "scope", "spilled",
        "spilled_count", "stack", "start", "text_got_at", "told", "window",
    )  # fmt: skip

    def __init__(self, window: Window, scope: Scope, start: int = 0) -> None:
        self.window = window
        self.scope = scope
        self.start = start
        self.base = start
        self.buffer = b""
        self.limit = 0
        self.end_of_input = False
        self.frame_end: int | None = None
        self.frame_cut = False  # a frame is longer than the data
        self.stack: list[Value] = []
        self.marks: list[int] = []
        self.fence = 0
        self.memo: dict[int, Value] = {}
        self.spilled: bytearray | None = None
        self.spilled_count = 0
        self.items_left = ITEMS_KEPT
        self.kept_items = KEPT_ITEMS  # in one container
        self.told: dict[object, int] = {}  # how often the same thing was reported
        self.protocol = 0
        self.protocols = 0  # PROTO opcodes seen
        self.opcodes = 0
        self.found: list[Yield] = []
        self.globals: dict[tuple[str | None, str | None], Global] = {}
        self.renamed: dict[str, str] = {}
        self.contexts: dict[Name, int] = {}
        self.defects: dict[str, int] = {}
        self.boundary = start  # of an opcode not long before what happens now
        self.text_got_at = -1  # where the memo last gave a string
        self.persistent: list[Value] = []
        self.persistent_ids = 0
        self.extensions = 0
        self.nested = 0

    def resume(self, other: Machine, start: int) -> None:
        """Continue at `start` from a copy of what another machine has on its stack and in its memo."""
        self.stack, self.marks, self.fence = list(other.stack), list(other.marks), other.fence
        self.memo, self.protocol, self.items_left = dict(other.memo), other.protocol, other.items_left
        self.base = self.boundary = start

    # Bytes

    def advance(self, at: int) -> int:
        """Refill the buffer when `at` is near its end, check what must hold there, and return the new `at`."""
        position = self.base + at
        self._check_frame(position)
        if position >= self.window.size:
            if position > self.window.size:
                raise BrokenStreamError(
                    "pickle-truncated",
                    "an argument ends after the data does",
                )
            raise BrokenStreamError("pickle-truncated", "no STOP opcode before the end of the data")
        if len(self.stack) > MAX_STACK or len(self.marks) > MAX_MARKS:
            raise BrokenStreamError("pickle-too-large", f"more than {MAX_STACK} values stand on the stack")
        if at >= len(self.buffer) - AHEAD_BYTES:  # else only a frame ended
            data = self.window.read_at(position, CHUNK_BYTES)
            self.base, at = position, 0
            self.end_of_input = position + len(data) >= self.window.size
            if len(data) <= AHEAD_BYTES and not self.end_of_input:
                raise BrokenStreamError("pickle-truncated", "no more data could be read")
            self.buffer = data + bytes(AHEAD_BYTES) if self.end_of_input else data
        self.limit = len(self.buffer) - AHEAD_BYTES
        if self.frame_end is not None:
            self.limit = min(self.limit, self.frame_end - self.base)
        return at

    def _check_frame(self, position: int) -> None:
        if self.frame_end is None or position < self.frame_end:
            return
        if position > self.frame_end:
            self.differ(
                "an opcode crosses the end of its frame, which only the C unpickler allows",
                position - self.base,
            )
        self.frame_end = None

    def line(self, at: int) -> tuple[bytes, int]:
        """The line at `at` without its newline (clipped to `MAX_LINE_BYTES`), and where the next begins."""
        ends = self.buffer.find(b"\n", at)
        if ends >= 0 and not (self.end_of_input and ends >= len(self.buffer) - AHEAD_BYTES):
            return self.buffer[at:ends], ends + 1
        position = self.base + at
        newline = self.window.find(b"\n", position)
        if newline < 0:
            raise BrokenStreamError("pickle-truncated", "a text argument has no newline")
        length = newline - position
        return self.window.read_at(position, min(length, MAX_LINE_BYTES)) if length else b"", newline + 1 - self.base

    def payload(self, at: int, length: int, kept: int) -> bytes | None:
        """`length` bytes at `at` if they are at most `kept`; raises when they are not all there."""
        position = self.base + at
        if position + length > self.window.size:
            raise BrokenStreamError("pickle-truncated", f"{length} bytes are announced, and fewer follow")
        if length > kept:
            return None
        if at + length <= len(self.buffer):
            return self.buffer[at : at + length]
        return self.window.read_at(position, length) if length else b""

    # Stack

    def need(self, count: int) -> list[Value]:
        """The stack, with at least `count` values above the last mark."""
        stack = self.stack
        if len(stack) - self.fence < count:
            raise BrokenStreamError("pickle-stack-underflow", "an opcode takes a value where there is none")
        return stack

    def pop(self) -> Value:
        return self.need(1).pop()

    def pop_mark(self) -> list[Value]:
        """Take the values above the last mark, and the mark."""
        if not self.marks:
            raise BrokenStreamError(
                "pickle-mark",
                "an opcode takes the values since a MARK, and there is none",
            )
        height = self.marks.pop()
        self.fence = self.marks[-1] if self.marks else 0
        items = self.stack[height:]
        del self.stack[height:]
        return items

    # Memo

    @property
    def memo_size(self) -> int:
        return len(self.memo) + self.spilled_count

    def put(self, index: int, value: Value) -> None:
        memo = self.memo
        if self.spilled is None and (len(memo) < MEMO_KEPT or index in memo):
            if index > (1 << 22) and index > 64 * (len(memo) + 1):
                message = f"memo index {index} makes the C unpickler allocate {index * 16} bytes"
                self.report("pickle-memo-bomb", message, 0)
            memo[index] = value
            return
        self._spill(index, value)

    def _spill(self, index: int, value: Value) -> None:
        if self.spilled is None:
            self.spilled = bytearray()
        spilled = self.spilled
        if index in self.memo or (isinstance(value, Global | Object) and len(self.memo) < 2 * MEMO_KEPT):
            if index < len(spilled) and spilled[index]:
                spilled[index] = 0
                self.spilled_count -= 1
            self.memo[index] = value
            return
        if index >= len(spilled):
            if index > len(spilled) + self.memo_size + MEMO_SPARSE:
                raise BrokenStreamError(
                    "pickle-memo-bomb",
                    f"memo index {index} in a memo of {self.memo_size}",
                )
            spilled.extend(bytes(index + 4096 - len(spilled)))
        self.spilled_count += not spilled[index]
        spilled[index] = _kind_of(value)

    def get(self, index: int) -> Value:
        memo = self.memo
        if index in memo:
            return memo[index]
        if self.spilled is not None and index < len(self.spilled) and self.spilled[index]:
            kind = self.spilled[index]
            return _KINDS[kind] if kind < len(_KINDS) else Collection(_COLLECTIONS[kind - len(_KINDS)], [], more=True)
        raise BrokenStreamError("pickle-memo", f"memo index {index} is read and was never written")

    # What was found

    def where(self, at: int) -> int:
        return min(self.base + at, self.window.size)

    def report(self, defect: str, message: str, at: int, **facts: Scalar) -> None:
        """A defect that at least one unpickler gets past."""
        count = self.defects[defect] = self.defects.get(defect, 0) + 1
        if count <= MAX_SAME_DEFECT:
            pairs = tuple(sorted(facts.items()))
            self.found.append(Broken(self.scope.at(self.where(at), 1), defect, message[:500], pairs))

    def differ(self, message: str, at: int) -> None:
        self.report("pickle-unpicklers-differ", message, at)

    def imported(self, name: Name, via: str, at: int, length: int) -> None:
        position = self.where(at)
        self.found.append(
            Import(
                self.scope.at(position, min(length, self.window.size - position)),
                name,
                "pickle",
                via,
            )
        )
        self.boundary = position

    def called(self, target: Name, how: str, arguments: tuple[str, ...], at: int) -> None:
        """`at` is just after the opcode."""
        if self._told((target, how, arguments)):
            return
        position = self.where(at - 1)
        seen = self.contexts.get(target, 0)
        context = ""
        if seen < CONTEXTS_PER_TARGET and (seen or len(self.contexts) < 2000):
            self.contexts[target] = seen + 1
            start = self.boundary if 0 <= position - self.boundary <= CONTEXT_BYTES else position
            context = disassemble(self.window.read_at(start, position + 1 - start), start)
        self.found.append(Call(self.scope.at(position, 1), target, "pickle", how, arguments, context))

    def _told(self, what: object) -> bool:
        """Whether exactly this was reported so often that once more says nothing."""
        count = self.told.get(what, 0)
        if count or len(self.told) < MAX_TOLD:
            self.told[what] = count + 1
        return count >= MAX_SAME

    def hidden(self, at: int, length: int, format_: str | None) -> None:
        """Bytes inside the pickle that look like a file of their own: they are read as one as well."""
        self.nested += 1
        if self.nested <= MAX_NESTED:
            position = self.where(at)
            window = self.window.slice(position, length)
            name = f"bytes@{position:#x}"
            self.found.append(
                Nested(
                    name,
                    window,
                    self.scope.at(position, length),
                    format_,
                    raw=format_ is None,
                )
            )

    def take_found(self) -> list[Yield]:
        found, self.found = self.found, []
        return found


_COLLECTIONS = ("list", "dict", "set")


def _kind_of(value: Value) -> int:
    """The index in `_KINDS`, or after them a collection's kind: all that an overfull memo keeps."""
    if isinstance(value, str) or value is LONG_TEXT:
        return 2
    if isinstance(value, bytes) or value is LONG_BYTES:
        return 3
    if is_tuple(value):
        return 4
    if isinstance(value, Collection):
        return len(_KINDS) + _COLLECTIONS.index(value.kind)
    return 1 if value is None or isinstance(value, int | Data) else 5
