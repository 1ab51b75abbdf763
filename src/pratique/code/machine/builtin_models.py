"""Builtins, `operator` and `itertools` on the machine's values."""

from __future__ import annotations

import re
import struct
from collections.abc import Callable
from itertools import islice
from typing import TYPE_CHECKING, Any

from pratique.code.machine.constants import NotConstantError, sized
from pratique.code.machine.expressions import operate, store, truth
from pratique.code.machine.items import SUBCLASSES, WORTH_FINDING
from pratique.code.machine.values import (
    Bound,
    Choice,
    External,
    Frame,
    Function,
    Imported,
    Instance,
    Klass,
    Known,
    Listing,
    Mapping,
    Method,
    Namespace,
    Super,
    Unknown,
    Value,
    deep_taint,
    either,
    lifted,
    options,
    plain,
    text_hint,
    union,
    with_labels,
)
from pratique.code.taint import transformed

if TYPE_CHECKING:
    from tree_sitter import Node

    from pratique.code.machine.semantics import Semantics

Arguments = list[Value]
Keywords = dict[str, Value]
Model = Callable[["Semantics", Arguments, Keywords, "Node", Frame], "Value | None"]
MAX_RANGE = 100_000
MAX_CYCLED = 65_536
MAX_COUNTED = 4096
MAX_MATCHED = 20_000  # characters
MAX_PATTERN = 80
# More than one unbounded repetition, or one of a group: what makes backtracking explode.
RUNAWAY = re.compile(r"[*+}].*[*+]|\)[*+{]|\\\\\d")


def first(given: Arguments, keywords: Keywords, *names: str) -> Value:
    return given[0] if given else next((keywords[n] for n in names if n in keywords), Known())


def call_getattr(machine: Semantics, given: Arguments, keywords: Keywords, node: Node, frame: Frame) -> Value | None:
    if len(given) < 2:
        return None
    name = given[1]
    chosen = deep_taint(name)
    if not isinstance(name, Known) and "network" in chosen and isinstance(given[0], External | Imported):
        return Unknown({**chosen, "chosen-name": machine.origin(node, frame)})
    if isinstance(name, Choice):
        return either(
            [call_getattr(machine, [given[0], o, *given[2:]], {}, node, frame) or Unknown() for o in options(name)]
        )
    if not isinstance(name, Known) or not isinstance(name.data, str):
        return Unknown(union(deep_taint(given[0]), deep_taint(name), machine.unseen(given[0], node, frame)))
    found = machine.attribute(given[0], name.data, node, frame)
    if len(given) > 2 and (isinstance(found, Unknown) or isinstance(given[0], Unknown)):
        return either([found, given[2]])
    return found


def call_setattr(machine: Semantics, given: Arguments, keywords: Keywords, node: Node, frame: Frame) -> Value | None:
    if len(given) == 3 and isinstance(given[1], Known) and isinstance(given[1].data, str):
        if isinstance(given[0], External) and given[0].name == "builtins":
            frame.module_frame.names.setdefault(given[1].data, given[2])  # a builtin of that name, for all modules
        machine.set_attribute(given[0], given[1].data, given[2])
    return Known()


def call_vars(machine: Semantics, given: Arguments, keywords: Keywords, node: Node, frame: Frame) -> Value | None:
    if not given:
        return Namespace({}, frame)
    of = given[0]
    return (
        Namespace({}, machine.frame_of(of.module))
        if isinstance(of, Imported) and of.module is not None
        else Namespace({}, of)
    )


def call_globals(machine: Semantics, given: Arguments, keywords: Keywords, node: Node, frame: Frame) -> Value | None:
    return Namespace({}, frame.module_frame)


def call_dir(machine: Semantics, given: Arguments, keywords: Keywords, node: Node, frame: Frame) -> Value | None:
    if given and isinstance(given[0], External):
        return Listing({}, [Known({}, name) for name in WORTH_FINDING.get(given[0].name, ())])
    return Unknown()


def call_super(machine: Semantics, given: Arguments, keywords: Keywords, node: Node, frame: Frame) -> Value | None:
    if frame.owner is None:
        return Unknown()
    return Super({}, frame.owner, frame.holder or Unknown())


