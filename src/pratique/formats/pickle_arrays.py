"""Arrays between the opcodes: what joblib's unpickler reads from the file after the state of a `NumpyArrayWrapper`
was set.

Source: joblib `numpy_pickle.py` (`NumpyArrayWrapper.read_array`, since 0.10; the padding byte since 1.2) and
`numpy_pickle_compat.py` (`NDArrayWrapper`, whose array is a file beside the pickle). A dtype is known from how numpy
pickles it: `numpy.dtype(code, False, True)` and a state of which item 5 is the item size and item 7 the flags (numpy
`descriptor.c`, `arraydescr_reduce`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from pratique.formats.pickle_values import Collection, Object, Value, items_of

WRAPPERS = frozenset({"NumpyArrayWrapper", "NDArrayWrapper", "ZNDArrayWrapper"})
_MODULES = ("joblib.numpy_pickle", "sklearn.externals.joblib.numpy_pickle")
_CODE = re.compile(r"[<>|=]?([?bBiufcmMSUVO])(\d*)")
_HAS_OBJECTS = 0x01  # NPY_ITEM_REFCOUNT
_MAX_ITEM_BYTES = 1 << 40


@dataclass(frozen=True, slots=True)
class ArrayLayout:
    """What a wrapper's state says about the bytes that follow."""

    dtype: str
    shape: tuple[int, ...]
    item_bytes: int
    has_objects: bool
    padded: bool  # a byte with the length of the padding, and the padding, come first

    @property
    def data_bytes(self) -> int:
        count = 1
        for n in self.shape:
            count *= n
        return count * self.item_bytes


def is_wrapper(target: Value) -> bool:
    """Whether BUILD on `target` makes joblib read an array."""
    if not isinstance(target, Object) or target.of.name not in WRAPPERS:
        return False
    return (target.of.module or "").removesuffix("_compat") in _MODULES


def side_file(state: Value) -> str | None:
    """The name of the file beside the pickle that an `NDArrayWrapper` loads with `numpy.load(allow_pickle=True)`."""
    name = state.get("filename") if isinstance(state, Collection) else None
    return str(name) if isinstance(name, str) else None


def layout_of(state: Value) -> ArrayLayout | None:
    """The layout, or None when the state does not tell it."""
    if not isinstance(state, Collection) or state.kind != "dict" or state.more:
        return None
    shape, dtype = items_of(state.get("shape")), state.get("dtype")
    if shape is None or not isinstance(dtype, Object) or dtype.of.name != "dtype" or not dtype.args:
        return None
    lengths = tuple(n for n in shape if isinstance(n, int) and 0 <= n < 1 << 62)
    item = _item(dtype.args)
    if len(lengths) != len(shape) or len(shape) > 64 or item is None:
        return None
    code, item_bytes, has_objects = item
    alignment = state.get("numpy_array_alignment_bytes")
    return ArrayLayout(
        code, lengths, item_bytes, has_objects, isinstance(alignment, int) and not isinstance(alignment, bool)
    )


def _item(args: tuple[Value, ...]) -> tuple[str, int, bool] | None:
    """Code, size in bytes and whether it holds objects."""
    match = _CODE.fullmatch(args[0]) if isinstance(args[0], str) else None
    if match is None:
        return None
    kind, digits = match.groups()
    size = int(digits[:12]) if digits else 1 if kind in "?bB" else 8 if kind in "OmM" else -1
    if kind == "U":
        size *= 4
    state = items_of(args[1]) if len(args) > 1 else None
    flags = state[7] if state is not None and len(state) > 7 else 0
    has_objects = kind == "O" or (isinstance(flags, int) and bool(flags & _HAS_OBJECTS))
    return (match.group(), size, has_objects) if 0 <= size < _MAX_ITEM_BYTES else None
