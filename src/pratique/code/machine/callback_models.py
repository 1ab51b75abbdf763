"""What the standard library is handed to call: schedulers, pools, stacks, configurations, hooks, annotations.

Each model says, from the documentation of its module, which argument is called and with what.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from pratique.code.machine import codec_models, dispatch_models
from pratique.code.machine.builtin_models import Arguments, Keywords, call_located
from pratique.code.machine.expressions import evaluate, truth
from pratique.code.machine.semantics import hints_of, walked
from pratique.code.machine.system_models import call_joined_json
from pratique.code.machine.values import (
    Bound,
    External,
    Frame,
    Function,
    Imported,
    Instance,
    Klass,
    Known,
    Listing,
    Mapping,
    Unknown,
    Value,
    deep_taint,
    either,
    options,
    text_hint,
)

if TYPE_CHECKING:
    from tree_sitter import Node

    from pratique.code.machine.semantics import Semantics

# The first argument is what the method was taken from: `External.of` tells the object, if it was made by the package.
Model = Callable[["Semantics", External, Arguments, Keywords, "Node", Frame], "Value | None"]
MAX_FACTORIES = 32  # of one configuration
MAX_ANNOTATIONS = 64  # that one call evaluates
MAX_STARTED = 64
OF_A_HANDLER = frozenset({"class", "level", "formatter", "filters"})
LOOPS = (
    "asyncio.get_event_loop()",
    "asyncio.new_event_loop()",
    "asyncio.get_running_loop()",
    "asyncio.Runner().get_loop()",
)
EXECUTORS = (
    *("concurrent.futures.ThreadPoolExecutor()", "concurrent.futures.ProcessPoolExecutor()"),
    *("concurrent.futures.thread.ThreadPoolExecutor()", "concurrent.futures.process.ProcessPoolExecutor()"),
)
POOLS = (
    *("multiprocessing.Pool()", "multiprocessing.pool.Pool()", "multiprocessing.pool.ThreadPool()"),
    *("multiprocessing.dummy.Pool()", "multiprocessing.get_context().Pool()"),
)
STACKS = ("contextlib.ExitStack()", "contextlib.AsyncExitStack()")
WIDGETS = ("tkinter.Tk()", "tkinter.Frame()", "tkinter.Canvas()", "tkinter.Toplevel()", "tkinter.Label()")


def hand_over(
    machine: Semantics, function: Value, given: Arguments, keywords: Keywords, node: Node, frame: Frame
) -> Value:
    """Call what was handed with what it was handed with."""
    results: list[Value] = []
    for option in options(function):
        if isinstance(option, Function | Bound) and len(machine.started) < MAX_STARTED:
            machine.started.append(Bound({}, option, list(given), dict(keywords)))
        if not isinstance(option, Known):
            results.append(machine.call(option, list(given), dict(keywords), node, frame))
    return either(results) if results else Unknown()


def _argument(given: Arguments, keywords: Keywords, at: int, name: str) -> Value | None:
    return given[at] if len(given) > at else keywords.get(name)


def _spread(machine: Semantics, value: Value | None, node: Node) -> Arguments:
    return machine.iterate(value, node)[:64] if value is not None and machine.is_listed(value) else []


def _named(value: Value | None) -> Keywords:
    entries = value.entries if isinstance(value, Mapping) else {}
    return {key: item for key, item in entries.items() if isinstance(key, str)}


def behind(at: int, name: str = "") -> Model:
    """`(…, function, *args, **kwargs)` with the function at a position."""

    def model(
        machine: Semantics, of: External, given: Arguments, keywords: Keywords, node: Node, frame: Frame
    ) -> Value | None:
        function = _argument(given, keywords, at, name)
        if function is None:
            return None
        passed = {key: value for key, value in keywords.items() if key not in (name, "context")}
        return hand_over(machine, function, given[at + 1 :], passed, node, frame)

    return model


def listed(at: int, name: str, arguments: str, named: str) -> Model:
    """`(…, function, args, kwargs)` with the function at a position and its arguments in containers behind it."""

    def model(
        machine: Semantics, of: External, given: Arguments, keywords: Keywords, node: Node, frame: Frame
    ) -> Value | None:
        function = _argument(given, keywords, at, name)
        if function is None:
            return None
        args = _spread(machine, _argument(given, keywords, at + 1, arguments), node)
        return hand_over(machine, function, args, _named(_argument(given, keywords, at + 2, named)), node, frame)

    return model


def quiet(inner: Model) -> Model:
    """A model whose caller gives back something of its own."""

    def model(
        machine: Semantics, of: External, given: Arguments, keywords: Keywords, node: Node, frame: Frame
    ) -> Value | None:
        inner(machine, of, given, keywords, node, frame)
        return External({}, f"{of.name}()")

    return model


def promised(inner: Model) -> Model:
    """A model whose caller gives back a future: `result()` and `get()` are what the function returned."""

    def model(
        machine: Semantics, of: External, given: Arguments, keywords: Keywords, node: Node, frame: Frame
    ) -> Value | None:
        made = inner(machine, of, given, keywords, node, frame)
        if made is None:
            return None
        answer = Bound({}, External({}, "pratique.same"), [made])
        return Instance(made.taint, Klass({}, "Future"), {"result": answer, "get": answer})

    return model


def _mapped(
    machine: Semantics, of: External, given: Arguments, keywords: Keywords, node: Node, frame: Frame
) -> Value | None:
    """`executor.map(function, *iterables)`."""
    if len(given) < 2:
        return None
    rows = zip(*(machine.iterate(value, node) for value in given[1:]), strict=False)
    return Listing({}, [machine.call(given[0], list(row), {}, node, frame) for row in rows], "generator")


def _starmapped(
    machine: Semantics, of: External, given: Arguments, keywords: Keywords, node: Node, frame: Frame
) -> Value | None:
    if len(given) < 2:
        return None
    rows = [machine.iterate(row, node)[:64] for row in machine.iterate(given[1], node)]
    return Listing({}, [machine.call(given[0], row, {}, node, frame) for row in rows], "generator")


def _pushed(
    machine: Semantics, of: External, given: Arguments, keywords: Keywords, node: Node, frame: Frame
) -> Value | None:
    """`stack.push(exit)`: a context manager that is left, or a function that is called as `__exit__` would be."""
    if not given:
        return None
    if machine.member(given[0], "__exit__", node, frame) is not None:
        machine.leave(given[0], node, frame)
    else:
        hand_over(machine, given[0], [Known(), Known(), Known()], {}, node, frame)
    return given[0]


def _entered(
    machine: Semantics, of: External, given: Arguments, keywords: Keywords, node: Node, frame: Frame
) -> Value | None:
    """`stack.enter_context(manager)`."""
    if not given:
        return None
    made = machine.enter(given[0], node, frame)
    machine.leave(given[0], node, frame)
    return made


# Configurations of `logging`


def _configured(
    machine: Semantics, of: External, given: Arguments, keywords: Keywords, node: Node, frame: Frame
) -> Value | None:
    """`logging.config.dictConfig(config)`: factories under `()` and classes of handlers are called with the other entries."""
    config = _argument(given, keywords, 0, "config")
    for made in list(_factories(config))[:MAX_FACTORIES]:
        custom = "()" in made.entries
        factory = _resolved(machine, made.entries["()" if custom else "class"], node, frame)
        skipped = {"()", "."} if custom else OF_A_HANDLER
        entries = {key: value for key, value in _named(made).items() if key.isidentifier() and key not in skipped}
        passed = {key: _converted(machine, value, config, node, frame) for key, value in entries.items()}
        hand_over(machine, factory, [], passed, node, frame)
    return Known()


def _factories(config: Value | None) -> Iterator[Mapping]:
    """The entries of a configuration that name what is called, bounded."""
    pending: list[tuple[Value | None, int]] = [(config, 0)]
    for _ in range(512):
        if not pending:
            return
        at, depth = pending.pop(0)
        if isinstance(at, Mapping) and depth < 6:
            if "()" in at.entries or (depth == 2 and "class" in at.entries):
                yield at
            pending += [(value, depth + 1) for value in list(at.entries.values())[:64]]
        elif isinstance(at, Listing) and depth < 6:
            pending += [(value, depth + 1) for value in at.items[:64]]


def _resolved(machine: Semantics, value: Value, node: Node, frame: Frame) -> Value:
    """A callable, or what a dotted name stands for."""
    if isinstance(value, Known) and isinstance(value.data, str):
        name = Known(value.taint, value.data.removeprefix("ext://"))
        return call_located(machine, [name], {}, node, frame) or Unknown()
    return value


def _converted(machine: Semantics, value: Value, config: Value | None, node: Node, frame: Frame) -> Value:
    """`ext://name` is something outside of the configuration, `cfg://path` something in it."""
    if isinstance(value, Listing):
        return Listing(value.taint, [_converted(machine, v, config, node, frame) for v in value.items[:64]], value.kind)
    text = value.data if isinstance(value, Known) and isinstance(value.data, str) else ""
    if text.startswith("ext://"):
        return _resolved(machine, value, node, frame)
    if not text.startswith("cfg://") or config is None:
        return value
    found: Value = config
    for piece in re.findall(r"[^.\[\]]+", text[len("cfg://") :])[:16]:
        found = machine.item(
            found, Known({}, int(piece) if piece.isdecimal() and len(piece) < 8 else piece), node, frame
        )
    return found


# Annotations


def _evaluated(
    machine: Semantics, of: External, given: Arguments, keywords: Keywords, node: Node, frame: Frame
) -> Value | None:
    """`typing.get_type_hints(obj)`: annotations that are texts are evaluated as expressions."""
    for holder in options(_argument(given, keywords, 0, "obj") or Unknown()):
        line = [k for k in holder.line() if isinstance(k, Klass)] if isinstance(holder, Klass) else [holder]
        for at in line[:8]:
            _evaluate_hints(machine, at, node, frame)
    return Unknown()


def _evaluate_hints(machine: Semantics, holder: Value, node: Node, frame: Frame) -> None:
    where, hints = frame, {}
    if isinstance(holder, Klass):
        where, hints = holder.frame or frame, holder.hints
    elif isinstance(holder, Function):
        where, hints = holder.frame or frame, hints_of(holder)
    elif isinstance(holder, Imported) and holder.module is not None:
        where = machine.frame_of(holder.module)
        hints = where.hints
    stored = where.names if isinstance(holder, Imported) else getattr(holder, "members", {})
    if "__annotations__" in stored:
        texts = _texts(stored["__annotations__"])
    else:
        written = [n for kind in list(hints.values())[:MAX_ANNOTATIONS] for n in walked(kind) if n.type == "string"]
        texts = [evaluate(machine, text, where) for text in written[:MAX_ANNOTATIONS]]
    for text in texts[:MAX_ANNOTATIONS]:
        _evaluate_text(machine, text, node, where)


def _texts(value: Value) -> list[Value]:
    """What annotations that the program made hold."""
    if isinstance(value, Mapping):
        return [*value.entries.values(), *value.others]
    return [value]


def _evaluate_text(machine: Semantics, value: Value, node: Node, frame: Frame) -> Value | None:
    """Only what calls something, or comes from elsewhere, is worth reading."""
    if isinstance(value, Instance) and "__forward_arg__" in value.members:
        value = value.members["__forward_arg__"]
    elsewhere = not isinstance(value, Known) and bool(deep_taint(value)) and not isinstance(value, Instance | Klass)
    if elsewhere or "(" in text_hint(value):
        return machine.watcher.evaluates(machine, value, node, frame)
    return None


def _evaluated_if_asked(
    machine: Semantics, of: External, given: Arguments, keywords: Keywords, node: Node, frame: Frame
) -> Value | None:
    """`inspect.signature(obj, eval_str=True)`."""
    asked = keywords.get("eval_str")
    return _evaluated(machine, of, given, keywords, node, frame) if asked is not None and truth(asked) else None


def _forward_reference(
    machine: Semantics, of: External, given: Arguments, keywords: Keywords, node: Node, frame: Frame
) -> Value | None:
    """`typing.ForwardRef(text)`: what asks it for its type evaluates the text."""
    text = _argument(given, keywords, 0, "arg") or Unknown()
    evaluating = Bound({}, External({}, "pratique.evaluated"), [text])
    members: dict[str, Value] = {"__forward_arg__": text, "_evaluate": evaluating, "evaluate": evaluating}
    return Instance(text.taint, Klass({}, "ForwardRef"), members)


def _forward_evaluated(
    machine: Semantics, of: External, given: Arguments, keywords: Keywords, node: Node, frame: Frame
) -> Value | None:
    return (_evaluate_text(machine, given[0], node, frame) if given else None) or Unknown()


# Code objects


def _replaced_code(
    machine: Semantics, of: External, given: Arguments, keywords: Keywords, node: Node, frame: Frame
) -> Value | None:
    """`code.replace(co_names=…)`."""
    code = given[0] if given else None
    if not isinstance(code, Instance):
        return None
    listed = code.members.get("co_names")
    before = [text_hint(name) for name in listed.items] if isinstance(listed, Listing) else []
    machine.watcher.remade("code.replace", keywords, before, node, frame)
    return Instance(code.taint, code.klass, {**code.members, **keywords})


def _made_code(
    machine: Semantics, of: External, given: Arguments, keywords: Keywords, node: Node, frame: Frame
) -> Value | None:
    """`types.CodeType(…)`: instructions, constants and names are the seventh to ninth argument."""
    parts = dict(zip(("co_code", "co_consts", "co_names"), given[6:9], strict=False))
    machine.watcher.remade("types.CodeType", parts, [], node, frame)
    return None


# Functions that others call later with what they find


def called_back(at: int, name: str) -> Model:
    """`(…, function)` that is called with arguments that nobody knows yet."""

    def model(
        machine: Semantics, of: External, given: Arguments, keywords: Keywords, node: Node, frame: Frame
    ) -> Value | None:
        function = _argument(given, keywords, at, name)
        if function is not None:
            machine.watcher.handed(function, of.name, node, frame)
            machine.escape([function], node, frame, now=True)
        return Known()

    return model


METHODS: dict[str, Model] = {
    **dispatch_models.METHODS,
    "json.loads": dispatch_models.hooked(call_joined_json),
    "json.load": dispatch_models.hooked(call_joined_json),
    "codecs.register": codec_models.register,
    "codecs.CodecInfo": codec_models.made,
    "codecs.lookup": codec_models.looked_up(""),
    "codecs.getdecoder": codec_models.looked_up("decode"),
    "codecs.getencoder": codec_models.looked_up("encode"),
    "codecs.getincrementaldecoder": codec_models.looked_up("incrementaldecoder"),
    "codecs.decode": codec_models.recoded("decode"),
    "codecs.encode": codec_models.recoded("encode"),
    "pratique.code": _replaced_code,
    "types.CodeType": _made_code,
    "typing.get_type_hints": _evaluated,
    "inspect.signature": _evaluated_if_asked,
    "inspect.get_annotations": _evaluated_if_asked,
    "typing.ForwardRef": _forward_reference,
    "typing._eval_type": _forward_evaluated,
    "typing.evaluate_forward_ref": _forward_evaluated,
    "pratique.evaluated": _forward_evaluated,
    **{
        f"sqlite3.{name}": called_back(at, keyword)
        for holder in ("connect()", "Connection()", "dbapi2.connect()")
        for name, at, keyword in (
            (f"{holder}.create_function", 2, "func"),
            (f"{holder}.create_aggregate", 2, "aggregate_class"),
            (f"{holder}.create_window_function", 2, "aggregate_class"),
            (f"{holder}.create_collation", 1, "callable"),
            (f"{holder}.set_authorizer", 0, "authorizer_callback"),
            (f"{holder}.set_progress_handler", 0, "progress_handler"),
            (f"{holder}.set_trace_callback", 0, "trace_callback"),
        )
    },
    "logging.config.dictConfig": _configured,
    "logging.config.DictConfigurator().configure": _configured,
    "weakref.finalize": quiet(behind(1, "func")),
    "contextvars.Context().run": behind(0),
    "contextvars.copy_context().run": behind(0),
    "asyncio.to_thread": behind(0, "func"),
    "threading.Timer": quiet(listed(1, "function", "args", "kwargs")),
    "sched.scheduler().enter": quiet(listed(2, "action", "argument", "kwargs")),
    "sched.scheduler().enterabs": quiet(listed(2, "action", "argument", "kwargs")),
    **{f"{stack}.callback": behind(0) for stack in STACKS},
    **{f"{stack}.push_async_callback": behind(0) for stack in STACKS},
    **{f"{stack}.push": _pushed for stack in STACKS},
    **{f"{stack}.enter_context": _entered for stack in STACKS},
    **{
        f"{loop}.{name}": quiet(behind(0, "callback"))
        for loop in LOOPS
        for name in ("call_soon", "call_soon_threadsafe")
    },
    **{
        f"{loop}.{name}": quiet(behind(1, "callback"))
        for loop in LOOPS
        for name in ("call_later", "call_at", "add_reader", "add_writer", "add_signal_handler")
    },
    **{f"{loop}.run_in_executor": behind(1, "func") for loop in LOOPS},
    **{f"{executor}.submit": promised(behind(0)) for executor in EXECUTORS},
    **{f"{executor}.map": _mapped for executor in EXECUTORS},
    **{f"{pool}.{name}": _mapped for pool in POOLS for name in ("map", "imap", "imap_unordered")},
    **{f"{pool}.map_async": promised(_mapped) for pool in POOLS},
    **{f"{pool}.starmap": _starmapped for pool in POOLS},
    **{f"{pool}.apply": listed(0, "func", "args", "kwds") for pool in POOLS},
    **{f"{pool}.apply_async": promised(listed(0, "func", "args", "kwds")) for pool in POOLS},
    **{f"{widget}.after": quiet(behind(1, "func")) for widget in WIDGETS},
    **{f"{widget}.after_idle": quiet(behind(0, "func")) for widget in WIDGETS},
}
