"""What stands on the abstract machine's stack: as much of a value as deciding what is called needs.

Strings, small integers, short bytes, booleans and None stand for themselves; a flat tuple is a Python tuple.
Everything else is one of the classes below, or a shared singleton for data that cannot matter (`DATA`) and for what
is not known (`UNKNOWN`).
"""

from __future__ import annotations

from typing import TypeAlias

KEPT_ITEMS = 64  # a larger container keeps only what can change what is called
MAX_DEPTH = 16
SHOWN_TEXT = 200
SHOWN_ARGUMENTS = 12


class Data:
    """A value of a plain type whose content was not kept."""

    __slots__ = ("kind",)

    def __init__(self, kind: str) -> None:
        self.kind = kind


DATA = Data("…")
LONG_TEXT = Data("str")
LONG_BYTES = Data("bytes")
FORGOTTEN_TUPLE = Data("tuple")


class Unknown:
    """What only running the pickle would tell."""

    __slots__ = ()


UNKNOWN = Unknown()


class Computed(str):
    """A string that a call made (joined, decoded, concatenated), whose value could be worked out."""

    __slots__ = ()


class Clipped(str):
    """The beginning of a string that is too long to keep."""

    __slots__ = ()


class Global:
    """A global that the pickle imported, or reached from one by attribute access."""

    __slots__ = ("at", "module", "name", "reached")

    def __init__(self, module: str | None, name: str | None, at: int, reached: bool = False) -> None:
        self.module = module
        self.name = name
        self.at = at  # offset of the opcode that imported it
        self.reached = reached  # by attribute access, not by an import


class Module:
    """A module object, which a pickle can only reach by calling an import function."""

    __slots__ = ("name",)

    def __init__(self, name: str) -> None:
        self.name = name


class Object:
    """What a call returned. `certain` when it surely is an instance of `of` (NEWOBJ), not a function's result."""

    __slots__ = ("args", "attributes", "certain", "of")

    def __init__(self, of: Global, certain: bool = False, args: tuple[Value, ...] = ()) -> None:
        self.of = of
        self.certain = certain
        self.args = args  # kept only where a later step needs them (numpy.dtype, for example)
        self.attributes: dict[str, Value] | None = None  # callables that BUILD put into its __dict__


class Deferred:
    """A callable that a call made and that will call another: `partial`, `methodcaller`, `attrgetter`."""

    __slots__ = ("args", "function", "kind")

    def __init__(self, kind: str, function: Value, args: tuple[Value, ...]) -> None:
        self.kind = kind
        self.function = function
        self.args = args


class Persistent:
    """What `persistent_load` returns for an id."""

    __slots__ = ("id",)

    def __init__(self, id_: Value) -> None:
        self.id = id_


class Collection:
    """A list, dict or set. A dict's items alternate keys and values. `more` when some items were not kept."""

    __slots__ = ("items", "kind", "more")

    def __init__(self, kind: str, items: list[Value], more: bool = False) -> None:
        self.kind = kind
        self.items = items
        self.more = more

    def pairs(self) -> list[tuple[Value, Value]]:
        return list(zip(self.items[::2], self.items[1::2], strict=False))

    def get(self, key: str) -> Value:
        """The value of a dict's string key; the last one wins, as it does in a dict."""
        for found, value in reversed(self.pairs()):
            if found == key:
                return value
        return UNKNOWN if self.more else None


class Nest:
    """A tuple that holds something other than plain data."""

    __slots__ = ("depth", "items")

    def __init__(self, items: tuple[Value, ...], depth: int) -> None:
        self.items = items
        self.depth = depth


Value: TypeAlias = (
    "str | int | bytes | tuple[Value, ...]"
    " | Data | Unknown | Global | Module | Object | Deferred | Persistent | Collection | Nest | None"
)
PLAIN = frozenset({str, int, bytes, bool, type(None), Data, Global, Computed, Clipped})  # cannot hold another value


def tuple_of(items: list[Value]) -> Value:
    """The abstract tuple of `items`."""
    depth = 0
    for item in items:
        kind = type(item)
        if kind not in PLAIN:
            depth = max(depth, item.depth if isinstance(item, Nest) else 1)
    if depth == 0 and len(items) <= KEPT_ITEMS:
        return tuple(items)
    if depth >= MAX_DEPTH or len(items) > KEPT_ITEMS:
        return FORGOTTEN_TUPLE
    return Nest(tuple(items), depth + 1)


def items_of(value: Value) -> tuple[Value, ...] | None:
    """The items of a tuple, if they are known."""
    if type(value) is tuple:
        return value
    return value.items if isinstance(value, Nest) else None


def is_tuple(value: Value) -> bool:
    return type(value) is tuple or isinstance(value, Nest) or value is FORGOTTEN_TUPLE


def is_callable(value: Value) -> bool:
    """Whether calling it could do something: anything but plain data."""
    return isinstance(value, Global | Object | Deferred | Unknown | Persistent)


def render(value: Value, room: int = SHOWN_TEXT, depth: int = 3) -> str:
    """A short source-like text, at most about `room` characters."""
    if isinstance(value, str):
        return repr(str(value[:room])) + ("…" if len(value) > room or isinstance(value, Clipped) else "")
    if isinstance(value, bytes):
        return repr(value[:room]) + ("…" if len(value) > room else "")
    if value is None or isinstance(value, int):
        return repr(value) if value is None or abs(value) < 1 << 64 else "<int>"
    if isinstance(value, Global):
        return f"{value.module or '?'}.{value.name or '?'}"
    if isinstance(value, Module):
        return f"<module {value.name}>"
    if isinstance(value, Object):
        return f"<{'instance' if value.certain else 'result'} of {render(value.of)}>"
    if isinstance(value, Data):
        return value.kind if value is DATA else f"<{value.kind}>"
    if isinstance(value, Unknown):
        return "?"
    if depth <= 0 or room <= 8:
        return "…"
    if isinstance(value, Persistent):
        return f"<persistent {render(value.id, room, depth - 1)}>"
    if isinstance(value, Deferred):
        return f"{value.kind}({_listing((value.function, *value.args), room, depth)})"
    if isinstance(value, Collection):
        return _render_collection(value, room, depth)
    return f"({_listing(value.items if isinstance(value, Nest) else value, room, depth)})"


def _render_collection(value: Collection, room: int, depth: int) -> str:
    more = ["…"] if value.more else []
    if value.kind == "dict":
        pairs = value.pairs()[:SHOWN_ARGUMENTS]
        share = room // max(2 * len(pairs), 1)
        shown = [f"{render(k, share, depth - 1)}: {render(v, share, depth - 1)}" for k, v in pairs]
        return "{" + ", ".join(shown + more) + "}"
    listing = ", ".join(filter(None, [_listing(tuple(value.items), room, depth), *more]))
    return f"[{listing}]" if value.kind == "list" else f"{value.kind}([{listing}])"


def _listing(items: tuple[Value, ...], room: int, depth: int) -> str:
    shown = items[:SHOWN_ARGUMENTS]
    share = room // max(len(shown), 1) if len(shown) > 1 else room
    return ", ".join(
        [
            *(render(item, share, depth - 1) for item in shown),
            *(["…"] if len(items) > len(shown) else []),
        ]
    )


def render_arguments(value: Value) -> tuple[str, ...]:
    """Each argument of a call, short."""
    items = items_of(value)
    if items is None:
        return (f"*{render(value)}",)
    shown = tuple(render(item) for item in items[:SHOWN_ARGUMENTS])
    return shown if len(items) <= SHOWN_ARGUMENTS else (*shown, "…")
