"""What a call, a state change or an insertion in a pickle does, and what value it leaves.

The call itself is always reported under the name that is called. A few functions of the standard library only find,
wrap or forward other callables (`getattr`, `import_module`, `partial`, `map`, …): these are followed, so that what is
called in the end is reported under its own name as well.
"""

from __future__ import annotations

import codecs
from collections.abc import Callable

from pratique.domain.part import Name
from pratique.formats.pickle_machine import Machine
from pratique.formats.pickle_values import (
    KEPT_ITEMS,
    LONG_BYTES,
    LONG_TEXT,
    UNKNOWN,
    Collection,
    Computed,
    Data,
    Deferred,
    Global,
    Module,
    Nest,
    Object,
    Persistent,
    Unknown,
    Value,
    is_tuple,
    items_of,
    render,
    render_arguments,
)

UNKNOWN_NAME = Name(None, None)
STATE_ITEMS = 32
_FOLLOWED = 16  # wrapped callables inside one another
_TEXT_KEPT = 4096
_HOOKS = (
    "__setstate__",
    "append",
    "extend",
    "add",
    "__class__",
    "__call__",
)  # looked up on the instance by an unpickler


def invoke(m: Machine, function: Value, arguments: Value, how: str, at: int, depth: int = 0) -> Value:
    """Call `function(*arguments)`; `at` is just after the opcode."""
    if isinstance(function, Global):
        m.called(Name(function.module, function.name), how, render_arguments(arguments), at)
        return _result(m, function, arguments, how, at, depth)
    if isinstance(function, Deferred):
        return _undefer(m, function, arguments, at, depth)
    if isinstance(function, Object):
        name = Name(
            function.of.module,
            f"{function.of.name}.__call__" if function.certain else None,
        )
        m.called(name, how, render_arguments(arguments), at)
        return UNKNOWN
    if isinstance(function, Unknown | Persistent):
        m.called(UNKNOWN_NAME, how, render_arguments(arguments), at)
        return UNKNOWN
    m.report(
        "pickle-not-callable",
        f"{how} calls {render(function, 60)}, which is not callable",
        at - 1,
    )
    return UNKNOWN


def instantiate(m: Machine, cls: Value, arguments: Value, how: str, at: int) -> Value:
    """`cls.__new__(cls, *arguments)` or `cls(*arguments)` for what is expected to be a class."""
    result = invoke(m, cls, arguments, how, at)
    if isinstance(cls, Global) and isinstance(result, Object):
        result.certain = True
    return result


def build(m: Machine, target: Value, state: Value, at: int) -> None:
    """BUILD: `target.__setstate__(state)`, else its `__dict__` and slots are updated."""
    shown = (render(state),)
    if isinstance(target, Global | Module):
        _mutates(m, target, "BUILD", shown, at)
        return
    if isinstance(target, Object):
        hook = (target.attributes or {}).get("__setstate__")
        if hook is not None:
            invoke(
                m,
                hook,
                (state,) if isinstance(state, str | int | bytes | None) else Nest((state,), 1),
                "BUILD",
                at,
            )
            return
        m.called(Name(target.of.module, target.of.name), "BUILD", shown, at)
        if isinstance(state, Unknown | Global):  # an object may be a dict of a kind, or meant for a __setstate__
            m.differ(
                "BUILD with a state that is not a dict: the C unpickler refuses it unless there is a __setstate__",
                at - 1,
            )
        _remember_hooks(target, state)
        if target.of.name == "dtype" and items_of(state) is not None:
            target.args = (*target.args[:1], state)
    elif isinstance(target, Deferred):
        m.called(_deferred_name(target), "BUILD", shown, at)
        items = items_of(state)
        if items and target.kind == "functools.partial":
            target.function, target.args = (
                items[0],
                (items_of(items[1]) or ()) if len(items) > 1 else (),
            )
    elif isinstance(target, Unknown | Persistent):
        m.called(UNKNOWN_NAME, "BUILD", shown, at)
    else:
        m.differ("BUILD on plain data: only the Python unpickler gets past it, when the state is empty", at - 1)