def call_type(machine: Semantics, given: Arguments, keywords: Keywords, node: Node, frame: Frame) -> Value | None:
    if len(given) == 1:
        if isinstance(given[0], Instance):
            return machine.attribute(given[0], "__class__", node, frame)
        return (
            machine.attribute(given[0], "__class__", node, frame)
            if isinstance(given[0], Known | Listing | Mapping)
            else Unknown()
        )
    if len(given) >= 3 and isinstance(given[0], Known):
        members = {str(k): v for k, v in given[2].entries.items()} if isinstance(given[2], Mapping) else {}
        return Klass({}, str(given[0].data), machine.iterate(given[1], node), members, frame)
    return Unknown()


def call_isinstance(machine: Semantics, given: Arguments, keywords: Keywords, node: Node, frame: Frame) -> Value | None:
    answer = machine.is_instance(given[0], given[1], node, frame) if len(given) == 2 else None
    return Known({}, answer) if answer is not None else Unknown()


def call_issubclass(machine: Semantics, given: Arguments, keywords: Keywords, node: Node, frame: Frame) -> Value | None:
    if len(given) != 2 or not isinstance(given[1], Klass):
        return Unknown()
    answer = machine.asked(given[1], "__subclasscheck__", given[0], node, frame)
    if answer is not None:
        return answer
    return Known({}, given[1] in list(given[0].line())) if isinstance(given[0], Klass) else Unknown()


def call_chr(machine: Semantics, given: Arguments, keywords: Keywords, node: Node, frame: Frame) -> Value | None:
    value = first(given, keywords)
    taint = deep_taint(value)
    if isinstance(value, Known) or "data-file" in taint:
        held = ("characters", "literal") if isinstance(value, Known) else ("characters",)
        taint = with_labels(taint, machine.origin(node, frame), *held)
    if isinstance(value, Known) and isinstance(value.data, int) and 0 <= value.data < 0x110000:
        return Known(taint, chr(value.data))
    return Unknown(taint, "X")


def call_bytes(machine: Semantics, given: Arguments, keywords: Keywords, node: Node, frame: Frame) -> Value | None:
    if not given:
        return Known({}, b"")
    value = given[0]
    taint = deep_taint(value)
    if isinstance(value, Listing):
        numbers = all(isinstance(item, Known) and isinstance(item.data, int) for item in value.items)
        if numbers or (value.items and taint):
            taint = with_labels(taint, machine.origin(node, frame), "characters", *(["literal"] if numbers else []))
        if value.kind == "generator" and not numbers:
            taint = with_labels(taint, machine.origin(node, frame), "decoded")
    known, data = plain(value)
    try:
        if known and isinstance(data, str):
            return Known(taint, data.encode("utf-8", "replace"))
        if known and isinstance(data, int) and not isinstance(data, bool):
            return Known(taint, bytes(data)) if 0 <= data <= 1 << 16 else Unknown(taint)
        if known and isinstance(data, bytes | list | tuple):
            return Known(taint, bytes(data))
    except (ValueError, TypeError):
        pass
    return Unknown(taint, text_hint(value) if isinstance(value, Unknown) else "")


def call_bytearray(machine: Semantics, given: Arguments, keywords: Keywords, node: Node, frame: Frame) -> Value | None:
    made = call_bytes(machine, given, keywords, node, frame)
    if isinstance(made, Known) and isinstance(made.data, bytes):
        return Listing(made.taint, [Known(made.taint, byte) for byte in made.data], "bytearray")
    return made


def call_str(machine: Semantics, given: Arguments, keywords: Keywords, node: Node, frame: Frame) -> Value | None:
    return machine.as_text(given[0], node) if given else Known({}, "")


def call_listed(kind: str) -> Model:
    def model(machine: Semantics, given: Arguments, keywords: Keywords, node: Node, frame: Frame) -> Value | None:
        if not given:
            return Listing({}, [], kind)
        if kind == "generator" and len(given) == 2:  # `iter(function, sentinel)`
            return Listing({}, [machine.call(given[0], [], {}, node, frame)], kind)
        if not machine.is_listed(given[0]):
            return Unknown(deep_taint(given[0]), text_hint(given[0]) if isinstance(given[0], Unknown) else "")
        return Listing(given[0].taint, list(machine.iterate(given[0], node)), kind)

    return model


def call_dict(machine: Semantics, given: Arguments, keywords: Keywords, node: Node, frame: Frame) -> Value | None:
    made = Mapping()
    made.entries.update(keywords)
    if given:
        source = given[0]
        if isinstance(source, Mapping):
            made.entries = source.entries | made.entries
            made.others += source.others
        elif isinstance(source, Listing):
            for item in source.items:
                pair = machine.iterate(item, node)
                if len(pair) == 2:
                    store(made, pair[0], pair[1])
        else:
            return Unknown(deep_taint(source))
    return made


