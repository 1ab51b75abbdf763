"""One step for each opcode: `(machine, at) -> at`, where `at` counts in the machine's buffer, just after the opcode.

Each holds to its `load_*` function in CPython's `Modules/_pickle.c`; a note says where `Lib/pickle.py` differs.
"""

from __future__ import annotations

import re

from pratique.domain.part import Name
from pratique.formats.pickle_arrays import WRAPPERS, is_wrapper
from pratique.formats.pickle_calls import build, insert, instantiate, invoke, keep
from pratique.formats.pickle_machine import (
    MAX_PERSISTENT,
    MEMO_KEPT,
    ArrayFollows,
    BrokenStreamError,
    Machine,
    Stopped,
)
from pratique.formats.pickle_names import fixed
from pratique.formats.pickle_scalars import (
    KEPT_BYTES,
    Step,
    binint,
    binint1,
    binint2,
    counted_bytes,
    counted_text,
    float_text,
    int_text,
    long1,
    long4,
    long_text,
    push,
    push_data,
    short_text,
    string,
    unicode,
)
from pratique.formats.pickle_values import (
    KEPT_ITEMS,
    LONG_BYTES,
    UNKNOWN,
    Clipped,
    Collection,
    Computed,
    Data,
    Global,
    Object,
    Persistent,
    Value,
    is_tuple,
    items_of,
    tuple_of,
)

HIGHEST_PROTOCOL = 5
_MAX_GLOBALS = 20_000
_INDEX = re.compile(rb"0|[1-9][0-9]*")
# Containers


def _empty(kind: str) -> Step:
    def step(m: Machine, at: int) -> int:
        m.stack.append(Collection(kind, []))
        return at

    return step


def _mark(m: Machine, at: int) -> int:
    m.fence = len(m.stack)
    m.marks.append(m.fence)
    return at


def _tuple(m: Machine, at: int) -> int:
    m.stack.append(_kept_tuple(m, m.pop_mark()))
    return at


def _tuple_n(count: int) -> Step:
    def step(m: Machine, at: int) -> int:
        stack = m.stack
        if len(stack) - m.fence < count:
            m.need(count)
        stack[-count:] = (_kept_tuple(m, stack[-count:]),)
        return at

    return step


def _kept_tuple(m: Machine, items: list[Value]) -> Value:
    value = tuple_of(items)
    if type(value) is not tuple:
        m.items_left -= len(items)
        if m.items_left < 0:
            return Data("tuple")
    return value


def _gather(kind: str) -> Step:
    def step(m: Machine, at: int) -> int:
        items = m.pop_mark()
        if kind == "dict" and len(items) % 2:
            raise BrokenStreamError("pickle-odd-items", "DICT with a key that has no value")
        value = Collection(kind, [])
        keep(m, value, items)
        m.stack.append(value)
        return at

    return step


def _append(m: Machine, at: int) -> int:
    stack = m.need(2)
    value = stack.pop()
    insert(m, stack[-1], [value], "APPEND", at)
    return at


def _setitem(m: Machine, at: int) -> int:
    stack = m.need(3)
    items = stack[-2:]
    del stack[-2:]
    insert(m, stack[-1], items, "SETITEM", at)
    return at


_EXPECTED = {"APPENDS": "list", "ADDITEMS": "set"}


def _insert_since_mark(how: str) -> Step:
    def step(m: Machine, at: int) -> int:
        items = m.pop_mark()
        target = m.need(1)[-1]
        if items:
            insert(
                m,
                target,
                items[:KEPT_ITEMS] if type(target) is not Collection else items,
                how,
                at,
            )
        elif how in _EXPECTED and not (isinstance(target, Collection) and target.kind == _EXPECTED[how]):
            m.differ(
                f"{how} of nothing to an object: only the Python unpickler calls its method",
                at - 1,
            )
        if how == "SETITEMS" and len(items) % 2:
            m.differ(
                "SETITEMS with a key that has no value: only the Python unpickler sets the others first",
                at - 1,
            )
            raise BrokenStreamError("pickle-odd-items", "SETITEMS with a key that has no value")
        return at

    return step


# The stack and the memo


def _pop(m: Machine, at: int) -> int:
    if len(m.stack) > m.fence:
        m.stack.pop()
    else:
        m.pop_mark()
    return at


def _pop_mark(m: Machine, at: int) -> int:
    m.pop_mark()
    return at


def _dup(m: Machine, at: int) -> int:
    m.stack.append(m.need(1)[-1])
    return at


