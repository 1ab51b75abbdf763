"""Attributes, items, classes and iteration: what the objects of the machine answer."""

from __future__ import annotations

import posixpath
import string
from typing import TYPE_CHECKING

from pratique.code import sensitive
from pratique.code.machine.expressions import evaluate, truth
from pratique.code.machine.items import WORTH_FINDING, Items
from pratique.code.machine.values import (
    DICTIONARIES,
    Bound,
    Choice,
    External,
    FilePath,
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
    options,
    plain,
    text_hint,
    union,
)
from pratique.code.names import canonical
from pratique.code.syntax import parameters_of, text_of

if TYPE_CHECKING:
    from tree_sitter import Node


OBJECT = "builtins.object"
CODE_OF = "\0function"  # whose code a code object is
PLAIN_TYPES = frozenset({"str", "bytes", "int", "float", "list", "tuple", "bool", "set", "dict"})

MAX_SENT = 8  # arguments of a callback


class Semantics(Items):
    """The part of the machine that knows what values are made of."""

    # Attributes

    def attribute(self, holder: Value, name: str, node: Node, frame: Frame) -> Value:
        """`holder.name`."""
        if isinstance(holder, Choice):
            return either([self.attribute(option, name, node, frame) for option in options(holder)])
        if name == "f_builtins":
            return Namespace({}, External({}, "builtins"))
        if name in ("f_globals", "f_locals"):
            return Namespace({}, frame.module_frame)
        if name == sensitive.NOTEBOOK_NAMES and isinstance(holder, External | Unknown):
            return Unknown({sensitive.NOTEBOOK: self.origin(node, frame)})
        if isinstance(holder, External):
            return self._of_external(holder, name, node, frame)
        if isinstance(holder, Imported):
            return self._of_module(holder, name, node, frame)
        if isinstance(holder, Instance):
            return self._of_instance(holder, name, node, frame)
        if isinstance(holder, Klass):
            return self._of_class(holder, name)
        if isinstance(holder, Super):
            return self._of_super(holder, name)
        if isinstance(holder, Function | Bound) and name in ("__globals__", "__builtins__"):
            return (
                Namespace({}, frame.module_frame) if name == "__globals__" else Namespace({}, External({}, "builtins"))
            )
        if name in ("__class__", "__base__", "__mro__", "__bases__"):
            return External({}, f"builtins.{_type_name(holder)}")
        if isinstance(holder, Function):
            return self._of_function(holder, name, node)
        if isinstance(holder, FilePath) and (of_path := path_attribute(holder, name)) is not None:
            return of_path
        if isinstance(holder, Method) and holder.name == "open" and name == "name":
            return holder.holder
        return Method(holder.taint, holder, name)

    def _of_function(self, holder: Function, name: str, node: Node) -> Value:
        """What a function says of itself: what it was given, defaults, annotations, docstring, and the constants of its code."""
        inner, frame = holder.node, holder.frame
        if name in holder.members:
            return holder.members[name]
        if name in ("__call__", "__wrapped__", "__func__"):
            return holder
        if name == "__name__":
            return Known({}, holder.name)
        if name not in ("__defaults__", "__annotations__", "__doc__", "__code__"):
            return Unknown()
        if name == "__defaults__":
            return Listing({}, list(holder.defaults.values()), "tuple")
        if inner is None or frame is None:
            return Unknown()
        body = inner.child_by_field_name("body")
        texts = [c for c in walked(body) if c.type in ("string", "integer", "float")] if body is not None else []
        constants = [evaluate(self, text, frame) for text in texts[:256]]
        if name == "__doc__":
            return (
                constants[0]
                if constants and texts[0].parent is not None and texts[0].start_byte == (body or inner).start_byte
                else Known()
            )
        if name == "__annotations__":
            return self._annotated(hints_of(holder), frame)
        code: dict[str, Value] = {
            CODE_OF: holder,
            "co_consts": Listing({}, [Known(), *constants], "tuple"),
            "co_names": Listing({}, [Known({}, word) for word in names_used(holder)], "tuple"),
            "co_firstlineno": Known({}, inner.start_point[0] + 1),
            "co_name": Known({}, holder.name),
        }
        return Instance({}, Klass({}, "code"), code)

    def _annotated(self, hints: dict[str, Node], frame: Frame) -> Mapping:
        """`__annotations__`."""
        made = Mapping()
        for name, kind in list(hints.items())[:64]:
            made.entries[name] = evaluate(self, kind.named_children[0] if kind.named_children else None, frame)
        return made

    def _of_external(self, holder: External, name: str, node: Node, frame: Frame) -> Value:
        base = holder.name
        if name == "__dict__":
            return Namespace({}, holder)
        if name == "__all__" and base in WORTH_FINDING:
            return Listing({}, [Known({}, word) for word in WORTH_FINDING[base]])
        if name == "__globals__":
            return Namespace({}, External({}, base.removesuffix(".__init__").rpartition(".")[0] or "builtins"))
        if name == "__self__" and base.startswith("builtins."):
            return External({}, "builtins")
        if name in ("__call__", "__func__", "__wrapped__"):
            return holder
        if name in ("__name__", "__qualname__"):
            return Known({}, base.rpartition(".")[2])
        if name in ("__base__", "__class__") and base.startswith("builtins."):
            return External({}, OBJECT if name == "__base__" else "builtins.type")
        if name in ("__mro__", "__bases__") and base.startswith("builtins."):
            return Listing({}, [*([holder] if name == "__mro__" else []), External({}, OBJECT)], "tuple")
        full = canonical(f"{base}.{name}") if base else ""
        if sensitive.SERVED.fullmatch(full) or sensitive.WEB_REQUEST.fullmatch(full):
            return External({"request": self.origin(node, frame)}, full)
        if full in self.set_outside:
            return self.set_outside[full]
        if full in sensitive.WHOLE_ENVIRONMENT:
            return External({"environment": self.origin(node, frame)}, full)
        if full in TEXTS:
            return Known({}, TEXTS[full])
        if full == "sys.executable":
            return External({"installed-program": self.origin(node, frame)}, full)
        return External(holder.taint, full, holder)

    def _of_module(self, holder: Imported, name: str, node: Node, frame: Frame) -> Value:
        module = holder.module
        assert module is not None  # noqa: S101 - made by `imported` only
        allowed = self.allowed is None or module.name in self.allowed or module.name in self.frames
        if not allowed:
            child = self.package.by_name.get(f"{module.name}.{name}")
            return Imported({}, child) if child is not None else External({}, f"{module.name}.{name}")
        inner = self.frame_of(module)
        if name in inner.names:
            return inner.names[name]
        if name == "__dict__":
            return Namespace({}, inner)
        child = self.package.by_name.get(f"{module.name}.{name}")
        if child is not None:
            return Imported({}, child)
        special = inner.names.get("__getattr__")
        return self.call(special, [Known({}, name)], {}, node, frame) if special is not None else Unknown()

    def _of_instance(self, holder: Instance, name: str, node: Node, frame: Frame) -> Value:
        if name == "replace" and CODE_OF in holder.members:
            return Bound({}, External({}, "pratique.code"), [holder])
        if name == "__class__":
            return External({}, "types.CodeType") if CODE_OF in holder.members else holder.klass
        if name == "__dict__":
            return Namespace({}, holder)
        found = self.member(holder, name, node, frame)
        if found is not None:
            return found
        special = holder.klass.find("__getattr__") or holder.klass.find("__getattribute__")
        if isinstance(special, Function):
            return self.call(special, [holder, Known({}, name)], {}, node, frame)
        outside = holder.klass.outside()
        if outside is None:
            return Unknown(holder.taint)
        if holder.held is not None and outside.name in DICTIONARIES:
            return Method(holder.taint, holder.held, name)
        full = f"{outside.name}().{name}"
        taint = {"request": self.origin(node, frame)} if sensitive.SERVED.fullmatch(full) else holder.taint
        return External(taint, full, holder)

    def member(self, holder: Value, name: str, node: Node, frame: Frame) -> Value | None:
        """What an instance itself or its class holds under a name, bound to it."""
        if not isinstance(holder, Instance) or not name:
            return None
        if name in holder.members:
            return holder.members[name]
        found = holder.klass.find(name)
        if isinstance(found, Function):
            if found.wrapper == "property":
                return self.call(
                    Function(found.taint, found.node, found.frame, found.name, found.defaults, found.owner),
                    [holder],
                    {},
                    node,
                    frame,
                )
            if found.wrapper == "staticmethod":
                return found
            return Bound({}, found, [holder.klass if found.wrapper == "classmethod" else holder])
        if isinstance(found, Instance):
            special = found.klass.find("__get__")
            if isinstance(special, Function):
                return self.call(special, [found, holder, holder.klass], {}, node, frame)
        return found

    def _of_class(self, holder: Klass, name: str) -> Value:
        if name == "__name__":
            return Known({}, holder.name)
        if name == "__dict__":
            return Namespace({}, holder)
        if name in ("__mro__", "__bases__"):
            return Listing({}, [*holder.line(), External({}, OBJECT)], "tuple")
        if name == "__annotations__" and name not in holder.members and holder.frame is not None:
            return self._annotated(holder.hints, holder.frame)
        found = holder.find(name)
        if isinstance(found, Function) and (
            found.wrapper == "classmethod" or name in ("__init_subclass__", "__class_getitem__")
        ):
            return Bound({}, found, [holder])
        if found is not None:
            return found
        outside = holder.outside()
        return External({}, f"{outside.name}.{name}") if outside is not None else Unknown()

    def _of_super(self, holder: Super, name: str) -> Value:
        line = list(holder.holder.klass.line()) if isinstance(holder.holder, Instance) else list(holder.klass.line())
        rest = line[line.index(holder.klass) + 1 :] if holder.klass in line else line[1:]
        for klass in rest:
            if isinstance(klass, Klass) and name in klass.members:
                return Bound({}, klass.members[name], [holder.holder])
            if isinstance(klass, External):
                held = holder.holder.held if isinstance(holder.holder, Instance) else None
                if held is not None and name != "__init__":
                    return Method(held.taint, held, name)
                return External({}, f"{klass.name}().{name}", holder.holder)
        return External({}, f"{OBJECT}.{name}", holder.holder)

    def set_attribute(self, holder: Value, name: str, value: Value) -> None:
        """`holder.name = value`."""
        for option in options(holder):
            if isinstance(option, Instance | Klass | Function):
                option.members[name] = value
            elif isinstance(option, Imported) and option.module is not None:
                self.frame_of(option.module).names[name] = value
            elif isinstance(option, External):
                option.taint = union(option.taint, deep_taint(value))
                if option.name and "()" not in option.name:
                    self.set_outside[f"{option.name}.{name}"] = value
                    self.replaced(f"{option.name}.{name}", value)

    # Types

    def is_instance(self, value: Value, klass: Value, node: Node, frame: Frame) -> bool | None:
        """`isinstance(value, klass)`; the metaclass of a class of the package is asked."""
        if isinstance(klass, Listing | Choice):
            of = klass.items if isinstance(klass, Listing) else klass.options
            answers = [self.is_instance(value, option, node, frame) for option in of[:8]]
            return (
                (True if isinstance(klass, Listing) else None)
                if True in answers
                else None
                if None in answers
                else False
            )
        if isinstance(klass, Klass):
            answer = self.asked(klass, "__instancecheck__", value, node, frame)
            if answer is not None:
                return truth(answer)
            if not isinstance(value, Instance):
                return False if isinstance(value, Known | Listing | Mapping) else None
            return klass in list(value.klass.line())
        if not isinstance(klass, External):
            return None
        if isinstance(value, Known | Listing | Mapping):
            name = f"builtins.{_type_name(value)}"
            return name == klass.name or (klass.name == "builtins.int" and name == "builtins.bool")
        plain_type = klass.name.removeprefix("builtins.") in PLAIN_TYPES
        made = (
            isinstance(value, Function | Bound | Klass | Imported)
            or (isinstance(value, External) and "()" not in value.name)
            or (isinstance(value, Instance) and value.klass.outside() is None)
        )
        if plain_type and made:
            return False
        if klass.name == "builtins.dict" and isinstance(value, Namespace | External):
            return isinstance(value, Namespace)
        return None

    def asked(self, klass: Klass, name: str, value: Value, node: Node, frame: Frame) -> Value | None:
        """What a method of the metaclass says of a value, if there is one."""
        metaclass = klass.find("\0metaclass")
        special = metaclass.find(name) if isinstance(metaclass, Klass) else None
        return self.call(special, [klass, value], {}, node, frame) if isinstance(special, Function) else None

    def match_arguments(self, klass: Value, node: Node, frame: Frame) -> list[str]:
        """The attributes that positional patterns stand for."""
        if not isinstance(klass, Klass):
            return []
        said = klass.find("__match_args__")
        if isinstance(said, Listing):
            return [text_hint(item) for item in said.items[:64]]
        return self.fields_of(klass)[:64]

    def fields_of(self, klass: Klass) -> list[str]:
        """The annotated names of a class, those of its bases first."""
        line = [k for k in klass.line() if isinstance(k, Klass)]
        return list(dict.fromkeys(name for k in reversed(line) for name in k.fields))

    # Binding

    def handed_to_peers(self, values: list[Value], node: Node, frame: Frame) -> None:
        """Functions that a client calls with what its peer sends."""
        here = self.origin(node, frame)
        sent = tuple(Unknown({"network": here, "url": here}) for _ in range(MAX_SENT))
        self.escape(values, node, frame, now=True, given=sent)

    def assign(self, target: Node | None, value: Value, frame: Frame) -> None:
        """`target = value`."""
        if target is None:
            return
        if target.type == "identifier":
            if frame.prepared is not None:
                self.set_item(frame.prepared, Known({}, text_of(target)), value, target, frame)
            frame.bind(text_of(target), value)
        elif target.type == "attribute":
            holder = evaluate(self, target.child_by_field_name("object"), frame)
            self.set_attribute(holder, text_of(target.child_by_field_name("attribute")), value)
            if any(isinstance(option, External) and sensitive.PEERS.match(option.name) for option in options(holder)):
                self.handed_to_peers([value], target, frame)
        elif target.type == "subscript":
            holder = evaluate(self, target.child_by_field_name("value"), frame)
            key = evaluate(self, target.child_by_field_name("subscript"), frame)
            self.set_item(holder, key, value, target, frame)
        elif target.type in (
            "pattern_list",
            "tuple_pattern",
            "list_pattern",
            "tuple",
            "list",
            "parenthesized_expression",
        ):
            self._unpack(target, value, frame)
        elif target.type == "as_pattern_target" and target.named_children:
            self.assign(target.named_children[0], value, frame)

    def _unpack(self, target: Node, value: Value, frame: Frame) -> None:
        targets = target.named_children
        items = self.iterate(value, target) if self.is_listed(value) else [self.element(value)] * len(targets)
        star = next((at for at, child in enumerate(targets) if child.type == "list_splat_pattern"), None)
        if star is not None:
            behind = len(targets) - star - 1
            middle = Listing({}, items[star : len(items) - behind])
            items = [*items[:star], middle, *(items[len(items) - behind :] if behind else [])]
        for at, child in enumerate(targets):
            inner = child.named_children[0] if child.type == "list_splat_pattern" and child.named_children else child
            self.assign(inner, items[at] if at < len(items) else Unknown(deep_taint(value)), frame)

    def mapping_of(self, names: dict[str, Value]) -> Mapping:
        found = Mapping()
        found.entries.update(names)
        return found

    # Texts

    def as_text(self, value: Value, node: Node) -> Value:
        """`str(value)`."""
        if isinstance(value, Known):
            return Known(
                value.taint, value.data.decode("latin-1") if isinstance(value.data, bytes) else str(value.data)
            )
        if isinstance(value, Choice):
            return either([self.as_text(option, node) for option in options(value)])
        if isinstance(value, Instance):
            special = value.klass.find("__str__") or value.klass.find("__repr__") or value.klass.find("__format__")
            if isinstance(special, Function) and special.frame is not None:
                return self.call(special, [value], {}, node, special.frame)
        if isinstance(value, FilePath):
            return Known(value.taint, value.text)
        if isinstance(value, Listing) and value.kind == "bytearray":
            known, data = plain(value)
            return (
                Known(deep_taint(value), data.decode("latin-1"))
                if known and isinstance(data, bytes)
                else Unknown(deep_taint(value))
            )
        return Unknown(deep_taint(value), text_hint(value))

    def filled(self, template: str, right: Value) -> str:
        """`template % right` as far as it is known."""
        values = right.items if isinstance(right, Listing) else [right]
        pieces = template.split("%s")
        made = pieces[0]
        for at, piece in enumerate(pieces[1:]):
            made += (text_hint(values[at]) if at < len(values) else "X") + piece
        return made[:16384]


