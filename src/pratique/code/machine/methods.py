"""Methods of constants, containers, paths and files."""

from __future__ import annotations

import posixpath
import re
import string
from itertools import islice
from typing import TYPE_CHECKING

from pratique.code import sensitive
from pratique.code.machine import codec_models
from pratique.code.machine.constants import NotConstantError, method
from pratique.code.machine.expressions import joined
from pratique.code.machine.semantics import Semantics
from pratique.code.machine.values import (
    FilePath,
    Frame,
    Instance,
    Known,
    Listing,
    Mapping,
    Method,
    Namespace,
    Unknown,
    Value,
    deep_taint,
    lifted,
    plain,
    text_hint,
    union,
    with_labels,
)
from pratique.code.taint import Taint, of_content, transformed

if TYPE_CHECKING:
    from tree_sitter import Node

MAX_TEMPLATE = 65536  # characters
MAX_FIELDS = 512
Arguments = list[Value]
Keywords = dict[str, Value]


def of_method(
    machine: Semantics, bound: Method, given: Arguments, keywords: Keywords, node: Node, frame: Frame
) -> Value:
    """`holder.name(…)`."""
    found = _of_kind(machine, bound, given, keywords, node, frame)
    if found is not None:
        return found
    holder, name = bound.holder, bound.name
    taint = union(deep_taint(holder), *(deep_taint(v) for v in given), *(deep_taint(v) for v in keywords.values()))
    if name in ("fromhex", "translate") or (name in ("decrypt", "decompress")):
        taint = with_labels(taint, machine.origin(node, frame), "decoded", "literal")
    if name == "to_bytes" and isinstance(holder, Known):
        taint = with_labels(taint, machine.origin(node, frame), "characters", "literal")
    if name == "format" and isinstance(holder, Known):
        given = [machine.as_text(v, node) if not isinstance(v, Known) else v for v in given]
    values = [plain(v) for v in given]
    names = {k: plain(v) for k, v in keywords.items()}
    known, data = plain(holder)
    if known and all(k for k, _ in values) and all(k for k, _ in names.values()):
        try:
            computed = method(data, name, [d for _, d in values], {k: d for k, (_, d) in names.items()})
            return lifted(computed, taint)
        except NotConstantError:
            pass
    if isinstance(holder, Known) and name == "format":
        return Unknown(taint, _formatted_hint(str(holder.data), given))
    if name in ("get", "pop") and given:
        taint = {**transformed(taint), **machine.header(given[0], node, frame)}
    if isinstance(holder, Unknown) or name in ("encode", "decode", "strip"):
        machine.escape(given, node, frame)
        return Unknown(taint, text_hint(holder) if name in ("encode", "decode", "strip", "rstrip", "lower") else "")
    return Unknown(taint)


def _of_kind(
    machine: Semantics, bound: Method, given: Arguments, keywords: Keywords, node: Node, frame: Frame
) -> Value | None:
    """Methods of files, paths and containers, and those of texts that ask the package for something."""
    holder, name = bound.holder, bound.name
    if isinstance(holder, Method) and holder.name == "open":
        return _of_file(machine, holder, name, given, node, frame)
    if isinstance(holder, FilePath):
        return _of_path(machine, holder, name, given, node, frame)
    if isinstance(holder, Listing):
        found = _of_listing(machine, holder, name, given, keywords, node, frame)
        if found is not None:
            return found
    if isinstance(holder, Mapping | Namespace):
        return _of_mapping(machine, holder, name, given, node, frame)
    if isinstance(holder, Method) and holder.name == "template" and name in ("substitute", "safe_substitute"):
        return _substituted(machine, holder.holder, given, keywords, node, frame)
    if name in ("decode", "encode") and (given or "encoding" in keywords):
        encoding = given[0] if given else keywords["encoding"]
        made = codec_models.by_package(machine, name, holder, encoding, node, frame)
        if made is not None:
            return made
    if not isinstance(holder, Known) or not given:
        return None
    if name == "format_map" or (name == "format" and any(isinstance(value, Instance) for value in given)):
        return formatted(machine, holder, given, keywords, node, frame)
    return _joined(machine, holder, given[0], node) if name == "join" else None