def _memoize(m: Machine, at: int) -> int:
    stack = m.stack
    if len(stack) <= m.fence:
        m.need(1)
    memo = m.memo
    count = len(memo)
    if count < MEMO_KEPT and count not in memo:
        memo[count] = stack[-1]
    else:
        m.put(m.memo_size, stack[-1])
    return at


def _binput(m: Machine, at: int) -> int:
    if len(m.stack) <= m.fence:
        m.need(1)
    m.put(m.buffer[at], m.stack[-1])
    return at + 1


def _long_binput(m: Machine, at: int) -> int:
    if len(m.stack) <= m.fence:
        m.need(1)
    m.put(int.from_bytes(m.buffer[at : at + 4], "little"), m.stack[-1])
    return at + 4


def _put(m: Machine, at: int) -> int:
    text, following = m.line(at)
    m.put(_index(m, text, at), m.need(1)[-1])
    return following


def _index(m: Machine, text: bytes, at: int) -> int:
    """A memo index in decimal; a negative one is an error to every unpickler."""
    if _INDEX.fullmatch(text) and len(text) < 19:
        return int(text)
    try:
        value = int(text.partition(b"\0")[0])  # the C unpickler reads as far as the first NUL
    except ValueError:
        raise BrokenStreamError("pickle-memo", f"memo index {text[:40]!r} is not a number") from None
    m.differ(f"memo index {text[:40]!r} is not written as any pickler writes it", at)
    if not 0 <= value < 1 << 62:
        raise BrokenStreamError("pickle-memo", f"memo index {text[:40]!r} is out of range")
    return value


def _recall(m: Machine, index: int, at: int) -> None:
    value = m.get(index)
    if type(value) is str:
        m.text_got_at = m.base + at
    m.stack.append(value)


def _binget(m: Machine, at: int) -> int:
    _recall(m, m.buffer[at], at)
    return at + 1


def _long_binget(m: Machine, at: int) -> int:
    _recall(m, int.from_bytes(m.buffer[at : at + 4], "little"), at)
    return at + 4


def _get(m: Machine, at: int) -> int:
    text, following = m.line(at)
    _recall(m, _index(m, text, at), at)
    return following


# Globals


def _find(m: Machine, module: str | None, name: str | None, via: str, at: int, length: int) -> Global:
    """What `find_class` returns, reported as an import."""
    if module is not None and name is not None and m.protocol < 3:
        new = fixed(module, name)
        if new != (module, name) and len(m.renamed) < 1000:
            m.renamed[f"{module}.{name}"] = f"{new[0]}.{new[1]}"
        module, name = new
    m.imported(Name(module, name), via, at, length)
    found = m.globals.get((module, name))
    if found is None:
        found = Global(module, name, m.where(at))
        if len(m.globals) < _MAX_GLOBALS:
            m.globals[module, name] = found
    return found


def _names(m: Machine, at: int, encoding: str) -> tuple[str, str, int]:
    first, middle = m.line(at)
    second, following = m.line(middle)
    try:
        return first.decode(encoding), second.decode(encoding), following
    except UnicodeDecodeError:
        raise BrokenStreamError("pickle-text", f"a global's name is not {encoding}") from None


def _global(m: Machine, at: int) -> int:
    module, name, following = _names(m, at, "utf-8")
    _check_name(m, module, name, at)
    if not module or not name:
        m.differ("GLOBAL with an empty line: only the Python unpickler gets past it", at - 1)
    m.stack.append(_find(m, module, name, "literal", at - 1, following - at + 1))
    return following


def _stack_global(m: Machine, at: int) -> int:
    stack = m.need(2)
    name, module = stack.pop(), stack.pop()
    for value in (name, module):
        if not isinstance(value, str) and (
            value is None or isinstance(value, int | bytes | Collection) or is_tuple(value)
        ):
            raise BrokenStreamError("pickle-stack-global", "STACK_GLOBAL takes a name that is not a string")
    known_module = str(module) if isinstance(module, str) and not isinstance(module, Clipped) else None
    known_name = str(name) if isinstance(name, str) and not isinstance(name, Clipped) else None
    if type(module) is not str or type(name) is not str:
        via = "computed"
    else:
        near = m.base + at - len(module) - len(name) - 24
        via = "memo" if m.text_got_at >= near and m.text_got_at >= 0 else "literal"
    if isinstance(module, Computed) or isinstance(name, Computed):
        via = "computed"
    _check_name(m, known_module, known_name, at)
    m.stack.append(_find(m, known_module, known_name, via, at - 1, 1))
    return at