def _remember_hooks(target: Object, state: Value) -> None:
    parts = items_of(state) or ()
    for update in (state, *parts) if len(parts) == 2 else (state,):
        if isinstance(update, Collection) and update.kind == "dict":
            for key, value in update.pairs():
                if isinstance(key, str) and key in _HOOKS:
                    target.attributes = {**(target.attributes or {}), str(key): value}


def insert(m: Machine, target: Value, items: list[Value], how: str, at: int) -> None:
    """APPEND(S), SETITEM(S), ADDITEMS: into a container, or by a method of whatever else stands there."""
    if isinstance(target, Collection):
        keep(m, target, items)
        return
    shown = tuple(render(item) for item in items[:4]) + (("…",) if len(items) > 4 else ())
    if isinstance(target, Global | Module):
        _mutates(m, target, how, shown, at)
    elif isinstance(target, Object):
        for method in ("extend", "append") if how.startswith("APPEND") else ("add",) if how == "ADDITEMS" else ():
            hook = (target.attributes or {}).get(method)
            if hook is not None:
                invoke(m, hook, Nest(tuple(items[:KEPT_ITEMS]), 1), how, at)
        m.called(Name(target.of.module, target.of.name), how, shown, at)
    elif isinstance(target, Unknown | Persistent):
        m.called(UNKNOWN_NAME, how, shown, at)
    elif isinstance(target, Deferred):
        m.called(_deferred_name(target), how, shown, at)
    else:
        m.report("pickle-not-a-container", f"{how} into {render(target, 60)}", at - 1)


def keep(m: Machine, target: Collection, items: list[Value]) -> None:
    """Add items to an abstract container, as far as its bounds allow."""
    if len(target.items) + len(items) <= m.kept_items and m.items_left > 0:
        target.items.extend(items)
        m.items_left -= len(items)
        return
    if target.kind == "dict" and m.spilled is not None and len(target.items) + len(items) <= STATE_ITEMS:
        target.items.extend(items)  # an overfull memo does not hold it, so it does not outlive its BUILD
        return
    target.more = True
    if target.kind == "dict":
        for key, value in zip(items[::2], items[1::2], strict=False):
            if isinstance(key, str) and key in _HOOKS and len(target.items) < 4 * KEPT_ITEMS:
                target.items += (key, value)


def _mutates(m: Machine, target: Global | Module, how: str, shown: tuple[str, ...], at: int) -> None:
    name = Name(target.name, None) if isinstance(target, Module) else Name(target.module, target.name)
    m.called(name, how, shown, at)
    message = f"{how} changes {name} itself, not an instance of it: {shown[0] if shown else ''}"
    m.report("pickle-mutates-global", message, at - 1, target=str(name), how=how)


# Functions that find, wrap or forward other callables


def reach(m: Machine, base: Value, attribute: Value, at: int) -> Value:
    """`getattr(base, attribute)`."""
    name = str(attribute) if isinstance(attribute, str) else None
    module: str | None
    full: str | None
    if isinstance(base, Module):
        module, full = base.name, name
    elif isinstance(base, Global):
        module, full = (
            base.module,
            None if name is None or base.name is None else f"{base.name}.{name}",
        )
    elif isinstance(base, Object):
        owner = base.of.name if base.certain else f"{base.of.name}()"
        module, full = base.of.module, None if name is None else f"{owner}.{name}"
    elif isinstance(base, Deferred | Unknown | Persistent):
        module, full = None, name
    else:
        module, full = "builtins", f"{_type_name(base)}.{name}"
    if full is not None and full.count(".") > 40:
        full = None
    found = Global(module, full, m.where(at - 1), reached=True)
    m.imported(Name(module, full), "computed", at - 1, 1)
    return found


def _type_name(value: Value) -> str:
    if isinstance(value, Collection):
        return value.kind
    if isinstance(value, Data):
        return value.kind if value.kind.isidentifier() else "object"
    return "tuple" if is_tuple(value) else "str" if isinstance(value, str) else type(value).__name__