def formatted(
    machine: Semantics, template: Known, given: Arguments, keywords: Keywords, node: Node, frame: Frame
) -> Value | None:
    """`text.format(…)` and `text.format_map(mapping)` where objects of the package answer."""
    try:
        parsed = list(islice(string.Formatter().parse(str(template.data)[:MAX_TEMPLATE]), MAX_FIELDS))
    except ValueError:
        return None
    mapped = len(given) == 1 and isinstance(given[0], Instance | Mapping) and not keywords
    pieces: list[Value] = []
    for at, (text, name, told, _) in enumerate(parsed):
        pieces.append(Known(template.taint, text))
        if name is None:
            continue
        first, *rest = re.split(r"[.\[]", name.replace("]", ""))
        position = int(first) if first.isdecimal() and len(first) < 4 else at if not first else len(given)
        value = keywords.get(first) or (given[position] if position < len(given) else None)
        if value is None:
            value = machine.item(given[0], Known({}, first), node, frame) if mapped else Unknown()
        for piece in rest[:8]:
            value = machine.attribute(value, piece, node, frame)
        special = machine.member(value, "__format__", node, frame)
        shown = machine.call(special, [Known({}, told or "")], {}, node, frame) if special is not None else value
        pieces.append(machine.as_text(shown, node))
    return joined(pieces)


def _substituted(
    machine: Semantics, template: Value, given: Arguments, keywords: Keywords, node: Node, frame: Frame
) -> Value:
    """`string.Template(text).substitute(mapping, name=value)`."""
    made: list[Value] = []
    for at, piece in enumerate(re.split(r"\$\{?(\w+)\}?", text_hint(template)[:MAX_TEMPLATE])):
        if at % 2 == 0:
            made.append(Known({}, piece))
        elif piece in keywords or not given:
            made.append(keywords.get(piece, Known({}, f"${piece}")))
        else:
            made.append(machine.item(given[0], Known({}, piece), node, frame))
    return joined(made)


def _formatted_hint(template: str, given: Arguments) -> str:
    made = template
    for value in given[:16]:
        made = made.replace("{}", text_hint(value), 1)
    return made[:16384]


def _joined(machine: Semantics, holder: Known, value: Value, node: Node) -> Value:
    if not machine.is_listed(value):
        return Unknown(union(holder.taint, deep_taint(value)), text_hint(value) if isinstance(value, Unknown) else "")
    items = machine.iterate(value, node)
    pieces: list[Value] = []
    for at, item in enumerate(items):
        if at and holder.data:
            pieces.append(holder)
        pieces.append(item if isinstance(item, Known) else Unknown(deep_taint(item), text_hint(item)))
    made = joined(pieces) if pieces else Known({}, holder.data[:0] if isinstance(holder.data, str | bytes) else "")
    made.taint = union(made.taint, value.taint)
    return made


def _of_listing(
    machine: Semantics, holder: Listing, name: str, given: Arguments, keywords: Keywords, node: Node, frame: Frame
) -> Value | None:
    first = given[0] if given else Known()
    if name in ("append", "add", "appendleft", "put", "put_nowait"):
        holder.items.append(first)
    elif name in ("extend", "update"):
        holder.items += machine.iterate(first, node)
    elif name == "insert" and len(given) > 1:
        at = first.data if isinstance(first, Known) and isinstance(first.data, int) else 0
        holder.items.insert(at, given[1])
    elif name == "reverse":
        holder.items.reverse()
    elif name == "sort":
        ordered = machine.ordered(holder, keywords, node, frame)
        holder.items = ordered
    elif name in ("pop", "popleft", "get", "get_nowait", "__next__"):
        at = -1 if name == "pop" and not given else 0
        if isinstance(first, Known) and isinstance(first.data, int) and given:
            at = first.data
        return holder.items.pop(at) if -len(holder.items) <= at < len(holder.items) else Unknown(holder.taint)
    elif name == "copy":
        return Listing(holder.taint, list(holder.items), holder.kind)
    elif name == "clear":
        holder.items.clear()
    elif name in ("tobytes", "tostring") and holder.kind == "bytearray":
        known, data = plain(holder)
        return Known(deep_taint(holder), data) if known and isinstance(data, bytes) else Unknown(deep_taint(holder))
    elif name == "send":
        return holder.items.pop(0) if holder.items else Unknown()
    else:
        return None
    return Known()