def path_attribute(holder: FilePath, name: str) -> Value | None:
    """`path.parent`, `path.name`."""
    if name == "parent":
        return FilePath(holder.taint, posixpath.dirname(holder.text) or ".")
    if name in ("name", "stem"):
        return Known(holder.taint, posixpath.basename(holder.text))
    if name == "parents":
        return Listing({}, [FilePath(holder.taint, posixpath.dirname(holder.text) or ".")] * 4)
    return None


# Constants of the standard library out of which names are picked.
TEXTS = {
    f"string.{name}": getattr(string, name)
    for name in ("ascii_letters", "ascii_lowercase", "ascii_uppercase", "digits", "hexdigits", "octdigits", "printable")
} | {"string.punctuation": string.punctuation, "string.whitespace": string.whitespace}


def hints_of(holder: Function) -> dict[str, Node]:
    """The annotations of a function, by parameter."""
    listed = holder.node.child_by_field_name("parameters") if holder.node is not None else None
    found: dict[str, Node] = {}
    for child in listed.named_children[:64] if listed is not None else ():
        kind = child.child_by_field_name("type")
        if kind is not None and kind.named_children:
            found[text_of(child.child_by_field_name("name") or child.named_children[0])] = kind
    returned = holder.node.child_by_field_name("return_type") if holder.node is not None else None
    if returned is not None:
        found["return"] = returned
    return found