def _check_name(m: Machine, module: str | None, name: str | None, at: int) -> None:
    text = f"{module}.{name}"
    if not text.isprintable() or (module == "" or name == ""):
        m.report(
            "pickle-odd-name",
            f"a global is named {text[:80]!r}, which no Python module defines",
            at - 1,
        )


def _extension(width: int) -> Step:
    def step(m: Machine, at: int) -> int:
        code = int.from_bytes(m.buffer[at : at + width], "little", signed=width == 4)
        if code <= 0:
            raise BrokenStreamError("pickle-extension", f"extension code {code} is not allowed")
        m.extensions += 1
        m.imported(Name(None, None), "extension", at - 1, 1 + width)
        m.stack.append(Global(None, None, m.where(at - 1)))
        return at + width

    return step


def _persid(m: Machine, at: int) -> int:
    text, following = m.line(at)
    _persistent(m, text.decode("latin-1")[:KEPT_BYTES])
    return following


def _binpersid(m: Machine, at: int) -> int:
    _persistent(m, m.pop())
    return at


def _persistent(m: Machine, id_: Value) -> None:
    m.persistent_ids += 1
    if len(m.persistent) < MAX_PERSISTENT:
        m.persistent.append(id_)
    items = items_of(id_)
    if items is not None and len(items) > 1 and items[0] == "module" and isinstance(items[1], Global):
        m.stack.append(items[1])  # torch's legacy loader returns the class itself (`persistent_load`)
    else:
        m.stack.append(Persistent(id_))


# Calls


def _reduce(m: Machine, at: int) -> int:
    stack = m.need(2)
    arguments = stack.pop()
    _expect_tuple(m, arguments, "REDUCE", at)
    stack[-1] = invoke(m, stack[-1], arguments, "REDUCE", at)
    m.boundary = m.base + at
    return at


def _expect_tuple(m: Machine, arguments: Value, opcode: str, at: int) -> None:
    if isinstance(arguments, Collection | str | bytes | Data) and not is_tuple(arguments):
        m.differ(
            f"{opcode} with arguments that are no tuple: only the Python unpickler makes the call",
            at - 1,
        )


def _newobj(m: Machine, at: int) -> int:
    stack = m.need(2)
    arguments = stack.pop()
    _expect_tuple(m, arguments, "NEWOBJ", at)
    stack[-1] = instantiate(m, stack[-1], arguments, "NEWOBJ", at)
    m.boundary = m.base + at
    return at


def _newobj_ex(m: Machine, at: int) -> int:
    stack = m.need(3)
    keywords, arguments = stack.pop(), stack.pop()
    _expect_tuple(m, arguments, "NEWOBJ_EX", at)
    if not (isinstance(keywords, Collection) and keywords.kind == "dict"):
        m.differ("NEWOBJ_EX with keywords that are no dict", at - 1)
    elif keywords.items or keywords.more:
        given = items_of(arguments)
        arguments = UNKNOWN if given is None else tuple_of([*given, keywords])
    stack[-1] = instantiate(m, stack[-1], arguments, "NEWOBJ_EX", at)
    m.boundary = m.base + at
    return at


def _inst(m: Machine, at: int) -> int:
    module, name, following = _names(m, at, "ascii")
    _check_name(m, module, name, at)
    if not m.marks or not module or not name:
        m.differ("INST without a MARK or with an empty line: only the Python unpickler imports the name", at - 1)
    cls = _find(m, module, name, "literal", at - 1, following - at + 1)
    arguments = m.pop_mark()
    m.stack.append(instantiate(m, cls, tuple_of(arguments), "INST", at))
    m.boundary = m.base + following
    return following


def _obj(m: Machine, at: int) -> int:
    items = m.pop_mark()
    if not items:
        raise BrokenStreamError("pickle-stack-underflow", "OBJ without a class")
    m.stack.append(instantiate(m, items[0], tuple_of(items[1:]), "OBJ", at))
    m.boundary = m.base + at
    return at


def _build(m: Machine, at: int) -> int:
    stack = m.need(2)
    state = stack.pop()
    target = stack[-1]
    build(m, target, state, at)
    m.boundary = m.base + at
    if isinstance(target, Object) and target.of.name in WRAPPERS and is_wrapper(target):
        raise ArrayFollows(str(target.of.name), state, m.base + at)
    return at


# The stream