def _of_mapping(
    machine: Semantics, holder: Mapping | Namespace, name: str, given: Arguments, node: Node, frame: Frame
) -> Value:
    if name in ("get", "pop", "setdefault", "__getitem__") and given:
        known, data = plain(given[0])
        missing = (
            isinstance(holder, Mapping) and known and isinstance(data, str | int | bytes) and data not in holder.entries
        )
        if missing and not (isinstance(holder, Mapping) and holder.others):
            default = given[1] if len(given) > 1 else Known()
            if name == "setdefault":
                machine.set_item(holder, given[0], default, node, frame)
            return default
        return machine.item(holder, given[0], node, frame)
    if name == "update" and given:
        source = given[0]
        for key, value in source.entries.items() if isinstance(source, Mapping) else ():
            machine.set_item(holder, Known({}, key if isinstance(key, str | int) else str(key)), value, node, frame)
        return Known()
    if name == "__setitem__" and len(given) == 2:
        machine.set_item(holder, given[0], given[1], node, frame)
        return Known()
    if isinstance(holder, Namespace):
        names = machine.iterate(holder, node) if machine.is_listed(holder) else []
        pairs = [(n, machine.entry(holder, n, node, frame)) for n in names]
    else:
        pairs = [(lifted(k, {}), v) for k, v in holder.entries.items()]
        pairs += [(Unknown(), v) for v in holder.others[:8]]
    if name == "items":
        return Listing({}, [Listing({}, [k, v], "tuple") for k, v in pairs])
    if name == "keys":
        return Listing({}, [k for k, _ in pairs])
    if name == "values":
        return Listing({}, [v for _, v in pairs])
    if name == "copy" and isinstance(holder, Mapping):
        return Mapping(holder.taint, dict(holder.entries), list(holder.others))
    return Unknown(deep_taint(holder))


def _of_path(machine: Semantics, holder: FilePath, name: str, given: Arguments, node: Node, frame: Frame) -> Value:
    text = holder.text
    if name in ("read_text", "read_bytes"):
        return content(machine, holder, node, frame)
    if name in ("write_text", "write_bytes") and given:
        machine.watcher.wrote(machine, text, given[0], node, frame, holder.taint)
        machine.files[text] = given[0]
        return Unknown()
    if name == "open":
        return Method({}, holder, "open")
    if name in ("joinpath", "with_name", "glob", "rglob", "with_suffix"):
        base = posixpath.dirname(text) if name == "with_name" else text
        added = "/".join(text_hint(v) for v in given)
        made = FilePath(
            union(holder.taint, *(deep_taint(v) for v in given)),
            text + added if name == "with_suffix" else posixpath.join(base, added),
        )
        return Listing({}, [made]) if name in ("glob", "rglob") else made
    if name in ("expanduser", "resolve", "absolute", "as_posix", "__str__"):
        return holder if name != "as_posix" else Known(holder.taint, text)
    if name == "iterdir":
        return Listing({}, [FilePath(holder.taint, text)])
    if name in ("mkdir", "touch", "unlink", "chmod", "rename", "replace", "symlink_to"):
        return Known()
    return Unknown(holder.taint)


def _of_file(machine: Semantics, file: Method, name: str, given: Arguments, node: Node, frame: Frame) -> Value:
    text = text_hint(file.holder)
    if name in ("read", "readlines", "readline", "readall"):
        return content(machine, file.holder, node, frame)
    if name in ("write", "writelines") and given:
        machine.watcher.wrote(machine, text, given[0], node, frame, deep_taint(file.holder))
        before = machine.files.get(text)
        machine.files[text] = given[0] if before is None else joined([before, given[0]])
        return Unknown()
    return Known() if name in ("close", "flush", "seek", "__exit__") else file if name == "__enter__" else Unknown()


def of_open_file(machine: Semantics, value: Value, node: Node, frame: Frame) -> Taint:
    """The labels of what an open file holds that is handed to a reader."""
    return (
        deep_taint(content(machine, value.holder, node, frame))
        if isinstance(value, Method) and value.name == "open"
        else {}
    )


def content(machine: Semantics, path: Value, node: Node, frame: Frame) -> Value:
    """What reading a file gives: what the program wrote there, a secret, or data of the package or the machine."""
    text = text_hint(path)
    held = machine.files.get(text)
    if isinstance(held, FilePath) and held.text != text:
        return content(machine, held, node, frame)
    if held is not None:
        return held
    below = [value for path, value in list(machine.files.items())[:64] if len(text) > 3 and path.startswith(f"{text}/")]
    if below:
        return Unknown(union(*(deep_taint(content(machine, value, node, frame)) for value in below)))
    shipped = machine.text_at(text)
    if shipped is not None:
        return Known({"data-file": machine.origin(node, frame)}, shipped)
    source = machine.source_at(text)
    if source is not None:
        return source
    here = machine.origin(node, frame)
    found: Taint = {"data-file": here, **of_content(deep_taint(path))}
    match = sensitive.CREDENTIAL_PATH.search(text)
    if match is not None:
        found["credential:" + match[0]] = here
    if "caller" in deep_taint(path):
        found[sensitive.CALLER] = here
    for label in ("users-files", "walked-files"):
        if label in deep_taint(path):
            found[label] = here
    if match is not None and match[0].endswith("/environ"):
        found["environment"] = here
    return Unknown(found)
