"""Shapes of JSON values: what a predicate must have, said as data and checked within bounds."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from pratique.domain.errors import UsageError

MAX_DEPTH = 32
TIME = r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,9})?(Z|[+-]\d{2}:\d{2})"  # RFC 3339, section 5.6
HEX = r"([0-9a-f]{2})+"


@dataclass(frozen=True, slots=True)
class Text:
    """A string, not empty, that matches `pattern` whole."""

    pattern: str | None = None


@dataclass(frozen=True, slots=True)
class Number:
    """A finite number from `least` to `most`; `whole`: an integer."""

    least: float = -math.inf
    most: float = math.inf
    whole: bool = False


@dataclass(frozen=True, slots=True)
class Flag:
    """True or false."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One of these strings."""

    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Anything:
    """Any JSON value: what another specification owns."""


@dataclass(frozen=True, slots=True)
class Sequence:
    """A list of at least `least` items."""

    item: Shape
    least: int = 0
    most: int = 1_000_000


@dataclass(frozen=True, slots=True)
class Mapped:
    """An object whose keys are free and whose values have one shape."""

    value: Shape
    least: int = 0


@dataclass(frozen=True, slots=True)
class Record:
    """An object with these fields; others only where `open`."""

    required: Mapping[str, Shape]
    optional: Mapping[str, Shape] = field(default_factory=dict)
    open: bool = False


Shape = Text | Number | Flag | Choice | Anything | Sequence | Mapped | Record

DIGESTS = Mapped(Text(HEX), least=1)
TOOL = Record({"name": Text(), "version": Text()})
# in-toto v1 ResourceDescriptor: all fields are optional, one of these three must be there; others are allowed.
RESOURCE = Record({}, {"name": Text(), "uri": Text(), "digest": DIGESTS}, open=True)


def check(value: object, shape: Shape, at: str, depth: int = 0) -> None:
    """Raise `UsageError`, naming the place, unless `value` has `shape`."""
    if depth > MAX_DEPTH:
        raise UsageError(f"{at}: nested too deeply")
    if isinstance(shape, Record):
        _record(value, shape, at, depth)
    elif isinstance(shape, Mapped):
        if not isinstance(value, dict) or len(value) < shape.least:
            raise UsageError(f"{at}: must be an object with at least {shape.least} keys")
        for key, inner in value.items():
            check(inner, shape.value, f"{at}.{key[:64]}", depth + 1)
    elif isinstance(shape, Sequence):
        if not isinstance(value, list) or not shape.least <= len(value) <= shape.most:
            raise UsageError(f"{at}: must be a list of {shape.least} or more")
        for index, inner in enumerate(value):
            check(inner, shape.item, f"{at}[{index}]", depth + 1)
    else:
        _scalar(value, shape, at)


def _record(value: object, shape: Record, at: str, depth: int) -> None:
    if not isinstance(value, dict):
        raise UsageError(f"{at}: must be an object")
    for name, inner in shape.required.items():
        if name not in value:
            raise UsageError(f"{at}: {name!r} is missing")
        check(value[name], inner, f"{at}.{name}", depth + 1)
    for name, inner in shape.optional.items():
        if name in value:
            check(value[name], inner, f"{at}.{name}", depth + 1)
    unknown = [] if shape.open else sorted(value.keys() - shape.required.keys() - shape.optional.keys())
    if unknown:
        raise UsageError(f"{at}: {unknown[0][:64]!r} is not a field of it")


def _scalar(value: object, shape: Text | Number | Flag | Choice | Anything, at: str) -> None:
    if isinstance(shape, Text):
        if not isinstance(value, str) or not value or (shape.pattern and not re.fullmatch(shape.pattern, value)):
            raise UsageError(f"{at}: must be a text" + (f" of the form {shape.pattern}" if shape.pattern else ""))
    elif isinstance(shape, Choice):
        if value not in shape.values:
            raise UsageError(f"{at}: must be one of {', '.join(shape.values)}")
    elif isinstance(shape, Flag):
        if not isinstance(value, bool):
            raise UsageError(f"{at}: must be true or false")
    elif isinstance(shape, Number):
        number = isinstance(value, int if shape.whole else int | float) and not isinstance(value, bool)
        if not number or not shape.least <= value <= shape.most or not math.isfinite(value):  # type: ignore[operator, arg-type]
            raise UsageError(f"{at}: must be a number from {shape.least} to {shape.most}")
