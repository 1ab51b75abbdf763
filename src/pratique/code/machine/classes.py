"""Functions, classes and their objects: definition, construction, decoration, and what `with` and `del` call."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pratique.code import sensitive
from pratique.code.machine.expressions import arguments, evaluate
from pratique.code.machine.semantics import Semantics
from pratique.code.machine.statements import execute
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
    Unknown,
    Value,
    blank,
    options,
)
from pratique.code.names import canonical
from pratique.code.syntax import parameters_of, text_of

if TYPE_CHECKING:
    from tree_sitter import Node


class Classes(Semantics):
    """The part of the machine that defines and makes things."""

    def function(self, node: Node, frame: Frame, name: str) -> Function:
        defaults = {
            n: evaluate(self, default, frame) for n, (_, default) in parameters_of(node).items() if default is not None
        }
        owner = frame.owner if frame.is_class else None
        return Function({}, node, frame, name, defaults, owner)

    def klass(self, node: Node, frame: Frame) -> Value:
        """Run a class statement: bases, body, `__set_name__`, `__init_subclass__` and the metaclass."""
        bases, keywords = arguments(self, node.child_by_field_name("superclasses"), frame)
        made = Klass({}, text_of(node.child_by_field_name("name")), bases, {}, frame)
        inner = Frame(
            frame.module, made.members, frame, frame.module_frame, owner=made, is_class=True, depth=frame.depth
        )
        metaclass = keywords.pop("metaclass", None)
        inner.prepared = self._prepared(metaclass or made.find("\0metaclass"), made, keywords, node, frame)
        execute(self, node.child_by_field_name("body"), inner)
        made.members |= inner.names
        made.hints = inner.hints
        for name, member in list(made.members.items()):
            special = member.klass.find("__set_name__") if isinstance(member, Instance) else None
            if isinstance(special, Function):
                self.call(special, [member, made, Known({}, name)], {}, node, frame)
        for base in [b for b in made.line() if isinstance(b, Klass) and b is not made]:
            special = base.members.get("__init_subclass__")
            if isinstance(special, Function):
                self.call(special, [made], keywords, node, frame)
                break
        return self._by_metaclass(metaclass, made, node, frame)

    def _prepared(
        self, metaclass: Value | None, made: Klass, keywords: dict[str, Value], node: Node, frame: Frame
    ) -> Instance | None:
        """The mapping of `__prepare__`, in which the names of the body are looked up and stored."""
        special = metaclass.find("__prepare__") if isinstance(metaclass, Klass) else None
        if not isinstance(special, Function) or metaclass is None:
            return None
        first = [metaclass] if special.wrapper == "classmethod" else []
        given = [*first, Known({}, made.name), Listing({}, made.bases, "tuple")]
        found = self.call(special, given, keywords, node, frame)
        return found if isinstance(found, Instance) else None

    def prepared_name(self, prepared: Instance, name: str, frame: Frame) -> Value | None:
        """A name in the body of a class: an entry of its mapping, or what `__missing__` gives."""
        special = prepared.klass.find("__getitem__") or prepared.klass.find("__missing__")
        if not isinstance(special, Function) or special.node is None:
            return None
        found = self.call(special, [prepared, Known({}, name)], {}, special.node, frame)
        return None if isinstance(found, Unknown) or (isinstance(found, Known) and found.data is None) else found

    def _by_metaclass(self, metaclass: Value | None, made: Klass, node: Node, frame: Frame) -> Value:
        chosen = metaclass or next(
            (b.members.get("\0metaclass") for b in made.line() if isinstance(b, Klass) and "\0metaclass" in b.members),
            None,
        )
        if chosen is None:
            return made
        made.members.setdefault("\0metaclass", chosen)
        if isinstance(chosen, Function):
            return self.call(
                chosen,
                [Known({}, made.name), Listing({}, made.bases, "tuple"), self.mapping_of(made.members)],
                {},
                node,
                frame,
            )
        if isinstance(chosen, Klass):
            for name in ("__new__", "__init__"):
                special = chosen.find(name)
                if isinstance(special, Function):
                    body = [
                        Known({}, made.name),
                        Listing({}, made.bases, "tuple"),
                        self.mapping_of(made.members),
                    ]
                    self.call(special, [made if name == "__init__" else chosen, *body], {}, node, frame)
        return made

    def instantiate(
        self, klass: Klass, given: list[Value], keywords: dict[str, Value], node: Node, frame: Frame
    ) -> Value:
        """An object of a class of the package; its constructor runs."""
        special = klass.members.get("\0metaclass")
        caller = special.find("__call__") if isinstance(special, Klass) else None
        if isinstance(caller, Function):
            return self.call(caller, [klass, *given], keywords, node, frame)
        made = blank(klass)
        self._fill(made, given, keywords)
        new = klass.find("__new__")
        if isinstance(new, Function):
            other = self.call(new, [klass, *given], keywords, node, frame)
            made = other if isinstance(other, Instance) else made
        initial = klass.find("__init__") or klass.find("__post_init__")
        if isinstance(initial, Function):
            self.call(initial, [made, *given], keywords, node, frame)
        elif (given or keywords) and klass.outside() is None:
            self._fields(made, given, keywords)
        outside = klass.outside()
        missing = klass.find("_missing_")
        if isinstance(missing, Function) and given:
            self.call(missing, [klass, *given], keywords, node, frame)
        if outside is not None:
            self.escape([*given, *keywords.values()], node, frame)
            if canonical(outside.name) in sensitive.DESERIALIZERS:
                self.outside(outside, given, keywords, node, frame)
            if (
                outside.name.startswith(("threading.Thread", "multiprocessing."))
                and (run := klass.find("run")) is not None
            ):
                self.escape([Bound({}, run, [made])], node, frame, now=True)
        ended = klass.find("__del__")
        if isinstance(ended, Function):
            self.escape([Bound({}, ended, [made])], node, frame, now=True)
        return made

    def _fill(self, made: Instance, given: list[Value], keywords: dict[str, Value]) -> None:
        """What an object of a kind of dictionary holds when it is made."""
        if made.held is not None and made.klass.find("__init__") is None:
            source = given[0] if given else None
            made.held.entries.update(source.entries if isinstance(source, Mapping) else {})
            made.held.entries.update(keywords)

    def _fields(self, made: Instance, given: list[Value], keywords: dict[str, Value]) -> None:
        """Fields of a data class or named tuple, in the order of its annotations."""
        names = self.fields_of(made.klass) or [
            n for n, value in made.klass.members.items() if not n.startswith("_") and not isinstance(value, Function)
        ]
        made.members |= dict(zip(names, given, strict=False))
        made.members |= keywords

    def decorate(self, decorator: Value, value: Value, node: Node, frame: Frame) -> Value:
        """`@decorator` on a function or class. Decorators outside give back what they get, but for those that make other things."""
        for option in options(decorator):
            if isinstance(option, External):
                name = canonical(option.name)
                tail = name.rsplit(".", 1)[-1]
                if isinstance(value, Function) and tail in (
                    "property",
                    "cached_property",
                    "staticmethod",
                    "classmethod",
                ):
                    wrapper = "property" if tail == "cached_property" else tail
                    return Function(
                        value.taint, value.node, value.frame, value.name, value.defaults, value.owner, wrapper
                    )
                if name in sensitive.EXECUTE or sensitive.is_process(name) or name in ("atexit.register",):
                    return self.outside(option, [value], {}, node, frame)
                if sensitive.PEERS.match(name):
                    self.handed_to_peers([value], node, frame)
                return value
            if isinstance(option, Function | Bound | Klass | Instance):
                found = self.call(option, [value], {}, node, frame)
                return (
                    value if isinstance(found, Unknown) or (isinstance(found, Known) and found.data is None) else found
                )
        return value

    def enter(self, held: Value, node: Node, frame: Frame) -> Value:
        """`with held as …`."""
        special = self.member(held, "__enter__", node, frame)
        if special is not None:
            return self.call(special, [], {}, node, frame)
        if isinstance(held, Listing) and held.kind == "generator" and held.items:
            return held.items[0]
        if isinstance(held, External) and held.name and not held.name.endswith(".__enter__()"):
            return held
        return held

    def leave(self, held: Value, node: Node, frame: Frame) -> None:
        special = self.member(held, "__exit__", node, frame)
        if special is not None:
            self.call(special, [Known(), Known(), Known()], {}, node, frame)

    def deleted(self, value: Value, node: Node, frame: Frame) -> None:
        special = self.member(value, "__del__", node, frame)
        if special is not None:
            self.call(special, [], {}, node, frame)