def call_reversed(machine: Semantics, given: Arguments, keywords: Keywords, node: Node, frame: Frame) -> Value | None:
    value = first(given, keywords)
    taint = deep_taint(value)
    if isinstance(value, Known) or (isinstance(value, Unknown) and taint):
        taint = with_labels(taint, machine.origin(node, frame), "reversed")
    if not machine.is_listed(value):
        return Unknown(taint)
    items = machine.iterate(value, node)[::-1]
    if isinstance(value, Known):
        items = [Known(taint, item.data) if isinstance(item, Known) else item for item in items]
    return Listing(taint, items)


def call_map(machine: Semantics, given: Arguments, keywords: Keywords, node: Node, frame: Frame) -> Value | None:
    if len(given) < 2:
        return None
    columns = [machine.iterate(value, node) for value in given[1:]]
    rows = list(zip(*columns, strict=False))[:MAX_RANGE]
    return Listing({}, [machine.call(given[0], list(row), {}, node, frame) for row in rows], "generator")


def call_filter(machine: Semantics, given: Arguments, keywords: Keywords, node: Node, frame: Frame) -> Value | None:
    if len(given) != 2:
        return None
    kept = []
    for item in machine.iterate(given[1], node):
        answer = (
            item
            if isinstance(given[0], Known) and given[0].data is None
            else machine.call(given[0], [item], {}, node, frame)
        )
        if truth(answer) is not False:
            kept.append(item)
    return Listing({}, kept, "generator")


def call_reduce(machine: Semantics, given: Arguments, keywords: Keywords, node: Node, frame: Frame) -> Value | None:
    if len(given) < 2:
        return None
    items = machine.iterate(given[1], node)
    found = given[2] if len(given) > 2 else (items.pop(0) if items else Unknown())
    for item in items:
        found = machine.call(given[0], [found, item], {}, node, frame)
    return found


def call_zip(machine: Semantics, given: Arguments, keywords: Keywords, node: Node, frame: Frame) -> Value | None:
    columns = [machine.iterate(value, node) for value in given]
    return Listing({}, [Listing({}, list(row), "tuple") for row in zip(*columns, strict=False)], "generator")


def call_enumerate(machine: Semantics, given: Arguments, keywords: Keywords, node: Node, frame: Frame) -> Value | None:
    start = given[1].data if len(given) > 1 and isinstance(given[1], Known) and isinstance(given[1].data, int) else 0
    items = machine.iterate(first(given, keywords), node)
    return Listing(
        {}, [Listing({}, [Known({}, at), item], "tuple") for at, item in enumerate(items, start)], "generator"
    )


def call_range(machine: Semantics, given: Arguments, keywords: Keywords, node: Node, frame: Frame) -> Value | None:
    numbers = [v.data for v in given if isinstance(v, Known) and isinstance(v.data, int)]
    if len(numbers) != len(given) or not numbers or (len(numbers) == 3 and numbers[2] == 0):
        return Unknown()
    return Listing({}, [Known({}, at) for at in range(*numbers)[:MAX_RANGE]], "generator")


def call_next(machine: Semantics, given: Arguments, keywords: Keywords, node: Node, frame: Frame) -> Value | None:
    value = first(given, keywords)
    if isinstance(value, Listing):
        if value.items:
            return value.items.pop(0) if value.kind == "generator" else value.items[0]
        return given[1] if len(given) > 1 else Unknown(value.taint)
    return machine.element(value)


def call_computed(function: Callable[..., Any]) -> Model:
    """A builtin that computes a constant of constants."""

    def model(machine: Semantics, given: Arguments, keywords: Keywords, node: Node, frame: Frame) -> Value | None:
        values = [plain(value) for value in given]
        taint = union(*(deep_taint(value) for value in given))
        if values and all(known for known, _ in values) and not keywords:
            try:
                return lifted(sized(function(*(data for _, data in values))), taint)
            except (
                ValueError,
                TypeError,
                NotConstantError,
                ArithmeticError,
                AttributeError,
                LookupError,
                struct.error,
            ):
                return Unknown(taint)
        return Unknown(transformed(taint))

    return model


def call_sorted(machine: Semantics, given: Arguments, keywords: Keywords, node: Node, frame: Frame) -> Value | None:
    value = first(given, keywords)
    if not machine.is_listed(value):
        return Unknown(deep_taint(value))
    return Listing(value.taint, machine.ordered(value, keywords, node, frame))