def _undefer(m: Machine, function: Deferred, arguments: Value, at: int, depth: int) -> Value:
    given = items_of(arguments) or ()
    if depth >= _FOLLOWED:
        m.called(UNKNOWN_NAME, function.kind, (), at)
        return UNKNOWN
    if function.kind == "functools.partial":
        all_arguments = Nest((*function.args, *given), 1)
        return invoke(m, function.function, all_arguments, "functools.partial", at, depth + 1)
    m.called(_deferred_name(function), "REDUCE", render_arguments(arguments), at)
    base: Value = given[0] if given else UNKNOWN
    if function.kind == "operator.methodcaller":
        method = reach(m, base, function.function, at)
        return invoke(m, method, Nest(function.args, 1), function.kind, at, depth + 1)
    if function.kind == "operator.itemgetter":
        return _item(m, base, function.function, at)
    return _attributes(m, base, function.function, at)


def _deferred_name(function: Deferred) -> Name:
    module, _, name = function.kind.rpartition(".")
    return Name(module, name)


def _attributes(m: Machine, base: Value, path: Value, at: int) -> Value:
    for attribute in path.split(".")[:40] if isinstance(path, str) else (path,):
        base = reach(m, base, attribute, at)
    return base


def _item(m: Machine, base: Value, key: Value, at: int) -> Value:
    """`base[key]`: of a module's `__dict__` it is the module's attribute."""
    if isinstance(base, Collection) and base.kind == "dict" and isinstance(key, str):
        return base.get(key)
    if isinstance(base, Collection | Nest | tuple) and isinstance(key, int):
        items = base.items if isinstance(base, Collection | Nest) else base
        return items[key] if -len(items) <= key < len(items) else UNKNOWN
    if isinstance(base, Global) and base.name is not None:
        owner, _, last = base.name.rpartition(".")
        if last in ("__dict__", "__globals__", "modules") and isinstance(key, str):
            if base.module == "sys" and last == "modules":
                return Module(key)
            found = Global(
                base.module,
                f"{owner}.{key}" if owner else str(key),
                m.where(at - 1),
                reached=True,
            )
            m.imported(Name(found.module, found.name), "computed", at - 1, 1)
            return found
    return reach(m, base, "__getitem__()", at) if isinstance(base, Global | Object) else UNKNOWN


Rule = Callable[[Machine, tuple[Value, ...], int, int], Value]


def _getattr(m: Machine, args: tuple[Value, ...], at: int, depth: int) -> Value:
    return reach(m, args[0], args[1], at) if len(args) >= 2 else UNKNOWN


def _import(m: Machine, args: tuple[Value, ...], at: int, depth: int) -> Value:
    return Module(str(args[0])) if args and isinstance(args[0], str) else UNKNOWN


def _dunder_import(m: Machine, args: tuple[Value, ...], at: int, depth: int) -> Value:
    if not args or not isinstance(args[0], str):
        return UNKNOWN
    return Module(args[0] if len(args) > 3 and args[3] else args[0].split(".")[0])


def _forward(m: Machine, args: tuple[Value, ...], at: int, depth: int) -> Value:
    """`map(f, xs)` and its like: `f` is called with items of `xs`."""
    if not args:
        return UNKNOWN
    items: tuple[Value, ...] = ()
    if len(args) > 1:
        source = args[1]
        items = tuple(source.items[:KEPT_ITEMS]) if isinstance(source, Collection) else items_of(source) or (UNKNOWN,)
    if isinstance(args[0], Global | Object | Deferred | Unknown) and depth < _FOLLOWED:
        invoke(m, args[0], Nest(items, 1), "map", at, depth + 1)
    return UNKNOWN


def _apply(m: Machine, args: tuple[Value, ...], at: int, depth: int) -> Value:
    if not args or depth >= _FOLLOWED:
        return UNKNOWN
    given = args[1] if len(args) > 1 else ()
    return invoke(
        m,
        args[0],
        given if is_tuple(given) else Nest((UNKNOWN,), 1),
        "apply",
        at,
        depth + 1,
    )


