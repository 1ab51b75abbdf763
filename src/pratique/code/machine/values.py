"""The values of the machine: constants it knows, objects it made, names outside of the package, and what it does not know.

Every value carries the labels of `code.flow` (where it came from). Nothing of the scanned program is a Python object that acts.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

from pratique.code.taint import Origin, Taint

if TYPE_CHECKING:
    from tree_sitter import Node

    from pratique.code.package import Module

Constant: TypeAlias = "str | bytes | int | float | bool | None"
MAX_OPTIONS = 4
NOTHING: Taint = {}


@dataclass(slots=True, eq=False)
class Value:
    """What an expression comes to."""

    taint: Taint = field(default_factory=dict)


@dataclass(slots=True, eq=False)
class Known(Value):
    """A constant."""

    data: Constant = None


@dataclass(slots=True, eq=False)
class Unknown(Value):
    """Something whose value is not known; `hint` is its text as far as it is, with X for what is missing."""

    hint: str = ""


@dataclass(slots=True, eq=False)
class External(Value):
    """Something outside of the package, by its canonical name; `()` stands for the result of a call."""

    name: str = ""
    of: Value | None = None  # whose method it is


@dataclass(slots=True, eq=False)
class FilePath(Value):
    """A `pathlib.Path`."""

    text: str = ""


@dataclass(slots=True, eq=False)
class Listing(Value):
    """A list, tuple, set, bytearray or the items of an iterator."""

    items: list[Value] = field(default_factory=list)
    kind: str = "list"


@dataclass(slots=True, eq=False)
class Mapping(Value):
    """A dictionary whose keys are known. What was stored under unknown keys is in `others`."""

    entries: dict[Hashable, Value] = field(default_factory=dict)
    others: list[Value] = field(default_factory=list)


@dataclass(slots=True, eq=False)
class Frame:
    """Names of a module, class or function while it runs."""

    module: Module
    names: dict[str, Value] = field(default_factory=dict)
    outer: Frame | None = None  # where free names are looked up
    top: Frame | None = None  # the module's frame; None for itself
    results: list[Value] = field(default_factory=list)
    yields: list[Value] | None = None
    elsewhere: dict[str, Frame] = field(default_factory=dict)  # `global` and `nonlocal` names
    owner: Klass | None = None  # the class in whose body the function stands
    holder: Value | None = None  # `self`
    is_class: bool = False
    depth: int = 0
    hints: dict[str, Node] = field(default_factory=dict)  # annotations of a module or class, by name
    prepared: Instance | None = None  # the mapping that the body of a class runs in, if its metaclass made one

    @property
    def module_frame(self) -> Frame:
        return self.top or self

    def lookup(self, name: str) -> Value | None:
        at: Frame | None = self
        while at is not None:
            if name in at.elsewhere:
                at = at.elsewhere[name]
            if name in at.names and (at is self or not at.is_class):
                return at.names[name]
            at = at.outer
        return None

    def bind(self, name: str, value: Value) -> None:
        self.elsewhere.get(name, self).names[name] = value


@dataclass(slots=True, eq=False)
class Function(Value):
    """A `def` or lambda of the package with what it closes over."""

    node: Node | None = None
    frame: Frame | None = None  # where it stands
    name: str = ""
    defaults: dict[str, Value] = field(default_factory=dict)
    owner: Klass | None = None
    wrapper: str = ""  # "property", "staticmethod", "classmethod"
    members: dict[str, Value] = field(default_factory=dict)  # attributes that the program stored


@dataclass(slots=True, eq=False)
class Klass(Value):
    """A class of the package."""

    name: str = ""
    bases: list[Value] = field(default_factory=list)
    members: dict[str, Value] = field(default_factory=dict)
    frame: Frame | None = None
    fields: list[str] = field(default_factory=list)  # annotated names, in order
    hints: dict[str, Node] = field(default_factory=dict)  # their annotations

    def line(self, depth: int = 0) -> Iterator[Value]:
        """The class, then its bases: a simplified method resolution order."""
        yield self
        for base in self.bases[:8] if depth < 8 else []:
            if isinstance(base, Klass):
                yield from base.line(depth + 1)
            else:
                yield base

    def find(self, name: str) -> Value | None:
        return next((c.members[name] for c in self.line() if isinstance(c, Klass) and name in c.members), None)

    def outside(self) -> External | None:
        """The first base that is not of the package."""
        found = (c for c in self.line() if isinstance(c, External) and c.name != "builtins.object")
        return next(found, None)


@dataclass(slots=True, eq=False)
class Instance(Value):
    """An object of a class of the package."""

    klass: Klass = field(default_factory=Klass)
    members: dict[str, Value] = field(default_factory=dict)
    held: Mapping | None = None  # what an object of a kind of dictionary holds


DICTIONARIES = frozenset(
    {"builtins.dict", "collections.OrderedDict", "collections.UserDict", "collections.defaultdict"}
)


def blank(klass: Klass) -> Instance:
    """An object of a class before anything is stored in it."""
    outside = klass.outside()
    return Instance({}, klass, {}, Mapping() if outside is not None and outside.name in DICTIONARIES else None)


@dataclass(slots=True, eq=False)
class Namespace(Value):
    """`globals()`, `vars(x)`, `x.__dict__`: names of a frame, an object or something outside."""

    of: Frame | Value | None = None


@dataclass(slots=True, eq=False)
class Imported(Value):
    """A module of the package."""

    module: Module | None = None


@dataclass(slots=True, eq=False)
class Method(Value):
    """A method of a constant, container, path or unknown value."""

    holder: Value = field(default_factory=Value)
    name: str = ""


@dataclass(slots=True, eq=False)
class Bound(Value):
    """A callable of the package with its first arguments."""

    function: Value = field(default_factory=Value)
    given: list[Value] = field(default_factory=list)
    keywords: dict[str, Value] = field(default_factory=dict)


@dataclass(slots=True, eq=False)
class Super(Value):
    """`super()`: attributes are looked up behind `klass` in the line of the holder's class."""

    klass: Klass = field(default_factory=Klass)
    holder: Value = field(default_factory=Value)