def call_partial(machine: Semantics, given: Arguments, keywords: Keywords, node: Node, frame: Frame) -> Value | None:
    return Bound({}, given[0], list(given[1:]), dict(keywords)) if given else None


def call_getter(kind: str) -> Model:
    """`operator.attrgetter`, `itemgetter` and `methodcaller`: a callable that remembers what to take."""

    def model(machine: Semantics, given: Arguments, keywords: Keywords, node: Node, frame: Frame) -> Value | None:
        return Bound({}, External({}, f"pratique.{kind}"), list(given), dict(keywords)) if given else None

    return model


def call_get_attribute(
    machine: Semantics, given: Arguments, keywords: Keywords, node: Node, frame: Frame
) -> Value | None:
    holder = given[-1]
    found = []
    for name in given[:-1]:
        value = holder
        for piece in text_hint(name).split("."):
            value = machine.attribute(value, piece, node, frame)
        found.append(value)
    return found[0] if len(found) == 1 else Listing({}, found, "tuple")


def call_get_item(machine: Semantics, given: Arguments, keywords: Keywords, node: Node, frame: Frame) -> Value | None:
    found = [machine.item(given[-1], key, node, frame) for key in given[:-1]]
    return found[0] if len(found) == 1 else Listing({}, found, "tuple")


def call_call_method(
    machine: Semantics, given: Arguments, keywords: Keywords, node: Node, frame: Frame
) -> Value | None:
    function = machine.attribute(given[-1], text_hint(given[0]), node, frame)
    return machine.call(function, list(given[1:-1]), keywords, node, frame)


def call_operator(sign: str) -> Model:
    def model(machine: Semantics, given: Arguments, keywords: Keywords, node: Node, frame: Frame) -> Value | None:
        return operate(machine, sign, given[0], given[1], node, frame) if len(given) == 2 else None

    return model


def call_subclasses(machine: Semantics, given: Arguments, keywords: Keywords, node: Node, frame: Frame) -> Value | None:
    of = given[0].name if given and isinstance(given[0], External) else "builtins.object"
    return Listing({}, [External({}, name) for name in SUBCLASSES] if of == "builtins.object" else [])


def call_same(machine: Semantics, given: Arguments, keywords: Keywords, node: Node, frame: Frame) -> Value | None:
    return given[0] if given else Unknown()


def call_item(machine: Semantics, given: Arguments, keywords: Keywords, node: Node, frame: Frame) -> Value | None:
    return machine.item(given[0], given[1], node, frame) if len(given) == 2 else None


def call_call_first(machine: Semantics, given: Arguments, keywords: Keywords, node: Node, frame: Frame) -> Value | None:
    return machine.call(given[0], list(given[1:]), keywords, node, frame) if given else None


def call_chain(machine: Semantics, given: Arguments, keywords: Keywords, node: Node, frame: Frame) -> Value | None:
    return Listing({}, [item for value in given for item in machine.iterate(value, node)], "generator")


def call_chain_all(machine: Semantics, given: Arguments, keywords: Keywords, node: Node, frame: Frame) -> Value | None:
    return call_chain(machine, machine.iterate(given[0], node), keywords, node, frame) if given else None


def call_starmap(machine: Semantics, given: Arguments, keywords: Keywords, node: Node, frame: Frame) -> Value | None:
    if len(given) != 2:
        return None
    rows = [machine.iterate(row, node) for row in machine.iterate(given[1], node)]
    return Listing({}, [machine.call(given[0], row, {}, node, frame) for row in rows], "generator")


def call_cycle(machine: Semantics, given: Arguments, keywords: Keywords, node: Node, frame: Frame) -> Value | None:
    if not given or not machine.is_listed(given[0]):
        return None
    return Listing(given[0].taint, (machine.iterate(given[0], node) * 4096)[:MAX_CYCLED], "generator")


def call_second(machine: Semantics, given: Arguments, keywords: Keywords, node: Node, frame: Frame) -> Value | None:
    return given[1] if len(given) > 1 else None


def call_nothing(machine: Semantics, given: Arguments, keywords: Keywords, node: Node, frame: Frame) -> Value | None:
    return Known()


def call_wrapper(kind: str) -> Model:
    """`staticmethod`, `classmethod` or `property` of a function."""

    def model(machine: Semantics, given: Arguments, keywords: Keywords, node: Node, frame: Frame) -> Value | None:
        function = given[0] if given else None
        if not isinstance(function, Function):
            return function
        return Function(
            function.taint, function.node, function.frame, function.name, function.defaults, function.owner, kind
        )

    return model


