"""Codecs that a package registers: `codecs.register(search)`, and what asks for one by its name."""

from __future__ import annotations

import re
from collections.abc import Callable
from encodings.aliases import aliases
from typing import TYPE_CHECKING

from pratique.code.machine.values import (
    External,
    Frame,
    Instance,
    Klass,
    Known,
    Listing,
    Value,
    options,
)

if TYPE_CHECKING:
    from tree_sitter import Node

    from pratique.code.machine.semantics import Semantics

Arguments = list[Value]
Keywords = dict[str, Value]
Model = Callable[["Semantics", External, Arguments, Keywords, "Node", Frame], "Value | None"]
MAX_SEARCHES = 8
MAX_MODULES = 60
STANDARD = frozenset({*aliases, *aliases.values(), "utf8", "utf_8_sig", "idna", "punycode", "unicode_escape"})
PARTS = ("encode", "decode", "streamreader", "streamwriter", "incrementalencoder", "incrementaldecoder")


def register(
    machine: Semantics, of: External, given: Arguments, keywords: Keywords, node: Node, frame: Frame
) -> Value | None:
    """`codecs.register(search)`."""
    if given and len(machine.searches) < MAX_SEARCHES:
        machine.searches.append(given[0])
    return None


def made(
    machine: Semantics, of: External, given: Arguments, keywords: Keywords, node: Node, frame: Frame
) -> Value | None:
    """`codecs.CodecInfo(encode, decode, …)`."""
    members = {**dict(zip(PARTS, given, strict=False)), **keywords}
    return Instance({}, Klass({}, "CodecInfo"), members)


def looked_up(part: str) -> Model:
    """`codecs.lookup(name)`, or one part of what it finds."""

    def model(
        machine: Semantics, of: External, given: Arguments, keywords: Keywords, node: Node, frame: Frame
    ) -> Value | None:
        found = codec(machine, given[0], node, frame) if given else None
        return found.members.get(part) if found is not None and part else found

    return model


def recoded(part: str) -> Model:
    """`codecs.decode(data, name)` and `codecs.encode(data, name)`."""

    def model(
        machine: Semantics, of: External, given: Arguments, keywords: Keywords, node: Node, frame: Frame
    ) -> Value | None:
        name = given[1] if len(given) > 1 else keywords.get("encoding")
        return by_package(machine, part, given[0], name, node, frame) if given else None

    return model


def by_package(
    machine: Semantics, part: str, data: Value, name: Value | None, node: Node, frame: Frame
) -> Value | None:
    """What a codec of the package makes of data; None if the name is none of the package's."""
    found = codec(machine, name, node, frame) if name is not None else None
    function = found.members.get(part) if found is not None else None
    if function is None:
        return None
    answer = machine.call(function, [data, Known({}, "strict")], {}, node, frame)
    return answer.items[0] if isinstance(answer, Listing) and answer.items else answer


def read_by_package(machine: Semantics, data: Value, name: Value, node: Node, frame: Frame) -> Value | None:
    """What a codec of the package makes of a file's content: its incremental decoder is asked."""
    found = codec(machine, name, node, frame)
    decoder = found.members.get("incrementaldecoder") if found is not None else None
    if decoder is None:
        return by_package(machine, "decode", data, name, node, frame)
    held = machine.call(decoder, [Known({}, "strict")], {}, node, frame)
    method = machine.attribute(held, "decode", node, frame)
    return machine.call(method, [data, Known({}, True)], {}, node, frame)


def codec(machine: Semantics, name: Value, node: Node, frame: Frame) -> Instance | None:
    """The codec that the package's search functions give for a name that is none of Python's."""
    if not isinstance(name, Known) or not isinstance(name.data, str):
        return None
    asked = re.sub(r"[^0-9a-z.]+", "_", name.data[:64].lower())
    if asked in STANDARD or not asked:
        return None
    if not machine.searches:
        _import_registering(machine, frame)
    for search in machine.searches[:MAX_SEARCHES]:
        for option in options(machine.call(search, [Known(name.taint, asked)], {}, node, frame)):
            if isinstance(option, Instance):
                members = {part: value for part in PARTS if (value := machine.member(option, part, node, frame))}
                return Instance({}, option.klass, members)
            if isinstance(option, Listing):
                return Instance({}, Klass({}, "CodecInfo"), dict(zip(PARTS, option.items[:4], strict=False)))
    return None


def _import_registering(machine: Semantics, frame: Frame) -> None:
    """Run the modules that register codecs: what imports them for that alone asks them for nothing."""
    for module in machine.package.modules[:MAX_MODULES]:
        allowed = machine.allowed is None or module.name in machine.allowed
        if allowed and module is not frame.module and not module.depth and b"codecs.register" in module.data:
            machine.frame_of(module)