@dataclass(slots=True, eq=False)
class Choice(Value):
    """One of several values: branches of the program that the machine could not decide."""

    options: tuple[Value, ...] = ()


def either(values: list[Value]) -> Value:
    """One value that stands for all of them."""
    flat: list[Value] = []
    for value in values:
        for option in value.options if isinstance(value, Choice) else (value,):
            if not any(option is other or _same(option, other) for other in flat):
                flat.append(option)
    if not flat:
        return Known()
    return flat[0] if len(flat) == 1 else Choice(union(*(v.taint for v in flat)), tuple(flat[:MAX_OPTIONS]))


def _same(one: Value, other: Value) -> bool:
    if isinstance(one, Known) and isinstance(other, Known):
        return type(one.data) is type(other.data) and one.data == other.data
    if isinstance(one, Namespace) and isinstance(other, Namespace) and isinstance(one.of, External):
        return isinstance(other.of, External) and one.of.name == other.of.name
    return isinstance(one, External) and isinstance(other, External) and one.name == other.name


def options(value: Value) -> tuple[Value, ...]:
    return value.options if isinstance(value, Choice) else (value,)


def union(*taints: Taint) -> Taint:
    """The labels of all of them; of two origins of one label the first."""
    found: Taint = {}
    for taint in taints:
        if taint:
            found = {**taint, **found} if found else taint
    return found


def with_labels(taint: Taint, origin: Origin, *labels: str) -> Taint:
    return {**dict.fromkeys(labels, origin), **taint}


def text_hint(value: Value) -> str:
    """The text of a value as far as it is known."""
    if isinstance(value, Known):
        if isinstance(value.data, bytes):
            return value.data.decode("utf-8", "replace")
        return "" if value.data is None else str(value.data)
    if isinstance(value, Unknown):
        return value.hint or "X"
    if isinstance(value, FilePath):
        return value.text
    if isinstance(value, Choice):
        return text_hint(
            next((o for o in value.options if isinstance(o, Known) and o.data is not None), value.options[0])
        )
    return "X"


def plain(value: Value, depth: int = 0) -> tuple[bool, object]:
    """Whether a value is a constant or made of constants, and what it is in Python: only str, bytes, numbers, list, tuple, dict."""
    if isinstance(value, Known):
        return True, value.data
    if isinstance(value, Listing) and depth < 6:
        items = [plain(item, depth + 1) for item in value.items]
        if all(known for known, _ in items):
            values = [item for _, item in items]
            if value.kind == "bytearray":
                numbers = [v for v in values if isinstance(v, int) and 0 <= v < 256]
                return len(numbers) == len(values), bytes(numbers)
            return True, tuple(values) if value.kind == "tuple" else values
    if isinstance(value, Mapping) and not value.others and depth < 6:
        pairs = [(key, plain(item, depth + 1)) for key, item in value.entries.items()]
        if all(known for _, (known, _) in pairs):
            return True, {key: item for key, (_, item) in pairs}
    return False, None


def lifted(data: object, taint: Taint) -> Value:
    """The value of a Python constant or container of constants."""
    if data is None or isinstance(data, str | bytes | bool | int | float):
        return Known(taint, data)
    if isinstance(data, bytearray):
        return Listing(taint, [Known(taint, byte) for byte in data], "bytearray")
    if isinstance(data, list | tuple | set | frozenset | range):
        kind = "tuple" if isinstance(data, tuple) else "list"
        return Listing(taint, [lifted(item, taint) for item in data], kind)
    if isinstance(data, dict):
        return Mapping(taint, {key: lifted(item, taint) for key, item in data.items()})
    return Unknown(taint)


def deep_taint(value: Value, depth: int = 0) -> Taint:
    """The labels of a value and of what it holds."""
    found = value.taint
    if depth > 4:
        return found
    inner: list[Value] = []
    if isinstance(value, Listing):
        inner = value.items[:200]
    elif isinstance(value, Mapping):
        inner = [*list(value.entries.values())[:200], *value.others[:50]]
    elif isinstance(value, Instance):
        inner = [*list(value.members.values())[:50], *([value.held] if value.held is not None else [])]
    elif isinstance(value, Choice):
        inner = list(value.options)
    elif isinstance(value, Method):
        inner = [value.holder]
    for item in inner:
        found = union(found, deep_taint(item, depth + 1))
    return found