def _call_first(m: Machine, args: tuple[Value, ...], at: int, depth: int) -> Value:
    """`operator.call(f, *args)`, `f.__call__(*args)`."""
    if not args or depth >= _FOLLOWED:
        return UNKNOWN
    return invoke(m, args[0], Nest(args[1:], 1), "operator.call", at, depth + 1)


def _class_first(how: str, arguments_at: slice) -> Rule:
    def make(m: Machine, args: tuple[Value, ...], at: int, depth: int) -> Value:
        if not args:
            return UNKNOWN
        cls = args[0]
        if isinstance(cls, Global):
            m.called(
                Name(cls.module, cls.name),
                how,
                tuple(render(a) for a in args[arguments_at][:12]),
                at,
            )
            return Object(cls, certain=True)
        return invoke(m, cls, Nest(args[arguments_at], 1), how, at, depth + 1) if depth < _FOLLOWED else UNKNOWN

    return make


def _deferred(kind: str) -> Rule:
    def make(m: Machine, args: tuple[Value, ...], at: int, depth: int) -> Value:
        return Deferred(kind, args[0], args[1:]) if args else UNKNOWN

    return make


_CODECS = {
    "latin1": "latin-1",
    "latin-1": "latin-1",
    "ascii": "ascii",
    "utf-8": "utf-8",
    "utf8": "utf-8",
}


def _encode(m: Machine, args: tuple[Value, ...], at: int, depth: int) -> Value:
    """`_codecs.encode(text, "latin1")` is how protocols 0 to 2 store bytes."""
    encoding = args[1] if len(args) > 1 else "utf-8"
    if args and args[0] is LONG_TEXT:
        return LONG_BYTES
    codec = _CODECS.get(encoding.lower()) if isinstance(encoding, str) else None
    if codec is not None and args and isinstance(args[0], str):
        return args[0].encode(codec, "replace")
    return Data("object")


def _decode(m: Machine, args: tuple[Value, ...], at: int, depth: int) -> Value:
    encoding = args[1] if len(args) > 1 else "utf-8"
    if (
        args
        and isinstance(args[0], bytes)
        and isinstance(encoding, str)
        and encoding.lower() in ("utf-8", "latin1", "ascii")
    ):
        return Computed(args[0].decode(encoding, "replace"))
    if (
        args
        and isinstance(args[0], str | bytes)
        and isinstance(encoding, str)
        and encoding.lower() in ("rot13", "rot_13")
    ):
        return Computed(codecs.decode(str(args[0]), "rot13")[:_TEXT_KEPT])
    return UNKNOWN


def _concatenate(m: Machine, args: tuple[Value, ...], at: int, depth: int) -> Value:
    if len(args) == 2 and isinstance(args[0], str) and isinstance(args[1], str):
        return Computed((args[0] + args[1])[:_TEXT_KEPT])
    return UNKNOWN


def _join(m: Machine, args: tuple[Value, ...], at: int, depth: int) -> Value:
    if len(args) != 2 or not isinstance(args[0], str):
        return UNKNOWN
    source = args[1]
    items = source.items if isinstance(source, Collection) and not source.more else items_of(source)
    if items is None or not all(isinstance(item, str) for item in items):
        return UNKNOWN
    return Computed(args[0].join(str(item) for item in items)[:_TEXT_KEPT])


def _text(m: Machine, args: tuple[Value, ...], at: int, depth: int) -> Value:
    return Computed(args[0]) if len(args) == 1 and isinstance(args[0], str) else UNKNOWN


def _text_method(method: str) -> Rule:
    def make(m: Machine, args: tuple[Value, ...], at: int, depth: int) -> Value:
        if not args or not all(isinstance(a, str) for a in args) or len(args) > 3:
            return UNKNOWN
        try:
            return Computed(getattr(str, method)(*(str(a) for a in args))[:_TEXT_KEPT])
        except TypeError:
            return UNKNOWN

    return make


def _character(m: Machine, args: tuple[Value, ...], at: int, depth: int) -> Value:
    return Computed(chr(args[0])) if args and isinstance(args[0], int) and 0 <= args[0] < 0x110000 else UNKNOWN


