"""The tensors that a torch pickle names: for each, its storage, where in it, shape and strides. Nothing is unpickled.

A symbolic reading of the opcodes that `torch.save` writes. Calls are kept as what they would call; only torch's own
rebuilding functions mean something (torch `_utils.py`: `_rebuild_tensor_v2`, `_rebuild_parameter`; `torch/_tensor.py`,
`Tensor.__reduce_ex__`; `serialization.py`, `persistent_id`). Everything else is opaque.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import Any

from pratique.formats.pickle_opcodes import OPCODES

MAX_PICKLE_BYTES = 64 << 20
MAX_STEPS = 5_000_000
MAX_TENSORS = 200_000
MAX_DEPTH = 12
MAX_VISITS = 2_000_000  # of containers that share their items, each occurrence is a visit
_MARK = object()
_FIXED = {"BININT": "<i", "BININT1": "<B", "BININT2": "<H"}
_SINGLETONS: dict[str, Any] = {"NONE": None, "NEWTRUE": True, "NEWFALSE": False}


class NotReadError(ValueError):
    """The pickle does something that this reading does not follow; its message says what."""


@dataclass(frozen=True, slots=True)
class TensorReference:
    """A tensor as a view of a storage; offset and strides count elements."""

    storage_class: str  # "FloatStorage", …
    key: str
    offset: int
    shape: tuple[int, ...]
    strides: tuple[int, ...]


class _Opaque:
    """A value that cannot be a tensor or lead to one."""

    __slots__ = ()


OPAQUE = _Opaque()


@dataclass(slots=True)
class _Global:
    name: str  # module and name, with a dot between


@dataclass(slots=True)
class _Storage:
    storage_class: str
    key: str


class _Object(dict[Any, Any]):
    """What a call returned: its items, and its state once BUILD gave it one."""


def tensors_in(data: bytes, start: int = 0) -> tuple[dict[str, TensorReference], int]:
    """The tensors of the pickle at `start` under their dotted names, and where the pickle ends.

    Raises `NotReadError` for what is no such pickle, or would need more steps than `MAX_STEPS`.
    """
    reader = _Reading(data, start)
    try:
        root = reader.run()
    except (struct.error, IndexError, ValueError, TypeError, KeyError, OverflowError) as error:
        if isinstance(error, NotReadError):
            raise
        raise NotReadError(f"broken at byte {reader.at}: {type(error).__name__}") from None
    found: dict[str, TensorReference] = {}
    _Collection(found).visit(root, "", 0)
    return found, reader.at


class _Collection:
    """Finds the tensors in what a pickle built."""

    def __init__(self, found: dict[str, TensorReference]) -> None:
        self._found = found
        self._visits = 0

    def visit(self, value: Any, name: str, depth: int) -> None:
        self._visits += 1
        if depth > MAX_DEPTH or self._visits > MAX_VISITS:
            raise NotReadError(f"containers are nested deeper than {MAX_DEPTH}, or hold each other too often")
        if isinstance(value, TensorReference):
            self._add(value, name)
        elif isinstance(value, dict | list):
            for key, item in value.items() if isinstance(value, dict) else enumerate(value):
                if isinstance(item, dict | list | TensorReference):
                    self.visit(item, f"{name}.{key}" if name else str(key), depth + 1)

    def _add(self, value: TensorReference, name: str) -> None:
        if name in self._found or len(self._found) >= MAX_TENSORS:
            raise NotReadError(f"more than {MAX_TENSORS} tensors, or {name[:200]!r} twice")
        self._found[name] = value


class _Reading:
    def __init__(self, data: bytes, start: int) -> None:
        self.data = data
        self.at = start
        self.stack: list[Any] = []
        self.memo: dict[int, Any] = {}

    def run(self) -> Any:
        for _ in range(MAX_STEPS):
            name, layout = OPCODES[self.data[self.at]]
            self.at += 1
            argument = self._argument(layout)
            if name == "STOP":
                return self.stack.pop()
            self._step(name, argument)
        raise NotReadError(f"more than {MAX_STEPS} opcodes")

    def _argument(self, layout: str) -> bytes:
        if not layout:
            return b""
        start = self.at
        if layout in ("line", "pair"):
            end = self.data.index(b"\n", start)
            if layout == "pair":
                end = self.data.index(b"\n", end + 1)
            self.at = end + 1
            return self.data[start:end]
        if layout[0] == "s":
            width = int(layout[1:])
            start += width
            size = int.from_bytes(self.data[start - width : start], "little")
        else:
            size = int(layout)
        if start + size > len(self.data):
            raise NotReadError(f"truncated at byte {start}")
        self.at = start + size
        return self.data[start : self.at]

    def _marked(self) -> list[Any]:
        items: list[Any] = []
        while (item := self.stack.pop()) is not _MARK:
            items.append(item)
        return items[::-1]

    def _step(self, name: str, argument: bytes) -> None:
        stack = self.stack
        if name in _SINGLETONS:
            stack.append(_SINGLETONS[name])
        elif name in _FIXED:
            stack.append(struct.unpack(_FIXED[name], argument)[0])
        elif name in ("LONG1", "LONG4"):
            stack.append(int.from_bytes(argument, "little", signed=True) if len(argument) <= 16 else OPAQUE)
        elif name in ("BINUNICODE", "SHORT_BINUNICODE", "BINUNICODE8"):
            stack.append(argument.decode("utf-8", "surrogatepass"))
        elif name in ("BINPUT", "LONG_BINPUT"):
            self.memo[int.from_bytes(argument, "little")] = stack[-1]
        elif name == "MEMOIZE":
            self.memo[len(self.memo)] = stack[-1]
        elif name in ("BINGET", "LONG_BINGET"):
            stack.append(self.memo[int.from_bytes(argument, "little")])
        elif name not in ("PROTO", "FRAME"):
            self._build(name, argument)

    def _build(self, name: str, argument: bytes) -> None:
        stack = self.stack
        if name == "MARK":
            stack.append(_MARK)
        elif name == "GLOBAL":
            stack.append(_Global(argument.decode("utf-8").replace("\n", ".")))
        elif name == "STACK_GLOBAL":
            attribute, module = stack.pop(), stack.pop()
            stack.append(_Global(f"{module}.{attribute}"))
        elif name in ("EMPTY_DICT", "EMPTY_LIST", "EMPTY_TUPLE"):
            stack.append({"D": {}, "L": [], "T": ()}[name[6]])
        elif name in ("TUPLE1", "TUPLE2", "TUPLE3"):
            count = int(name[5])
            stack[-count:] = [tuple(stack[-count:])]
        elif name == "TUPLE":
            stack.append(tuple(self._marked()))
        elif name in ("APPEND", "APPENDS"):
            items = [stack.pop()] if name == "APPEND" else self._marked()
            if isinstance(stack[-1], list):
                stack[-1].extend(items)
        elif name in ("SETITEM", "SETITEMS"):
            items = [stack.pop(), stack.pop()][::-1] if name == "SETITEM" else self._marked()
            self._set(items)
        else:
            self._call(name, argument)

    def _set(self, items: list[Any]) -> None:
        target = self.stack[-1]
        if isinstance(target, dict):
            for key, value in zip(items[::2], items[1::2], strict=True):
                target[key if isinstance(key, str | int) else OPAQUE] = value

    def _call(self, name: str, argument: bytes) -> None:
        stack = self.stack
        if name == "BINPERSID":
            stack.append(_storage(stack.pop()))
        elif name in ("REDUCE", "NEWOBJ"):
            arguments, function = stack.pop(), stack.pop()
            stack.append(_called(function, arguments))
        elif name == "BUILD":
            state = stack.pop()
            if isinstance(stack[-1], _Object) and isinstance(state, dict):
                stack[-1].update(state)
        elif name in (
            "BINFLOAT",
            "BINBYTES",
            "SHORT_BINBYTES",
            "BINBYTES8",
            "BINSTRING",
            "SHORT_BINSTRING",
            "EMPTY_SET",
        ):
            stack.append(OPAQUE)
        elif name in ("ADDITEMS", "FROZENSET"):
            self._marked()
            if name == "FROZENSET":
                stack.append(OPAQUE)
        elif name in ("POP", "POP_MARK"):
            stack.pop() if name == "POP" else self._marked()
        else:
            raise NotReadError(f"opcode {name} at byte {self.at}, which torch.save does not write")


def _storage(id_: Any) -> Any:
    """A persistent id `("storage", class, key, location, elements)`."""
    if isinstance(id_, tuple) and len(id_) >= 5 and id_[0] == "storage" and isinstance(id_[1], _Global):
        if len(id_) > 5 and id_[5] is not None:
            raise NotReadError("a view of a storage, as torch before 0.4 wrote it")
        return _Storage(id_[1].name.rpartition(".")[2], str(id_[2]))
    return OPAQUE


def _called(function: Any, arguments: Any) -> Any:
    name = function.name if isinstance(function, _Global) else ""
    if not isinstance(arguments, tuple):
        return _Object()
    if name == "torch._utils._rebuild_parameter" and arguments:
        return arguments[0]
    if name in ("torch._utils._rebuild_tensor_v2", "torch._utils._rebuild_tensor"):
        return _tensor(arguments)
    if name == "collections.OrderedDict" and not arguments:
        return {}
    return _Object()


def _tensor(arguments: tuple[Any, ...]) -> Any:
    storage, offset, shape, strides = arguments[:4]
    if not isinstance(storage, _Storage) or type(offset) is not int or offset < 0:
        raise NotReadError("a tensor without a storage")
    if len(shape) != len(strides) or not all(type(n) is int and 0 <= n < 1 << 48 for n in (*shape, *strides)):
        raise NotReadError("a tensor whose shape and strides do not fit")
    return TensorReference(storage.storage_class, storage.key, offset, tuple(shape), tuple(strides))
