"""numpy `.npy`: a magic, a version, a Python literal that describes one array, and its raw bytes or a pickle.

Source: numpy `lib/_format_impl.py` (NEP 1; versions 1.0, 2.0, 3.0). An array of objects is a pickle, which
`numpy.load(allow_pickle=True)` unpickles; everything else is raw data. `numpy.save` may append several arrays to one
file.
"""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass

from pratique.domain.artifact import ArtifactKind
from pratique.domain.part import Json, Metadata, Tensor
from pratique.formats.contract import CERTAIN, LIKELY, Format, Head, Nested, Scope, Yield
from pratique.formats.window import Window

MAGIC = b"\x93NUMPY"
LENGTH_BYTES = {1: 2, 2: 4, 3: 4}  # of the header's length, by major version
MAX_HEADER_BYTES = 1 << 20  # numpy refuses more than 10,000 characters unless told to trust the file
MAX_ARRAYS = 100_000
MAX_DEPTH = 16
MAX_FIELDS = 10_000
KEYS = {"descr", "fortran_order", "shape"}
_CODE = re.compile(r"[<>|=]?(?:([?bBiufcSUVO])(\d{0,12})|([mM])8(?:\[[\w/]{1,20}\])?)")
_LONG = re.compile(r"(?<=\d)L(?=\s*[,)])")


@dataclass(frozen=True, slots=True)
class Header:
    """A parsed header. `item_bytes` is None for arrays of objects."""

    descr: str
    shape: tuple[int, ...]
    fortran_order: bool
    item_bytes: int | None
    data_start: int


class _HeaderError(ValueError):
    pass


def probe(head: Head) -> int:
    if not head.data.startswith(MAGIC):
        return 0
    return CERTAIN if len(head.data) >= 10 and head.data[6] in LENGTH_BYTES else LIKELY


def read(window: Window, scope: Scope) -> Iterator[Yield]:
    offset = 0
    for index in range(MAX_ARRAYS):
        window.budget.tick()
        try:
            header, duplicate = _header(window, offset)
        except _HeaderError as error:
            yield scope.broken("npy-header", str(error), offset, window.size - offset, lost=True)
            return
        where = scope.at(offset, header.data_start - offset)
        shape: list[Json] = [*header.shape]
        value: dict[str, Json] = {"descr": header.descr, "fortran_order": header.fortran_order, "shape": shape}
        yield Metadata(where, "npy-header", value)
        if duplicate:
            yield scope.broken(
                "npy-duplicate-key", "a key stands twice in the header", offset, header.data_start - offset
            )
        if header.item_bytes is None:
            yield _objects(window, scope, header)
            return
        end = header.data_start + header.item_bytes * _count(header.shape)
        if end > window.size:
            message = f"{header.descr} {list(header.shape)} needs {end - header.data_start} bytes, and fewer follow"
            yield scope.broken("npy-truncated", message, header.data_start, window.size - header.data_start, lost=True)
            return
        name = f"{scope.name}[{index}]" if index else scope.name
        data = scope.at(header.data_start, end - header.data_start, tensor=name)
        yield Tensor(data, name, header.descr, header.shape)
        offset = end
        if window.read_at(offset, len(MAGIC)) != MAGIC:
            return


def _objects(window: Window, scope: Scope, header: Header) -> Nested:
    rest = window.size - header.data_start
    return Nested("objects", window.slice(header.data_start), scope.at(header.data_start, rest), "pickle")


def _count(shape: tuple[int, ...]) -> int:
    count = 1
    for n in shape:
        count *= n
    return count


