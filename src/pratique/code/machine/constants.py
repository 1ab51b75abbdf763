"""What methods and operators of constants come to: computed by Python on plain data, with every growth bounded."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from pratique.code import decoding

MAX_SIZE = 1 << 20  # characters, bytes or items
MAX_WIDTH = 4096
MAX_NUMBER_BITS = 1 << 16
WIDE = re.compile(r"\d{4,}")
TEXT_METHODS = frozenset(
    {
        *(
            "lower",
            "upper",
            "strip",
            "lstrip",
            "rstrip",
            "split",
            "rsplit",
            "splitlines",
            "replace",
            "join",
            "startswith",
        ),
        *(
            "endswith",
            "find",
            "rfind",
            "index",
            "rindex",
            "count",
            "title",
            "capitalize",
            "swapcase",
            "casefold",
            "partition",
        ),
        *(
            "rpartition",
            "isdigit",
            "isalpha",
            "isalnum",
            "isupper",
            "islower",
            "isspace",
            "isidentifier",
            "removeprefix",
        ),
        *(
            "removesuffix",
            "zfill",
            "ljust",
            "rjust",
            "center",
            "translate",
            "maketrans",
            "format",
            "hex",
            "encode",
            "decode",
        ),
        "fromhex",
    }
)
NUMBER_METHODS = frozenset({"to_bytes", "bit_length", "from_bytes", "bit_count"})
TUPLE_METHODS = frozenset({"index", "count"})
PADDING = frozenset({"zfill", "ljust", "rjust", "center"})
CODECS = frozenset(
    {"utf8", "utf-8", "utf_8", "ascii", "latin1", "latin-1", "latin_1", "utf-16", "utf-16-le", "utf-8-sig", "cp1252"}
)
ERRORS = (
    ValueError,
    TypeError,
    KeyError,
    IndexError,
    ZeroDivisionError,
    OverflowError,
    AttributeError,
    LookupError,
    MemoryError,
)


class NotConstantError(Exception):
    """The result is not computed: unknown, too large, or an error in the program."""


def method(holder: Any, name: str, arguments: list[Any], keywords: dict[str, Any]) -> Any:
    """`holder.name(*arguments)` for methods that only compute. Raises `NotConstantError`."""
    known = (
        TEXT_METHODS
        if isinstance(holder, str | bytes)
        else NUMBER_METHODS
        if isinstance(holder, int)
        else TUPLE_METHODS
    )
    if name not in known or not isinstance(holder, str | bytes | int | tuple):
        raise NotConstantError(name)
    if name in ("encode", "decode"):
        return _coded(holder, name, arguments[0] if arguments else keywords.get("encoding", "utf-8"))
    _bounded(holder, name, arguments)
    try:
        found = getattr(holder, name)(*arguments, **keywords)
    except ERRORS as error:
        raise NotConstantError(str(error)) from None
    return sized(found)


def _bounded(holder: Any, name: str, arguments: list[Any]) -> None:
    if name in PADDING and not (arguments and isinstance(arguments[0], int) and arguments[0] <= MAX_WIDTH):
        raise NotConstantError(name)
    if name == "format" and (WIDE.search(holder) or "{:{" in holder or re.search(r"\{[^}]*[.\[]", holder)):
        raise NotConstantError(name)
    if name == "replace" and len(arguments) > 1 and len(holder) * (1 + len(str(arguments[1]))) > 16 * MAX_SIZE:
        raise NotConstantError(name)
    joined = arguments[0] if name == "join" and arguments and isinstance(arguments[0], list | tuple) else ()
    if (
        sum(len(i) for i in joined if isinstance(i, str | bytes)) + len(holder if joined else "") * len(joined)
        > MAX_SIZE
    ):
        raise NotConstantError(name)
    if name == "to_bytes" and arguments and isinstance(arguments[0], int) and arguments[0] > MAX_WIDTH:
        raise NotConstantError(name)
    table = arguments[0] if name == "translate" and arguments and isinstance(arguments[0], dict) else {}
    if any(isinstance(v, str) and len(v) > 64 for v in table.values()):
        raise NotConstantError(name)


def _coded(holder: Any, name: str, codec: Any) -> Any:
    plain = isinstance(codec, str) and codec.lower() in CODECS
    if plain and isinstance(holder, str) and name == "encode":
        return holder.encode(codec, "replace")
    if plain and isinstance(holder, bytes) and name == "decode":
        return holder.decode(codec, "replace")
    if isinstance(codec, str) and isinstance(holder, str | bytes):
        found = decoding.by_codec(codec, holder)
        if found is not None:
            return found
    raise NotConstantError(name)


def operation(operator: str, left: Any, right: Any) -> Any:
    """`left operator right`. Raises `NotConstantError`."""
    compute = _OPERATORS.get(operator)
    if compute is None:
        raise NotConstantError(operator)
    if operator == "*" and not isinstance(left, int | float):
        sequence = isinstance(left, str | bytes | list | tuple)
        if not sequence or not isinstance(right, int) or right * max(len(left), 1) > MAX_SIZE:
            raise NotConstantError(operator)
    elif operator == "*" and not isinstance(right, int | float):
        return operation("*", right, left)
    if operator in ("**", "<<") and not (_small(left, 64) and _small(right, 12)):
        raise NotConstantError(operator)
    if (
        operator == "%"
        and isinstance(left, str | bytes)
        and (WIDE.search(str(left)) or "*" in str(left) or len(left) > 65536)
    ):
        raise NotConstantError(operator)
    try:
        return sized(compute(left, right))
    except ERRORS as error:
        raise NotConstantError(str(error)) from None


def _small(number: Any, bits: int) -> bool:
    return isinstance(number, float) or (isinstance(number, int) and 0 <= number.bit_length() <= bits)


def sized(value: Any) -> Any:
    """The value, if it is not too large to go on with."""
    if isinstance(value, int) and value.bit_length() > MAX_NUMBER_BITS:
        raise NotConstantError("number")
    if isinstance(value, str | bytes | list | tuple | dict) and len(value) > MAX_SIZE:
        raise NotConstantError("size")
    return value


_OPERATORS: dict[str, Callable[[Any, Any], Any]] = {
    "+": lambda a, b: a + b, "-": lambda a, b: a - b, "*": lambda a, b: a * b, "/": lambda a, b: a / b,
    "//": lambda a, b: a // b, "%": lambda a, b: a % b, "^": lambda a, b: a ^ b, "&": lambda a, b: a & b,
    "|": lambda a, b: a | b, "<<": lambda a, b: a << b, ">>": lambda a, b: a >> b, "**": lambda a, b: a**b,
    "<": lambda a, b: a < b, ">": lambda a, b: a > b, "<=": lambda a, b: a <= b, ">=": lambda a, b: a >= b,
    "==": lambda a, b: a == b, "!=": lambda a, b: a != b, "in": lambda a, b: a in b, "not in": lambda a, b: a not in b,
    "is": lambda a, b: a is b or (a == b and type(a) is type(b)),
    "is not": lambda a, b: not (a is b or (a == b and type(a) is type(b))),
}  # fmt: skip