def call_accumulate(machine: Semantics, given: Arguments, keywords: Keywords, node: Node, frame: Frame) -> Value | None:
    """`itertools.accumulate(items, function, initial=…)`."""
    if not given or not machine.is_listed(given[0]):
        return None
    items = list(machine.iterate(given[0], node))
    function = given[1] if len(given) > 1 else keywords.get("func", External({}, "operator.add"))
    total = keywords.get("initial") or (items.pop(0) if items else None)
    if total is None:
        return Listing({}, [], "generator")
    found = [total]
    for item in items[:MAX_RANGE]:
        total = machine.call(function, [total, item], {}, node, frame)
        found.append(total)
    return Listing({}, found, "generator")


def call_repeat(machine: Semantics, given: Arguments, keywords: Keywords, node: Node, frame: Frame) -> Value | None:
    """`itertools.repeat(item, times)`."""
    times = given[1].data if len(given) > 1 and isinstance(given[1], Known) else MAX_CYCLED
    return (
        Listing({}, [given[0]] * min(times if isinstance(times, int) else 0, MAX_CYCLED), "generator")
        if given
        else None
    )


def call_islice(machine: Semantics, given: Arguments, keywords: Keywords, node: Node, frame: Frame) -> Value | None:
    """`itertools.islice(items, start, stop, step)`."""
    bounds = [value.data for value in given[1:] if isinstance(value, Known)]
    if not given or len(bounds) != len(given) - 1 or not machine.is_listed(given[0]):
        return None
    if not all(bound is None or isinstance(bound, int) for bound in bounds):
        return None
    return Listing({}, list(islice(machine.iterate(given[0], node), *bounds)), "generator")  # type: ignore[arg-type]


def call_count(machine: Semantics, given: Arguments, keywords: Keywords, node: Node, frame: Frame) -> Value | None:
    """`itertools.count(start)`: the first numbers."""
    start = given[0].data if given and isinstance(given[0], Known) and isinstance(given[0].data, int) else 0
    return Listing({}, [Known({}, at) for at in range(start, start + MAX_COUNTED)], "generator")


def call_extreme(last: bool) -> Model:
    """`max` and `min`, with their `key`."""

    def model(machine: Semantics, given: Arguments, keywords: Keywords, node: Node, frame: Frame) -> Value | None:
        source = given[0] if len(given) == 1 else Listing({}, list(given))
        if not machine.is_listed(source):
            return Unknown(deep_taint(source))
        ordered = machine.ordered(source, {k: v for k, v in keywords.items() if k == "key"}, node, frame)
        if not ordered:
            return keywords.get("default", Unknown())
        return ordered[-1] if last else ordered[0]

    return model


def call_matches(function: str) -> Model:
    """`re.findall`, `re.sub` and `re.split` of constants, for patterns that cannot run away."""

    def model(machine: Semantics, given: Arguments, keywords: Keywords, node: Node, frame: Frame) -> Value | None:
        values = [plain(value) for value in given[:3]]
        taint = union(*(deep_taint(value) for value in given))
        if not all(known and isinstance(data, str) for known, data in values) or len(values) < 2:
            return None
        texts = [str(data) for _, data in values]
        if len(texts[-1]) > MAX_MATCHED or RUNAWAY.search(texts[0]) or len(texts[0]) > MAX_PATTERN:
            return None
        try:
            return lifted(sized(getattr(re, function)(*texts)), taint)
        except (re.error, NotConstantError, IndexError):
            return None

    return model


def call_template(machine: Semantics, given: Arguments, keywords: Keywords, node: Node, frame: Frame) -> Value | None:
    """`string.Template(text)`: its text, in which `substitute` fills names."""
    return Method(given[0].taint, given[0], "template") if given else None


def call_located(machine: Semantics, given: Arguments, keywords: Keywords, node: Node, frame: Frame) -> Value | None:
    """`pydoc.locate` and `pkgutil.resolve_name`: what a dotted name stands for."""
    name = first(given, keywords, "path", "name")
    if not isinstance(name, Known) or not isinstance(name.data, str):
        return Unknown(deep_taint(name))
    module, _, rest = name.data.replace(":", ".").partition(".")
    found = machine.imported(module, frame)
    for piece in rest.split(".") if rest else ():
        found = machine.attribute(found, piece, node, frame)
    return found