def _subscript(m: Machine, args: tuple[Value, ...], at: int, depth: int) -> Value:
    return _item(m, args[0], args[1], at) if len(args) >= 2 else UNKNOWN


def _namespace(m: Machine, args: tuple[Value, ...], at: int, depth: int) -> Value:
    return reach(m, args[0], "__dict__", at) if args else UNKNOWN


_PRIVATE = {
    "_operator": "operator",
    "_functools": "functools",
    "_codecs": "codecs",
    "__builtin__": "builtins",
    "copy_reg": "copyreg",
}
_RULES: dict[tuple[str, str], Rule] = {
    ("builtins", "getattr"): _getattr,
    ("builtins", "object.__getattribute__"): _getattr,
    ("builtins", "type.__getattribute__"): _getattr,
    ("inspect", "getattr_static"): _getattr,
    ("importlib", "import_module"): _import,
    ("importlib", "__import__"): _dunder_import,
    ("builtins", "__import__"): _dunder_import,
    ("operator", "attrgetter"): _deferred("operator.attrgetter"),
    ("operator", "itemgetter"): _deferred("operator.itemgetter"),
    ("operator", "methodcaller"): _deferred("operator.methodcaller"),
    ("functools", "partial"): _deferred("functools.partial"),
    ("operator", "call"): _call_first,
    ("operator", "getitem"): _subscript,
    ("operator", "__getitem__"): _subscript,
    ("builtins", "dict.get"): _subscript,
    ("builtins", "dict.__getitem__"): _subscript,
    ("builtins", "vars"): _namespace,
    ("builtins", "map"): _forward,
    ("builtins", "filter"): _forward,
    ("itertools", "starmap"): _forward,
    ("itertools", "takewhile"): _forward,
    ("itertools", "dropwhile"): _forward,
    ("itertools", "filterfalse"): _forward,
    ("functools", "reduce"): _forward,
    ("builtins", "apply"): _apply,
    ("copyreg", "_reconstructor"): _class_first("copyreg._reconstructor", slice(1, None)),
    ("copyreg", "__newobj__"): _class_first("copyreg.__newobj__", slice(1, None)),
    ("copyreg", "__newobj_ex__"): _class_first("copyreg.__newobj_ex__", slice(1, None)),
    ("builtins", "object.__new__"): _class_first("object.__new__", slice(1, None)),
    ("codecs", "encode"): _encode,
    ("codecs", "decode"): _decode,
    ("builtins", "bytes.decode"): _decode,
    ("builtins", "str.encode"): _encode,
    ("operator", "add"): _concatenate,
    ("operator", "concat"): _concatenate,
    ("operator", "iadd"): _concatenate,
    ("operator", "iconcat"): _concatenate,
    ("builtins", "str.__add__"): _concatenate,
    ("builtins", "str.join"): _join,
    ("builtins", "str"): _text,
    ("sys", "intern"): _text,
    ("builtins", "chr"): _character,
    **{
        ("builtins", f"str.{n}"): _text_method(n)
        for n in ("lower", "upper", "strip", "replace", "removeprefix", "removesuffix")
    },
    **{
        ("builtins", f"str.{n}"): _text_method(n)
        for n in ("lstrip", "rstrip", "swapcase", "title", "capitalize", "casefold")
    },
}


def _result(m: Machine, function: Global, arguments: Value, how: str, at: int, depth: int) -> Value:
    module, name = function.module or "?", function.name or "?"
    args = items_of(arguments)
    rule = _RULES.get((_PRIVATE.get(module, module), name))
    if rule is not None:
        return UNKNOWN if args is None else rule(m, args, at, depth)
    owner, _, last = name.rpartition(".")
    if last == "__call__" and depth < _FOLLOWED:
        return invoke(
            m,
            Global(function.module, owner, function.at),
            arguments,
            "__call__",
            at,
            depth + 1,
        )
    if last in ("get", "__getitem__") and owner.rpartition(".")[2] in ("__dict__", "__globals__", "modules") and args:
        return _item(m, Global(function.module, owner, function.at), args[0], at)
    return Object(function, args=args[:2] if args and last == "dtype" else ())