def _proto(m: Machine, at: int) -> int:
    protocol = m.buffer[at]
    if protocol > HIGHEST_PROTOCOL:
        raise BrokenStreamError("pickle-protocol", f"protocol {protocol} is not known")
    m.protocols += 1
    if m.base + at != m.start + 1:
        message = f"PROTO {protocol} in the middle of a pickle changes how names are resolved; no pickler writes it"
        m.report("pickle-protocol-again", message, at - 1, was=m.protocol, becomes=protocol)
    m.protocol = protocol
    return at + 1


def _frame(m: Machine, at: int) -> int:
    length = int.from_bytes(m.buffer[at : at + 8], "little")
    if m.frame_end is not None and m.base + at + 8 < m.frame_end:
        m.differ("a FRAME begins inside another, which only the C unpickler allows", at - 1)
    if length >= 1 << 63:
        raise BrokenStreamError("pickle-truncated", f"a frame of {length} bytes is announced")
    if m.base + at + 8 + length > m.window.size:
        m.report("pickle-truncated", f"a frame of {length} bytes is announced, and fewer follow", at - 1)
        m.frame_cut = True  # the C unpickler stops here, and the Python one goes on
        m.frame_end = None
        return at + 8
    m.frame_end = m.base + at + 8 + length
    m.limit = min(m.limit, max(m.frame_end - m.base, 0))
    return at + 8


def _stop(m: Machine, at: int) -> int:
    m.need(1)
    if m.frame_cut:
        m.differ("a frame ends after the data do: only the Python unpickler reads the pickle in it", at - 1)
    elif m.frame_end is not None and m.base + at < m.frame_end:
        m.differ(
            "STOP before the end of its frame: the Python unpickler skips the rest of the frame, C does not",
            at - 1,
        )
    elif m.frame_end is not None and m.base + at > m.frame_end:
        m.differ("STOP outside of its frame", at - 1)
    raise Stopped(m.base + at)


def _no_opcode(m: Machine, at: int) -> int:
    raise BrokenStreamError("pickle-opcode", f"byte {m.buffer[at - 1]:#04x} is not an opcode")


def _next_buffer(m: Machine, at: int) -> int:
    m.stack.append(LONG_BYTES)
    return at


def _readonly_buffer(m: Machine, at: int) -> int:
    m.need(1)
    return at


STEPS: list[Step] = [_no_opcode] * 256
for _code, _step in {
    b"(": _mark, b")": push(()), b".": _stop, b"0": _pop, b"1": _pop_mark, b"2": _dup, b"B": counted_bytes(4),
    b"C": counted_bytes(1), b"F": float_text, b"G": push_data(8), b"I": int_text, b"J": binint, b"K": binint1,
    b"L": long_text, b"M": binint2, b"N": push(None), b"P": _persid, b"Q": _binpersid, b"R": _reduce, b"S": string,
    b"T": counted_text(4, "latin-1", signed=True), b"U": counted_text(1, "latin-1"), b"V": unicode,
    b"X": counted_text(4, "utf-8"), b"]": _empty("list"), b"a": _append, b"b": _build, b"c": _global,
    b"d": _gather("dict"), b"e": _insert_since_mark("APPENDS"), b"g": _get, b"h": _binget, b"i": _inst,
    b"j": _long_binget, b"l": _gather("list"), b"o": _obj, b"p": _put, b"q": _binput, b"r": _long_binput,
    b"s": _setitem, b"t": _tuple, b"u": _insert_since_mark("SETITEMS"), b"}": _empty("dict"), b"\x80": _proto,
    b"\x81": _newobj, b"\x82": _extension(1), b"\x83": _extension(2), b"\x84": _extension(4), b"\x85": _tuple_n(1),
    b"\x86": _tuple_n(2), b"\x87": _tuple_n(3), b"\x88": push(value=True), b"\x89": push(value=False), b"\x8a": long1,
    b"\x8b": long4, b"\x8c": short_text, b"\x8d": counted_text(8, "utf-8"), b"\x8e": counted_bytes(8),
    b"\x8f": _empty("set"), b"\x90": _insert_since_mark("ADDITEMS"), b"\x91": _gather("set"), b"\x92": _newobj_ex,
    b"\x93": _stack_global, b"\x94": _memoize, b"\x95": _frame, b"\x96": counted_bytes(8), b"\x97": _next_buffer,
    b"\x98": _readonly_buffer,
}.items():  # fmt: skip
    STEPS[_code[0]] = _step
