"""Items of containers and namespaces, and iteration over them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from pratique.code import sensitive
from pratique.code.machine.expressions import store
from pratique.code.machine.interface import Interface
from pratique.code.machine.values import (
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
    Namespace,
    Unknown,
    Value,
    deep_taint,
    either,
    lifted,
    options,
    plain,
    text_hint,
    union,
)
from pratique.code.names import BUILTINS, KNOWN_MODULES, canonical
from pratique.code.taint import Origin, Taint, transformed

if TYPE_CHECKING:
    from tree_sitter import Node

MAX_ITERATED = 100_000
MAX_NAMES = 4096  # of a namespace
# Types of the standard library that walks over `object.__subclasses__()` look for, with the module whose globals they lead to.
SUBCLASSES = (
    "os._wrap_close",
    "warnings.catch_warnings",
    "subprocess.Popen",
    "codecs.IncrementalDecoder",
    "importlib.FileLoader",
    "builtins.type",
)
# What a scan over the names of a module could be after, when the names are matched one by one.
WORTH_FINDING = {
    "os": ("system", "popen", "execv", "execve", "spawnv", "posix_spawn", "environ", "startfile"),
    "builtins": ("exec", "eval", "compile", "__import__", "getattr", "open", "print"),
    "subprocess": ("run", "call", "Popen", "check_call", "check_output", "getoutput"),
    "base64": ("b64decode", "b32decode", "b85decode", "b16decode"),
}  # fmt: skip
# Connections whose messages are what is iterated over.
PEERS = re.compile(
    r"websockets?\.[\w.()]*\(\)$|aiohttp\.ClientSession\(\)\.ws_connect\(\)|paho\.mqtt|(?:socket|ssl)\.[\w.()]*makefile\(\)"
)
# Where variables of the environment lead on every machine; the rest of a path is what tells it from others.
HOMES = {
    "HOME": "~", "USERPROFILE": "~", "APPDATA": "~/AppData/Roaming", "LOCALAPPDATA": "~/AppData/Local", "TEMP": "/tmp",  # noqa: S108
    "TMP": "/tmp",  # noqa: S108
    "XDG_CONFIG_HOME": "~/.config", "ProgramData": "C:/ProgramData",
}  # fmt: skip
# Modules whose functions start programs or run texts.
GRAVE_MODULES = frozenset({"os", "posix", "builtins", "subprocess", "pty", "runpy"})
LIBRARIES = ("ctypes.CDLL", "ctypes.PyDLL", "ctypes.cdll")


class Items(Interface):
    """The part of the machine that looks into containers."""

    # Items

    def item(self, holder: Value, key: Value, node: Node, frame: Frame) -> Value:
        """`holder[key]`."""
        if isinstance(holder, Choice):
            return either([self.item(option, key, node, frame) for option in options(holder)])
        if isinstance(holder, Namespace):
            return self.entry(holder, key, node, frame)
        if isinstance(holder, Mapping):
            return self._of_mapping(holder, key, node, frame)
        if isinstance(holder, Listing):
            return self._of_listing(holder, key)
        if (
            isinstance(holder, Known)
            and isinstance(holder.data, str | bytes)
            and isinstance(key, Known)
            and isinstance(key.data, int)
        ):
            inside = -len(holder.data) <= key.data < len(holder.data)
            return Known(union(holder.taint, key.taint), holder.data[key.data]) if inside else Unknown(holder.taint)
        if isinstance(holder, Klass):
            special = self.attribute(holder, "__class_getitem__", node, frame)
            if isinstance(special, Function | Bound):
                return self.call(special, [key], {}, node, frame)
        if isinstance(holder, Instance):
            found = self.member(holder, "__getitem__", node, frame)
            kept = holder.held.entries.get(key.data) if holder.held is not None and isinstance(key, Known) else None
            if found is None and kept is not None:
                return kept
            found = found or self.member(holder, "__missing__", node, frame)
            if found is not None:
                return self.call(found, [key], {}, node, frame)
            if holder.held is not None:
                return self.item(holder.held, key, node, frame)
        if isinstance(holder, External):
            return self._of_outside(holder, key, node, frame)
        return Unknown({**transformed(union(deep_taint(holder), key.taint)), **self.header(key, node, frame)})

    def _of_mapping(self, holder: Mapping, key: Value, node: Node, frame: Frame) -> Value:
        known, data = plain(key)
        if known:
            try:
                found = holder.entries.get(data)
            except TypeError:
                found = None
            if found is not None:
                secret = self.header(key, node, frame)
                return Unknown({**deep_taint(found), **secret}) if secret and not isinstance(found, Known) else found
            return either(holder.others) if holder.others else Unknown(holder.taint)
        everything = [*list(holder.entries.values())[:8], *holder.others[:8]]
        return either(everything) if everything else Unknown(holder.taint)

    def _of_listing(self, holder: Listing, key: Value) -> Value:
        if isinstance(key, Known) and isinstance(key.data, int) and not isinstance(key.data, float):
            return (
                holder.items[key.data]
                if -len(holder.items) <= key.data < len(holder.items)
                else Unknown(deep_taint(holder))
            )
        return either(holder.items[:4]) if holder.items else Unknown(holder.taint)

    def _of_outside(self, holder: External, key: Value, node: Node, frame: Frame) -> Value:
        data = key.data if isinstance(key, Known) else None
        if holder.name == "sys.modules" and isinstance(data, str):
            return self.imported(data, frame)
        if holder.name == "os.environ":
            return self.variable(data, node, frame)
        if holder.name.startswith(("ctypes.", "cffi.")) and isinstance(data, str):
            return External({}, f"{holder.name}.{data}")
        if holder.name == "builtins" and isinstance(data, str):
            return External({}, f"builtins.{data}")
        if holder.name == "sys.argv":
            return Unknown()
        if holder.name.startswith(("site.getsitepackages", "sysconfig.get_paths")):
            return Known({}, "/usr/lib/python3/site-packages")
        return External(transformed(union(holder.taint, key.taint)), f"{holder.name}[]" if holder.name else "")

    def variable(self, name: object, node: Node, frame: Frame) -> Value:
        """A variable of the environment: what the program stored there, a folder, or something outside."""
        if isinstance(name, str) and name in self.environment:
            return self.environment[name]
        if isinstance(name, str) and name in HOMES:
            return Known({}, HOMES[name])
        label = sensitive.variable_label(name)
        return Unknown({label: self.origin(node, frame)} if label is not None else {})

    def unseen(self, holder: object, node: Node, frame: Frame) -> Taint:
        """The label of something that is picked, by a name that is not known, out of a module that can start programs."""
        if not isinstance(holder, External):
            return {}
        grave = holder.name in GRAVE_MODULES or holder.name.startswith(LIBRARIES)
        return {"unseen-name": self.origin(node, frame)} if grave else {}

    def header(self, key: Value, node: Node, frame: Frame) -> Taint:
        """The label of an entry whose name is that of a header that carries a secret."""
        label = sensitive.header_label(key.data if isinstance(key, Known) else None)
        return {label: self.origin(node, frame)} if label is not None else {}

    def entry(self, holder: Namespace, key: Value, node: Node, frame: Frame) -> Value:
        """A name of `globals()`, `vars(x)` or `x.__dict__`."""
        name = key.data if isinstance(key, Known) else None
        if not isinstance(name, str):
            return Unknown(union(key.taint, self.unseen(holder.of, node, frame)))
        of = holder.of
        if isinstance(of, Frame):
            found = of.names.get(name)
            if found is not None:
                return found
            return (
                External({}, "builtins")
                if name == "__builtins__"
                else External({}, f"builtins.{name}")
                if name in BUILTINS
                else Unknown()
            )
        if isinstance(of, External):
            if name == "__builtins__":
                return External({}, "builtins")
            if name in KNOWN_MODULES:
                return External({}, name)
            return External({}, canonical(f"{of.name}.{name}"))
        return self.attribute(of, name, node, frame) if isinstance(of, Value) else Unknown()

    def set_item(self, holder: Value, key: Value, value: Value, node: Node, frame: Frame) -> None:
        """`holder[key] = value`."""
        for option in options(holder):
            if text_hint(value).endswith(".pth") and text_hint(key) in self.files:
                self.watcher.wrote(self, "site-packages/" + text_hint(value), value, node, frame)
            if isinstance(option, Mapping):
                store(option, key, value)
            elif isinstance(option, Listing):
                at = key.data if isinstance(key, Known) else None
                if isinstance(at, int) and -len(option.items) <= at < len(option.items):
                    option.items[at] = value
                else:
                    option.items.append(value)
            elif isinstance(option, Namespace) and isinstance(option.of, Frame) and isinstance(key, Known):
                option.of.names[str(key.data)] = value
            elif isinstance(option, Namespace) and isinstance(option.of, Value) and isinstance(key, Known):
                self.set_attribute(option.of, str(key.data), value)
            elif isinstance(option, External) and option.name == "os.environ" and isinstance(key, Known):
                self.environment[str(key.data)] = value
                self.watcher.set_variable(self, value, node, frame)
            elif isinstance(option, External) and option.name == "sys.argv" and isinstance(value, Listing):
                self.set_outside["sys.argv"] = Listing({}, [Known({}, ""), *value.items])
            elif isinstance(option, Instance):
                special = self.member(option, "__setitem__", node, frame)
                if special is not None:
                    self.call(special, [key, value], {}, node, frame)
                elif option.held is not None:
                    store(option.held, key, value)
            else:
                copied = {"copied-to": self.origin(node, frame)} if is_copy(text_hint(key), value) else {}
                option.taint = union(option.taint, deep_taint(value), copied)

    # Iteration

    def is_listed(self, value: Value) -> bool:
        """Whether the items are known one by one."""
        if isinstance(value, Choice):
            return all(map(self.is_listed, value.options))
        if isinstance(value, Listing | Mapping):
            return not (isinstance(value, Mapping) and value.others)
        if isinstance(value, Namespace):
            return isinstance(value.of, External | Frame | Klass | Instance | Imported)
        return isinstance(value, Known) and isinstance(value.data, str | bytes)

    def names_in(self, value: Namespace) -> list[Value]:
        """The names of a namespace: all of what the package made, of something outside those that are worth finding."""
        of = value.of
        if isinstance(of, External):
            return [Known({}, name) for name in WORTH_FINDING.get(of.name, ())]
        if isinstance(of, Imported) and of.module is not None:
            of = self.frame_of(of.module)
        names = of.names if isinstance(of, Frame) else of.members if isinstance(of, Klass | Instance) else {}
        return [Known({}, name) for name in list(names)[:MAX_NAMES] if not name.startswith("\0")]

    def iterate(self, value: Value, node: Node) -> list[Value]:
        """The items of a value; one unknown item where they are not known."""
        if isinstance(value, Choice):
            return [item for option in value.options for item in self.iterate(option, node)][:MAX_ITERATED]
        if isinstance(value, Listing):
            return value.items[:MAX_ITERATED]
        if isinstance(value, Known) and isinstance(value.data, str | bytes):
            return [Known(value.taint, item) for item in value.data[:MAX_ITERATED]]
        if isinstance(value, Mapping):
            return [_key(key) for key in list(value.entries)[:MAX_ITERATED]]
        if isinstance(value, Namespace) and self.is_listed(value):
            return self.names_in(value)
        if isinstance(value, Instance):
            special = value.klass.find("__iter__")
            if isinstance(special, Function):
                made = self.call(
                    special,
                    [value],
                    {},
                    node,
                    Frame(special.frame.module if special.frame else next(iter(self.frames.values())).module),
                )
                return self.iterate(made, node) if not isinstance(made, Instance) else [self.element(made)]
        return [self.element(value)]

    def element(self, value: Value) -> Value:
        """One item of something whose items are not known."""
        if isinstance(value, FilePath):
            return FilePath(value.taint, value.text)
        if isinstance(value, External) and value.name == "os.environ":
            return Unknown(value.taint)
        if isinstance(value, External) and PEERS.match(value.name):
            here = next(iter(value.taint.values()), Origin("", 0, value.name))
            return Unknown({**value.taint, "network": here, "url": here})
        hint = value.hint if isinstance(value, Unknown) else ""
        return Unknown(deep_taint(value), hint)

    def ordered(self, value: Value, keywords: dict[str, Value], node: Node, frame: Frame) -> list[Value]:
        """The items as `sorted` puts them, if their keys are known."""
        items = list(self.iterate(value, node))
        key = keywords.get("key")
        keys = [plain(self.call(key, [item], {}, node, frame) if key is not None else item) for item in items]
        backwards = isinstance(found := keywords.get("reverse"), Known) and bool(found.data)
        if not all(known for known, _ in keys):
            return items
        data: list[Any] = [value for _, value in keys]
        try:
            order = sorted(range(len(items)), key=lambda at: data[at], reverse=backwards)
        except TypeError:
            return items
        return [items[at] for at in order]


def is_copy(key: str, value: Value) -> bool:
    """Whether an entry of a message sends a copy of it to an address that stands in the source."""
    if key.lower() not in ("bcc", "blind_copies", "bcc_recipients"):
        return False
    listed = value.items if isinstance(value, Listing) else [value]
    return any(isinstance(item, Known) and "@" in text_hint(item) for item in listed[:8])


def _key(key: object) -> Value:
    return Known({}, key) if isinstance(key, str | bytes | int | float) or key is None else lifted(key, {})
