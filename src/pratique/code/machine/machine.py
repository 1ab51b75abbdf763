"""The machine: modules and functions of a package run on `values`, bounded; calls outside go to `library` and `watcher`."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from pratique.code import sensitive
from pratique.code.flow import MAX_INVOCATIONS
from pratique.code.machine import callback_models, library, methods
from pratique.code.machine.classes import Classes
from pratique.code.machine.expressions import evaluate
from pratique.code.machine.outside import unknown_call
from pratique.code.machine.semantics import CODE_OF
from pratique.code.machine.statements import execute
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
    Method,
    Unknown,
    Value,
    blank,
    deep_taint,
    either,
    options,
    union,
)
from pratique.code.names import BUILTINS, canonical
from pratique.code.package import Module, Package
from pratique.code.syntax import parameters_of, text_of
from pratique.code.taint import Origin, Taint

if TYPE_CHECKING:
    from tree_sitter import Node

    from pratique.code.machine.watcher import Watcher

MAX_DEPTH = 24
MAX_CALLS_OF_ONE = 400  # of one function of the package
MAX_ESCAPED = 2  # times that a function handed outside is run


class ExhaustedError(Exception):
    """The budget of steps is spent."""


class Machine(Classes):
    """One package as it runs. `watcher` is told of every call outside."""

    def __init__(self, package: Package, watcher: Watcher, steps: int, allowed: frozenset[str] | None = None) -> None:
        self.package = package
        self.watcher = watcher
        self.steps = steps
        self.allowed = allowed  # the modules of a large package that are run when another one imports them
        self.asked_outside = 0  # calls outside so far
        self.frames: dict[str, Frame] = {}
        self.environment: dict[str, Value] = {}  # what the program stored in os.environ
        self.files: dict[str, Value] = {}  # what it wrote, by path
        self.set_outside: dict[str, Value] = {}  # attributes that it stored outside, by canonical name
        self.searches: list[Value] = []
        self.started: list[Value] = []
        self.temporary = 0
        self._called: Counter[tuple[str, int]] = Counter()
        self._generators: dict[tuple[str, int], bool] = {}
        self._escaped: Counter[tuple[str, int]] = Counter()

    def step(self) -> None:
        self.steps -= 1
        if self.steps <= 0:
            raise ExhaustedError

    def origin(self, node: Node, frame: Frame) -> Origin:
        return Origin(frame.module.path, node.start_point[0] + 1, text_of(node)[:120])

    # Modules

    def frame_of(self, module: Module) -> Frame:
        """The frame of a module, which runs when it is first asked for."""
        if module.name not in self.frames:
            frame = Frame(module)
            self.frames[module.name] = frame
            self.watcher.ran[module.name] = module
            if self.package.open(module):
                frame.names["__name__"] = Known({}, "__main__" if module.role != "module" else module.name)
                frame.names["__file__"] = Known({}, f"/package/{module.path}")
                package = module.name if module.path.endswith("__init__.py") else module.name.rpartition(".")[0]
                frame.names["__package__"] = Known({}, package)
                frame.names["__doc__"] = self._docstring(module)
                execute(self, module.syntax.root, frame)
        return self.frames[module.name]

    def _docstring(self, module: Module) -> Value:
        first = next((c for c in module.syntax.root.named_children if c.type != "comment"), None)
        if first is not None and first.type == "expression_statement" and first.named_children[0].type == "string":
            return evaluate(self, first.named_children[0], Frame(module))
        return Known()

    def source_at(self, path: str) -> Value | None:
        """The text of a module of the package, which everybody can read, if a path names one."""
        tail = path.removeprefix("/package/").removeprefix("./")
        if not tail.endswith(".py"):
            return None
        found = (m for m in self.package.modules if m.depth == 0 and f"/{m.path}".endswith(f"/{tail}"))
        module = next(found, None)
        return Known({}, module.source) if module is not None else None

    def text_at(self, path: str) -> str | None:
        """The text of a data file of the package, as far as it was kept."""
        return self.package.texts.get(path.removeprefix("/package/")) if path.startswith("/package/") else None

    def imported(self, name: str, frame: Frame) -> Value:
        """A module by its dotted name."""
        module = self.package.by_name.get(name)
        if module is not None and module is not frame.module and module.depth == 0:
            return Imported({}, module)
        return External({}, canonical(name))

    def imported_from(self, base: str, name: str, node: Node, frame: Frame) -> Value:
        """`from base import name`."""
        holder = self.package.by_name.get(base)
        if holder is not None and self.allowed is not None and base not in self.allowed and base not in self.frames:
            whole = f"{base}.{name}"
            return self.imported(whole, frame) if whole in self.package.by_name else External({}, whole)
        if holder is not None and holder is not frame.module:
            found = self.frame_of(holder).names.get(name)
            if found is not None:
                return found
        whole = f"{base}.{name}".strip(".")
        if whole in self.package.by_name:
            return self.imported(whole, frame)
        if holder is not None and holder is not frame.module:
            return self.attribute(Imported({}, holder), name, node, frame)
        return (
            self.attribute(External({}, canonical(base)), name, node, frame) if base else External({}, canonical(whole))
        )

    def name(self, name: str, frame: Frame) -> Value:
        found = frame.names.get(name) if frame.prepared is not None else frame.lookup(name)
        if found is None and frame.prepared is not None:
            found = self.prepared_name(frame.prepared, name, frame) or frame.lookup(name)
        if found is not None:
            return found
        if name in BUILTINS or name == "__builtins__":
            return External({}, "builtins" if name == "__builtins__" else f"builtins.{name}")
        return Unknown()

    # Calls

    def call(self, function: Value, given: list[Value], keywords: dict[str, Value], node: Node, frame: Frame) -> Value:
        """What calling a value comes to."""
        self.step()
        if frame.depth > MAX_DEPTH:
            return Unknown(union(*(deep_taint(v) for v in given)))
        if isinstance(function, Choice):
            return either(
                [self.call(option, given, keywords, node, frame) for option in options(function)[:MAX_INVOCATIONS]]
            )
        if isinstance(function, Function):
            code = function.members.get("__code__")
            other = code.members.get(CODE_OF) if isinstance(code, Instance) else None
            return self._run(other if isinstance(other, Function) else function, given, keywords, node, frame)
        if isinstance(function, Bound):
            return self.call(
                function.function, [*function.given, *given], {**function.keywords, **keywords}, node, frame
            )
        if isinstance(function, Klass):
            return self.instantiate(function, given, keywords, node, frame)
        if isinstance(function, Instance):
            special = self.member(function, "__call__", node, frame)
            return self.call(special, given, keywords, node, frame) if special is not None else Unknown(function.taint)
        if isinstance(function, Method):
            return self._method(function, given, keywords, node, frame)
        if isinstance(function, External):
            return self.outside(function, given, keywords, node, frame)
        self.watcher.called(self, "", External(function.taint, ""), given, keywords, node, frame)
        if "unseen-name" in function.taint:
            self.watcher.unseen_callee(function.taint, node, frame)
        if "chosen-name" in function.taint:
            self.watcher.chosen_by_peer(function.taint, node, frame)
        found = union(
            deep_taint(function), *(deep_taint(v) for v in given), *(deep_taint(v) for v in keywords.values())
        )
        self.escape([*given, *keywords.values()], node, frame)
        return Unknown(found)

    def _run(
        self, function: Function, given: list[Value], keywords: dict[str, Value], node: Node, caller: Frame
    ) -> Value:
        body = function.node.child_by_field_name("body") if function.node is not None else None
        outer = function.frame
        if body is None or outer is None or function.node is None:
            return Unknown()
        key = (outer.module.name, function.node.start_byte)
        self._called[key] += 1
        if self._called[key] > MAX_CALLS_OF_ONE:
            return Unknown(union(*(deep_taint(v) for v in given)))
        frame = Frame(outer.module, {}, outer, outer.module_frame, owner=function.owner, depth=caller.depth + 1)
        self._bind_arguments(function, given, keywords, frame)
        if function.owner is not None and given:
            frame.holder = given[0]
        if function.node.type == "lambda":
            return evaluate(self, body, frame)
        if key not in self._generators:
            self._generators[key] = _yields(body)
        if self._generators[key]:
            frame.yields = []
        ended = execute(self, body, frame)
        if frame.yields is not None:
            return Listing({}, frame.yields, "generator")
        return either(frame.results if ended == "return" else [*frame.results, *([] if frame.results else [Known()])])

    def has_run(self, value: Value) -> bool:
        """Whether a function of the package was called before."""
        while isinstance(value, Bound):
            value = value.function
        if not isinstance(value, Function) or value.node is None or value.frame is None:
            return True
        return (value.frame.module.name, value.node.start_byte) in self._called

    def _bind_arguments(self, function: Function, given: list[Value], keywords: dict[str, Value], frame: Frame) -> None:
        listed = function.node.child_by_field_name("parameters") if function.node is not None else None
        rest, named = list(given), dict(keywords)
        for child in listed.named_children[:256] if listed is not None else ():
            name = text_of(child.child_by_field_name("name") or (child.named_children or [child])[0])
            if child.type == "list_splat_pattern" or (name.startswith("*") and not name.startswith("**")):
                frame.names[name.lstrip("*")] = Listing({}, rest, "tuple")
                rest = []
            elif child.type == "dictionary_splat_pattern" or name.startswith("**"):
                frame.names[name.lstrip("*")] = self.mapping_of(named)
                named = {}
            elif child.type in ("identifier", "default_parameter", "typed_parameter", "typed_default_parameter"):
                if name in named:
                    frame.names[name] = named.pop(name)
                elif rest:
                    frame.names[name] = rest.pop(0)
                else:
                    label = sensitive.parameter_label(name)
                    secret = {label: self.origin(child, frame)} if label is not None else {}
                    frame.names[name] = function.defaults.get(name, Unknown(secret))

    def _method(self, bound: Method, given: list[Value], keywords: dict[str, Value], node: Node, frame: Frame) -> Value:
        return methods.of_method(self, bound, given, keywords, node, frame)

    def outside(
        self, function: External, given: list[Value], keywords: dict[str, Value], node: Node, frame: Frame
    ) -> Value:
        """A call of something that is not of the package."""
        self.asked_outside += 1
        name = canonical(function.name)
        self.watcher.called(self, name, function, given, keywords, node, frame)
        received = callback_models.METHODS.get(name)
        if received is not None:
            found = received(self, function, given, keywords, node, frame)
            if found is not None:
                return found
        modelled = library.FUNCTIONS.get(name)
        if modelled is not None:
            found = modelled(self, given, keywords, node, frame)
            if found is not None:
                return found
        return unknown_call(self, name, function, given, keywords, node, frame)

    def replaced(self, name: str, value: Value) -> None:
        """Something outside was replaced by a function of the package: what others hand to it passes through here."""
        for option in options(value):
            inner = option.function if isinstance(option, Bound) else option
            body = (
                inner.node.child_by_field_name("body")
                if isinstance(inner, Function) and inner.node is not None
                else None
            )
            if not isinstance(inner, Function) or inner.node is None or inner.frame is None or body is None:
                continue
            key = (inner.frame.module.name, inner.node.start_byte)
            self._escaped[key] += 1
            if self._escaped[key] > MAX_ESCAPED:
                continue
            taint: Taint = {"intercepted": Origin(inner.frame.module.path, inner.node.start_point[0] + 1, name)}
            frame = Frame(inner.frame.module, {}, inner.frame, inner.frame.module_frame, owner=inner.owner, depth=1)
            frame.names = {parameter: Unknown(taint) for parameter in parameters_of(inner.node)}
            if inner.node.type == "lambda":
                evaluate(self, body, frame)
            else:
                execute(self, body, frame)

    def escape(
        self, values: list[Value], node: Node, frame: Frame, now: bool = False, given: tuple[Value, ...] = ()
    ) -> None:
        """Functions that are handed outside may be called there: `now` if that is what the callee is for, else some day."""
        for value in values[:12]:
            for option in options(value):
                if isinstance(option, Function | Bound):
                    self._escape_one(option, node, frame, now, given)
                elif isinstance(option, Instance) and (now or option.klass.outside() is not None):
                    self._escape_methods(option, node, frame, now)
                elif isinstance(option, Klass) and (now or option.outside() is not None):
                    self._escape_methods(blank(option), node, frame, now)

    def _escape_one(self, value: Value, node: Node, frame: Frame, now: bool, given: tuple[Value, ...] = ()) -> None:
        inner = value
        while isinstance(inner, Bound):
            inner = inner.function
        if not isinstance(inner, Function) or inner.node is None or inner.frame is None:
            return
        key = (inner.frame.module.name, inner.node.start_byte)
        self._escaped[key] += 1
        if self._escaped[key] > MAX_ESCAPED:
            return
        with self.watcher.later(not now):
            self.call(value, list(given), {}, node, frame)

    def _escape_methods(self, value: Instance, node: Node, frame: Frame, now: bool = False) -> None:
        for klass in value.klass.line():
            for name, member in list(klass.members.items())[:40] if isinstance(klass, Klass) else ():
                if isinstance(member, Function) and not name.startswith("_"):
                    self._escape_one(Bound({}, member, [value]), node, frame, now)


def _yields(body: Node) -> bool:
    pending: list[Node] = [body]
    count = 0
    while pending and count < 4000:
        at = pending.pop()
        count += 1
        if at.type == "yield":
            return True
        pending += [c for c in at.named_children if c.type not in ("function_definition", "lambda", "class_definition")]
    return False