def _header(window: Window, offset: int) -> tuple[Header, bool]:
    start = window.read_at(offset, 12)
    width = LENGTH_BYTES.get(start[6] if len(start) > 6 else 0)
    if not start.startswith(MAGIC) or width is None or len(start) < 8 + width:
        raise _HeaderError("its start is not that of a known version")
    length = int.from_bytes(start[8 : 8 + width], "little")
    text_start = offset + 8 + width
    if length > MAX_HEADER_BYTES or text_start + length > window.size:
        raise _HeaderError(f"a header of {length} bytes is announced")
    try:
        text = window.read_at(text_start, length).decode("utf-8" if start[6] >= 3 else "latin-1") if length else ""
    except UnicodeDecodeError as error:
        raise _HeaderError(f"its header is not UTF-8: {error}") from None
    fields, duplicate = _literal(text)
    shape, fortran_order = fields["shape"], fields["fortran_order"]
    if not isinstance(shape, tuple) or len(shape) > 64 or not all(type(n) is int and 0 <= n < 1 << 62 for n in shape):
        raise _HeaderError(f"its shape is {str(shape)[:80]}")
    if type(fortran_order) is not bool:
        raise _HeaderError("fortran_order is not a bool")
    item_bytes, objects = _item(fields["descr"], 0, [0])
    descr = str(fields["descr"])[:200]
    return Header(descr, shape, fortran_order, None if objects else item_bytes, text_start + length), duplicate


def _literal(text: str) -> tuple[dict[str, object], bool]:
    """The header's dict and whether a key stands in it twice; nothing is evaluated but literals."""
    for candidate in (text, _LONG.sub("", text)):  # Python 2 wrote long integers as 10L
        try:
            with warnings.catch_warnings():  # hostile text must not write warnings on the user's terminal
                warnings.simplefilter("ignore")
                tree = ast.parse(candidate.strip(), mode="eval").body
            fields = ast.literal_eval(tree)
        except (SyntaxError, ValueError, TypeError, RecursionError, MemoryError):
            continue
        if isinstance(fields, dict) and isinstance(tree, ast.Dict) and set(fields) == KEYS:
            return fields, len(tree.keys) != len(fields)
        raise _HeaderError("its header is not a dict of descr, fortran_order and shape")
    raise _HeaderError("its header is not a Python literal")


def _item(descr: object, depth: int, fields: list[int]) -> tuple[int, bool]:
    """Size of an item in bytes, and whether it holds objects (`descr_to_dtype`)."""
    fields[0] += 1
    if depth > MAX_DEPTH or fields[0] > MAX_FIELDS:
        raise _HeaderError("its dtype is nested too deep")
    if isinstance(descr, str):
        return _code(descr)
    if isinstance(descr, tuple) and len(descr) == 2 and isinstance(descr[1], tuple):
        size, objects = _item(descr[0], depth + 1, fields)
        return size * _subshape(descr[1]), objects
    if not isinstance(descr, list):
        raise _HeaderError(f"its dtype {str(descr)[:80]} is not known")
    total, any_objects = 0, False
    for field in descr:
        if not isinstance(field, tuple) or len(field) not in (2, 3):
            raise _HeaderError("a field of the dtype is not a tuple")
        size, objects = _item(field[1], depth + 1, fields)
        total += size * (_subshape(field[2]) if len(field) == 3 else 1)
        any_objects = any_objects or objects
    return total, any_objects


def _code(descr: str) -> tuple[int, bool]:
    match = _CODE.fullmatch(descr)
    if match is None:
        raise _HeaderError(f"its dtype {descr[:80]!r} is not known")
    kind, digits, _ = match.groups()
    if kind is None:
        return 8, False
    if kind == "O":
        return 8, True
    size = int(digits) if digits else 1 if kind in "?bB" else 0
    return (size * 4 if kind == "U" else size), False


def _subshape(shape: object) -> int:
    lengths = shape if isinstance(shape, tuple) else (shape,)
    if len(lengths) > 64 or not all(type(n) is int and 0 <= n < 1 << 32 for n in lengths):
        raise _HeaderError("a field has an unknown shape")
    return _count(tuple(lengths))


FORMAT = Format(
    id="npy",
    title="numpy array",
    kind=ArtifactKind.DATASET,
    read=read,
    probe=probe,
    magics=((0, MAGIC),),
    extensions=(".npy",),
    opens_with="nothing, unless it is an array of objects: then a pickle",
)