def names_used(holder: Function) -> list[str]:
    """`co_names`: what a function looks up outside of itself, in the order of its source."""
    body = holder.node.child_by_field_name("body") if holder.node is not None else None
    words = [n for n in walked(body) if n.type == "identifier"] if body is not None else []
    own = set(parameters_of(holder.node)) if holder.node is not None else set()
    own |= {text_of(word) for word in words if word.parent is not None and _is_bound(word, word.parent)}
    return list(dict.fromkeys(text for word in words if (text := text_of(word)) not in own))[:256]


def _is_bound(word: Node, parent: Node) -> bool:
    return parent.type == "keyword_argument" or (
        parent.type in ("assignment", "for_statement", "for_in_clause") and parent.child_by_field_name("left") == word
    )


def _type_name(value: Value) -> str:
    data = value.data if isinstance(value, Known) else None
    if isinstance(value, Listing):
        return {"generator": "object"}.get(value.kind, value.kind)
    return (
        "dict"
        if isinstance(value, Mapping | Namespace)
        else type(data).__name__
        if isinstance(value, Known)
        else "object"
    )


def walked(node: Node) -> list[Node]:
    """The nodes below one, in order, bounded."""
    found: list[Node] = []
    pending = [node]
    while pending and len(found) < 4000:
        at = pending.pop()
        found.append(at)
        pending += reversed(at.named_children)
    return found
