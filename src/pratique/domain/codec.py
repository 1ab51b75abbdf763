"""The domain's frozen records as JSON values and back, by their own type annotations.

Decoding builds only the types that an annotation names, and raises `ValueError` for anything that does not fit: what is read
back may have been written by somebody else.
"""

from __future__ import annotations

import types
from dataclasses import fields, is_dataclass
from enum import Enum
from functools import cache
from typing import Any, TypeAlias, Union, get_args, get_origin, get_type_hints

Json: TypeAlias = Any
MAX_DEPTH = 32


def encode(value: object) -> Json:
    """Records become objects with their type's name under `_`, enums their names, tuples lists."""
    if isinstance(value, Enum):
        return value.name
    if is_dataclass(value) and not isinstance(value, type):
        return {"_": type(value).__name__, **{f.name: encode(getattr(value, f.name)) for f in fields(value)}}
    if isinstance(value, tuple):
        return [encode(item) for item in value]
    return value


def decode(type_: Any, data: Json, depth: int = 0) -> Any:
    """A value of the annotated type. Raises `ValueError`."""
    if depth > MAX_DEPTH:
        raise ValueError("nested too deeply")
    origin = get_origin(type_)
    if origin in (Union, types.UnionType):
        return _one_of(get_args(type_), data, depth)
    if origin is tuple:
        return _tuple(get_args(type_), data, depth)
    if isinstance(type_, type) and issubclass(type_, Enum):
        if not isinstance(data, str) or data not in type_.__members__:
            raise ValueError(f"{data!r} is no {type_.__name__}")
        return type_[data]
    if is_dataclass(type_):
        return _record(type_, data, depth)
    if type_ is float and type(data) is int:
        return float(data)
    if type_ in (str, int, float, bool, types.NoneType) and type(data) is type_:
        return data
    raise ValueError(f"{type(data).__name__} does not fit {type_}")


def _one_of(kinds: tuple[Any, ...], data: Json, depth: int) -> Any:
    if isinstance(data, dict):
        kinds = tuple(kind for kind in kinds if getattr(kind, "__name__", "") == data.get("_"))
    for kind in kinds:
        try:
            if kind is not float or type(data) is float:  # in a union a whole number is not meant as a float
                return decode(kind, data, depth)
        except ValueError:
            continue
    raise ValueError(f"{type(data).__name__} fits none of {kinds}")


def _tuple(kinds: tuple[Any, ...], data: Json, depth: int) -> tuple[Any, ...]:
    if not isinstance(data, list):
        raise ValueError(f"{type(data).__name__} is no list")
    if len(kinds) == 2 and kinds[1] is Ellipsis:
        return tuple(decode(kinds[0], item, depth + 1) for item in data)
    if len(kinds) != len(data):
        raise ValueError(f"{len(data)} items instead of {len(kinds)}")
    return tuple(decode(kind, item, depth + 1) for kind, item in zip(kinds, data, strict=True))


@cache
def _hints(type_: Any) -> dict[str, Any]:
    return get_type_hints(type_)


def _record(type_: Any, data: Json, depth: int) -> Any:
    hints = _hints(type_)
    if not isinstance(data, dict) or data.get("_") != type_.__name__ or data.keys() - {"_"} != hints.keys():
        raise ValueError(f"not a {type_.__name__}")
    return type_(**{name: decode(hint, data[name], depth + 1) for name, hint in hints.items()})
