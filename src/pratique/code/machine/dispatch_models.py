"""Classes of the standard library that find a method of their subclass by what they read: hooks, converters, commands, visitors."""

from __future__ import annotations

import configparser
from collections.abc import Callable
from typing import TYPE_CHECKING

from pratique.code.machine.builtin_models import Arguments, Keywords
from pratique.code.machine.methods import content
from pratique.code.machine.values import (
    Bound,
    External,
    Frame,
    Function,
    Instance,
    Klass,
    Known,
    Listing,
    Mapping,
    Method,
    Unknown,
    Value,
    deep_taint,
    either,
    lifted,
    options,
    text_hint,
)

if TYPE_CHECKING:
    from tree_sitter import Node

    from pratique.code.machine.semantics import Semantics

Model = Callable[["Semantics", External, Arguments, Keywords, "Node", Frame], "Value | None"]
MAX_HOOKED = 256  # calls of one hook
MAX_CONFIGURATION = 65536  # characters
MAX_LINES = 64
OBJECT_HOOKS = ("object_hook", "object_pairs_hook")
NUMBER_HOOKS = {"parse_float": float, "parse_int": int}
PARSERS = ("configparser.ConfigParser", "configparser.RawConfigParser", "configparser.SafeConfigParser")


# Hooks


def hooked(parse: Callable[..., Value | None]) -> Model:
    """`json.loads(text, object_hook=f, parse_float=g)`: hooks are called with what is parsed, the innermost first."""

    def model(
        machine: Semantics, of: External, given: Arguments, keywords: Keywords, node: Node, frame: Frame
    ) -> Value | None:
        hooks = {name: keywords[name] for name in (*OBJECT_HOOKS, *NUMBER_HOOKS) if name in keywords}
        if not hooks:
            return None
        made = parse(machine, given, {}, node, frame) or Unknown()
        if not isinstance(made, Unknown):
            return _through(machine, made, hooks, [MAX_HOOKED], node, frame)
        taint = deep_taint(given[0]) if given else {}
        return either([machine.call(hook, [Unknown(taint)], {}, node, frame) for hook in hooks.values()])

    return model


def _through(machine: Semantics, value: Value, hooks: Keywords, left: list[int], node: Node, frame: Frame) -> Value:
    """What hooks make of a value; `left` is how many calls are left."""
    if isinstance(value, Listing):
        items = [_through(machine, item, hooks, left, node, frame) for item in value.items]
        return Listing(value.taint, items, value.kind)
    if isinstance(value, Mapping):
        entries = {key: _through(machine, item, hooks, left, node, frame) for key, item in value.entries.items()}
        made: Value = Mapping(value.taint, entries)
        pairs = [Listing({}, [lifted(key, {}), item], "tuple") for key, item in entries.items()]
        for name, argument in (("object_hook", made), ("object_pairs_hook", Listing({}, list(pairs)))):
            if name in hooks:
                made = _hook(machine, hooks[name], argument, left, node, frame)
        return made
    for name, kind in NUMBER_HOOKS.items():
        if name in hooks and isinstance(value, Known) and type(value.data) is kind:
            return _hook(machine, hooks[name], Known(value.taint, str(value.data)), left, node, frame)
    return value


def _hook(machine: Semantics, hook: Value, argument: Value, left: list[int], node: Node, frame: Frame) -> Value:
    left[0] -= 1
    return machine.call(hook, [argument], {}, node, frame) if left[0] >= 0 else argument


def traced(
    machine: Semantics, of: External, given: Arguments, keywords: Keywords, node: Node, frame: Frame
) -> Value | None:
    """`sys.settrace(f)`: it is called with frames and what they return, which no source shows."""
    if not given or isinstance(given[0], Known):
        return Known()
    machine.watcher.handed(given[0], of.name, node, frame)
    shown = {"handed": machine.origin(node, frame)}
    told = [Unknown(shown), Unknown(), Unknown(shown)]
    called = [
        Bound({}, function, list(told)) for function in options(given[0]) if isinstance(function, Function | Bound)
    ]
    machine.escape(list(called), node, frame, now=True)
    return Known()


# configparser


def configuration(
    machine: Semantics, of: External, given: Arguments, keywords: Keywords, node: Node, frame: Frame
) -> Value | None:
    """`ConfigParser(converters={"link": f})`: `getlink` calls `f` with a value."""
    made = Instance({}, Klass({}, "ConfigParser", [External({}, PARSERS[0])]), {}, Mapping())
    converters = keywords.get("converters")
    for name, function in list(converters.entries.items())[:32] if isinstance(converters, Mapping) else ():
        made.members[f"get{name}"] = Bound({}, External({}, "pratique.converted"), [made, function])
    return made


def configured(
    machine: Semantics, of: External, given: Arguments, keywords: Keywords, node: Node, frame: Frame
) -> Value | None:
    """`read_string`, `read_file`, `read` and `read_dict`."""
    holder = of.of
    if not isinstance(holder, Instance) or holder.held is None or not given:
        return None
    source = given[0]
    if of.name.endswith(".read_dict"):
        holder.held.entries.update(source.entries if isinstance(source, Mapping) else {})
        return Known()
    if isinstance(source, Method) and source.name == "open":
        source = content(machine, source.holder, node, frame)
    elif of.name.endswith(".read"):
        source = content(machine, source, node, frame)
    if isinstance(source, Known):
        holder.held.entries.update(_sections(source))
    else:
        holder.held.others.append(Unknown(deep_taint(source)))
    return Known()


def _sections(text: Known) -> dict[str, Value]:
    parser = configparser.RawConfigParser(strict=False)
    try:
        parser.read_string(text_hint(text)[:MAX_CONFIGURATION])
    except (configparser.Error, ValueError, AttributeError):
        return {}
    return {name: lifted(dict(parser.items(name)), text.taint) for name in parser.sections()}


def option(
    machine: Semantics, of: External, given: Arguments, keywords: Keywords, node: Node, frame: Frame
) -> Value | None:
    """`parser.get(section, option)`."""
    holder = of.of
    if not isinstance(holder, Instance) or holder.held is None or len(given) < 2:
        return None
    return machine.item(machine.item(holder.held, given[0], node, frame), given[1], node, frame)


def set_option(
    machine: Semantics, of: External, given: Arguments, keywords: Keywords, node: Node, frame: Frame
) -> Value | None:
    holder = of.of
    if isinstance(holder, Instance) and holder.held is not None and len(given) == 3:
        section = machine.item(holder.held, given[0], node, frame)
        if isinstance(section, Mapping):
            machine.set_item(section, given[1], given[2], node, frame)
    return Known()


def converted(
    machine: Semantics, of: External, given: Arguments, keywords: Keywords, node: Node, frame: Frame
) -> Value | None:
    """`parser.getlink(section, option)`."""
    if len(given) < 4 or not isinstance(given[0], Instance) or given[0].held is None:
        return Unknown()
    section = machine.item(given[0].held, given[2], node, frame)
    return machine.call(given[1], [machine.item(section, given[3], node, frame)], {}, node, frame)


# cmd and ast


def queued(
    machine: Semantics, of: External, given: Arguments, keywords: Keywords, node: Node, frame: Frame
) -> Value | None:
    """`cmd.cmdqueue.append(line)`."""
    queue = of.of
    holder = queue.of if isinstance(queue, External) else None
    if isinstance(holder, Instance) and given:
        lines = machine.iterate(given[0], node) if of.name.endswith("extend") else [given[-1]]
        holder.members["cmdqueue"] = Listing({}, lines[:MAX_LINES])
    return Known()


def commanded(
    machine: Semantics, of: External, given: Arguments, keywords: Keywords, node: Node, frame: Frame
) -> Value | None:
    """`cmd.onecmd(line)` and `cmd.cmdloop()`: the method `do_` and the first word is called with the rest."""
    holder = of.of
    if not isinstance(holder, Instance):
        return None
    queue = holder.members.get("cmdqueue")
    lines = given[:1] if of.name.endswith("onecmd") else machine.iterate(queue, node) if queue is not None else []
    for line in lines[:MAX_LINES]:
        verb, _, rest = text_hint(line).strip().partition(" ")
        method = machine.member(holder, f"do_{verb}", node, frame)
        fallback = machine.member(holder, "default", node, frame) if method is None else None
        if method is not None:
            machine.call(method, [Known(line.taint, rest)], {}, node, frame)
        elif fallback is not None:
            machine.call(fallback, [line], {}, node, frame)
    return Unknown()


def visited(
    machine: Semantics, of: External, given: Arguments, keywords: Keywords, node: Node, frame: Frame
) -> Value | None:
    """`ast.NodeVisitor().visit(tree)`: which nodes there are is not known, so every `visit_…` may be called."""
    holder = of.of
    if isinstance(holder, Instance):
        for klass in holder.klass.line():
            for name, member in list(klass.members.items())[:64] if isinstance(klass, Klass) else ():
                if name.startswith("visit_") and isinstance(member, Function):
                    machine.escape([Bound({}, member, [holder, Unknown()])], node, frame, now=True)
    return Unknown()


METHODS: dict[str, Model] = {
    **dict.fromkeys(("sys.setprofile", "sys.settrace", "threading.setprofile", "threading.settrace"), traced),
    **dict.fromkeys(PARSERS, configuration),
    **dict.fromkeys((f"{PARSERS[0]}().{name}" for name in ("read", "read_string", "read_file", "read_dict")), configured),
    f"{PARSERS[0]}().get": option,
    f"{PARSERS[0]}().set": set_option,
    "pratique.converted": converted,
    **dict.fromkeys((f"cmd.Cmd().cmdqueue.{name}" for name in ("append", "extend", "insert")), queued),
    **dict.fromkeys((f"cmd.Cmd().{name}" for name in ("onecmd", "cmdloop")), commanded),
    **dict.fromkeys(("ast.NodeVisitor().visit", "ast.NodeTransformer().visit"), visited),
}  # fmt: skip
