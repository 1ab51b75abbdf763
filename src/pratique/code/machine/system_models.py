"""Imports, decoders, paths, files, the environment, threads: what modules of the standard library do with the machine's values."""

from __future__ import annotations

import array
import csv
import json
import posixpath
import re
import shlex
import textwrap
import tomllib
from collections.abc import Callable
from itertools import islice
from typing import TYPE_CHECKING

from pratique.code import decoding, sensitive
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
    Method,
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
    with_labels,
)
from pratique.code.syntax import text_of

if TYPE_CHECKING:
    from tree_sitter import Node

    from pratique.code.machine.semantics import Semantics

from pratique.code.machine import codec_models
from pratique.code.machine.builtin_models import Arguments, Keywords, Model, first
from pratique.code.machine.methods import content

EVERYTHING = re.compile(r"~/?(?:Documents|Desktop|Pictures)?/?|/|/home/?|[A-Z]:[/\\\\]*(?:Users)?")
MAX_ROWS = 10_000
MAX_LINE = 16_384
MAX_PARSED = 1 << 20
SITE = "/usr/lib/python3/site-packages"


def call_import(machine: Semantics, given: Arguments, keywords: Keywords, node: Node, frame: Frame) -> Value | None:
    name = first(given, keywords, "name")
    if isinstance(name, Choice):
        return either([call_import(machine, [o, *given[1:]], {}, node, frame) or Unknown() for o in options(name)])
    if not isinstance(name, Known) or not isinstance(name.data, str):
        return Unknown(deep_taint(name))
    if len(given) == 1 and "." in name.data and frame.module.name and text_of(node).startswith("__import__"):
        return machine.imported(name.data.partition(".")[0], frame)
    whole = frame.module.syntax._absolute(name.data) if name.data.startswith(".") else name.data
    return machine.imported(whole, frame)


def call_decode(name: str) -> Model:
    def model(machine: Semantics, given: Arguments, keywords: Keywords, node: Node, frame: Frame) -> Value | None:
        value = first(given, keywords, "s", "data")
        taint = with_labels(deep_taint(value), machine.origin(node, frame), "decoded")
        known, data = plain(value)
        if known and isinstance(data, str | bytes):
            taint = with_labels(taint, machine.origin(node, frame), "literal")
            made = decoding.decoded(name, data)
            return Known(taint, made) if made is not None else Unknown(taint)
        return Unknown(taint)

    return model


def call_codec(machine: Semantics, given: Arguments, keywords: Keywords, node: Node, frame: Frame) -> Value | None:
    value = first(given, keywords, "obj")
    codec = given[1] if len(given) > 1 else keywords.get("encoding", Known({}, "utf-8"))
    taint = with_labels(deep_taint(value), machine.origin(node, frame), "decoded")
    known, data = plain(value)
    if known and isinstance(data, str | bytes) and isinstance(codec, Known) and isinstance(codec.data, str):
        made = decoding.by_codec(codec.data, data)
        taint = with_labels(taint, machine.origin(node, frame), "literal")
        return Known(taint, made) if made is not None else Unknown(taint)
    return Unknown(taint)


def call_join_paths(machine: Semantics, given: Arguments, keywords: Keywords, node: Node, frame: Frame) -> Value | None:
    taint = union(*(deep_taint(value) for value in given))
    hints = [text_hint(value) for value in given]
    text = posixpath.join(*hints) if hints else ""
    known = all(isinstance(value, Known | FilePath) for value in given)
    return Known(taint, text) if known else Unknown(taint, text)


def call_dirname(machine: Semantics, given: Arguments, keywords: Keywords, node: Node, frame: Frame) -> Value | None:
    value = first(given, keywords)
    hint = posixpath.dirname(text_hint(value))
    return Known(value.taint, hint) if isinstance(value, Known | FilePath) else Unknown(value.taint, hint)


def call_path(machine: Semantics, given: Arguments, keywords: Keywords, node: Node, frame: Frame) -> Value | None:
    return FilePath(
        union(*(deep_taint(v) for v in given)), posixpath.join(*(text_hint(v) for v in given)) if given else "."
    )


def call_fixed(text: str) -> Model:
    return lambda machine, given, keywords, node, frame: Known({}, text)


def call_home(machine: Semantics, given: Arguments, keywords: Keywords, node: Node, frame: Frame) -> Value | None:
    return FilePath({}, "~")


def call_sites(machine: Semantics, given: Arguments, keywords: Keywords, node: Node, frame: Frame) -> Value | None:
    return Listing({}, [Known({}, SITE)])


def call_temporary(pair: bool) -> Model:
    def model(machine: Semantics, given: Arguments, keywords: Keywords, node: Node, frame: Frame) -> Value | None:
        machine.temporary += 1
        suffix = text_hint(keywords["suffix"]) if "suffix" in keywords else ""
        path = Known({}, f"/tmp/pratique-{machine.temporary}{suffix}")  # noqa: S108 - names a file of the scanned program
        return Listing({}, [path, path], "tuple") if pair else path

    return model


def call_temporary_file(
    machine: Semantics, given: Arguments, keywords: Keywords, node: Node, frame: Frame
) -> Value | None:
    path = call_temporary(False)(machine, given, keywords, node, frame)
    return Method({}, path or Known(), "open") if path is not None else None


def call_open(machine: Semantics, given: Arguments, keywords: Keywords, node: Node, frame: Frame) -> Value | None:
    """A file: a `Method` named `open` whose holder is its path."""
    path = first(given, keywords, "file", "name")
    if "encoding" in keywords:
        codec_models.read_by_package(machine, content(machine, path, node, frame), keywords["encoding"], node, frame)
    return Method({}, path, "open")


def call_getenv(machine: Semantics, given: Arguments, keywords: Keywords, node: Node, frame: Frame) -> Value | None:
    name = first(given, keywords, "key")
    found = machine.variable(name.data if isinstance(name, Known) else None, node, frame)
    if len(given) > 1 and isinstance(found, Unknown):
        return either([found, given[1]])
    return found


def call_setenv(machine: Semantics, given: Arguments, keywords: Keywords, node: Node, frame: Frame) -> Value | None:
    if len(given) == 2 and isinstance(given[0], Known):
        machine.environment.setdefault(str(given[0].data), given[1])
        return machine.environment[str(given[0].data)]
    return Known()


def call_environment(
    machine: Semantics, given: Arguments, keywords: Keywords, node: Node, frame: Frame
) -> Value | None:
    return Unknown({"environment": machine.origin(node, frame)})


def call_compile(machine: Semantics, given: Arguments, keywords: Keywords, node: Node, frame: Frame) -> Value | None:
    return first(given, keywords, "source")


def _read(machine: Semantics, given: Arguments, keywords: Keywords, node: Node, frame: Frame) -> Value:
    """A text, or what an open file holds."""
    value = first(given, keywords, "s", "fp")
    opened = isinstance(value, Method) and value.name == "open"
    return content(machine, value.holder, node, frame) if isinstance(value, Method) and opened else value


def call_joined_json(
    machine: Semantics, given: Arguments, keywords: Keywords, node: Node, frame: Frame
) -> Value | None:
    """`json.loads(text)` and `json.load(file)`."""
    return _parsed(json.loads, _read(machine, given, keywords, node, frame))


def call_toml(machine: Semantics, given: Arguments, keywords: Keywords, node: Node, frame: Frame) -> Value | None:
    """`tomllib.loads(text)` and `tomllib.load(file)`."""
    return _parsed(tomllib.loads, _read(machine, given, keywords, node, frame))


def _parsed(parse: Callable[[str], object], value: Value) -> Value | None:
    known, data = plain(value)
    if not known or not isinstance(data, str | bytes) or len(data) >= MAX_PARSED:
        return None
    try:
        text = data.decode("utf-8", "replace") if isinstance(data, bytes) else data
        return lifted(parse(text), deep_taint(value))
    except (ValueError, RecursionError):
        return Unknown(deep_taint(value))


def call_resources(machine: Semantics, given: Arguments, keywords: Keywords, node: Node, frame: Frame) -> Value | None:
    """`importlib.resources.files(anchor)`: the folder of a package."""
    folder = _folder(machine, first(given, keywords, "anchor", "package"))
    return FilePath({}, folder) if folder else None


def call_resource(machine: Semantics, given: Arguments, keywords: Keywords, node: Node, frame: Frame) -> Value | None:
    """`importlib.resources.read_text(package, name)`, `pkgutil.get_data(package, name)`."""
    folder = _folder(machine, given[0]) if len(given) > 1 else ""
    return content(machine, FilePath({}, f"{folder}/{text_hint(given[1])}"), node, frame) if folder else None


def _folder(machine: Semantics, anchor: Value) -> str:
    """The folder of the package's module that an anchor names."""
    module = anchor.module if isinstance(anchor, Imported) else machine.package.by_name.get(text_hint(anchor))
    return f"/package/{posixpath.dirname(module.path)}".rstrip("/") if module is not None else ""


def call_evaluated(machine: Semantics, given: Arguments, keywords: Keywords, node: Node, frame: Frame) -> Value | None:
    """`eval` of a constant: the machine reads the expression."""
    value = first(given, keywords, "source")
    if isinstance(value, Known) and isinstance(value.data, str | bytes):
        found = machine.watcher.run_text(machine, value, node, frame, expression=True)
        return found if found is not None else Unknown(value.taint)
    return Unknown(deep_taint(value))


def call_executed(machine: Semantics, given: Arguments, keywords: Keywords, node: Node, frame: Frame) -> Value | None:
    value = first(given, keywords, "source")
    if isinstance(value, Known) and isinstance(value.data, str | bytes):
        machine.watcher.run_text(machine, value, node, frame, expression=False)
    return Known()


def call_started(machine: Semantics, given: Arguments, keywords: Keywords, node: Node, frame: Frame) -> Value | None:
    """What runs a function soon: threads, pools, exit handlers, loops."""
    arguments = keywords.get("args")
    bound = machine.iterate(arguments, node) if arguments is not None and machine.is_listed(arguments) else []
    target = keywords.get("target")
    values = [target, *given] if target is not None else list(given)
    for at, value in enumerate(values[:4]):
        for option in options(value):
            if isinstance(option, Function | Bound):
                rest = bound or list(values[at + 1 :])
                machine.started.append(Bound({}, option, rest))
                machine.escape([Bound({}, option, rest)], node, frame, now=True)
            elif isinstance(option, External) and sensitive.is_send(option.name):
                named = keywords.get("kwargs")
                passed = {str(k): v for k, v in named.entries.items()} if isinstance(named, Mapping) else {}
                machine.outside(option, bound, passed, node, frame)
            elif (
                isinstance(option, External)
                and option.name
                and (option.name in sensitive.EXECUTE or sensitive.is_process(option.name))
            ):
                machine.outside(option, bound or [v for v in values if v is not value], {}, node, frame)
    return None


def call_decorator(name: str) -> Model:
    """A decorator that changes nothing that matters here, with or without arguments."""

    def model(machine: Semantics, given: Arguments, keywords: Keywords, node: Node, frame: Frame) -> Value | None:
        return (
            given[0] if given and isinstance(given[0], Function) and name != "functools.wraps()" else External({}, name)
        )

    return model


def call_plain_object(
    machine: Semantics, given: Arguments, keywords: Keywords, node: Node, frame: Frame
) -> Value | None:
    return Instance({}, Klass({}, "SimpleNamespace"), dict(keywords))


def call_module_object(
    machine: Semantics, given: Arguments, keywords: Keywords, node: Node, frame: Frame
) -> Value | None:
    return Instance({}, Klass({}, "module"), {"__name__": given[0] if given else Known()})


def call_array(machine: Semantics, given: Arguments, keywords: Keywords, node: Node, frame: Frame) -> Value | None:
    """`array.array("B", numbers)`: what its bytes are."""
    code = given[0].data if given and isinstance(given[0], Known) else None
    known, numbers = plain(given[1]) if len(given) == 2 else (False, None)
    if (
        not known
        or not isinstance(numbers, list)
        or code not in ("b", "B", "h", "H", "i", "I", "l", "L", "q", "Q", "f", "d")
    ):
        return None
    taint = with_labels(deep_taint(given[1]), machine.origin(node, frame), "characters", "literal")
    try:
        data = array.array(str(code), numbers).tobytes()
    except (TypeError, ValueError, OverflowError):
        return Unknown(taint)
    return Listing(taint, [Known(taint, byte) for byte in data], "bytearray")


def call_glob(machine: Semantics, given: Arguments, keywords: Keywords, node: Node, frame: Frame) -> Value | None:
    """`glob.glob(pattern)`: one path, which is the pattern."""
    pattern = first(given, keywords, "pathname")
    text = text_hint(pattern)
    taint = with_labels(deep_taint(pattern), machine.origin(node, frame), "walked-files")
    return Listing({}, [Known(taint, text) if isinstance(pattern, Known) else Unknown(taint, text)])


def call_listdir(machine: Semantics, given: Arguments, keywords: Keywords, node: Node, frame: Frame) -> Value | None:
    """`os.listdir(path)`: one name, which is not known."""
    taint = {"walked-files": machine.origin(node, frame), **deep_taint(first(given, keywords, "path"))}
    return Listing({}, [Unknown(taint, "X")])


def call_update_environment(
    machine: Semantics, given: Arguments, keywords: Keywords, node: Node, frame: Frame
) -> Value | None:
    entries = given[0].entries if given and isinstance(given[0], Mapping) else {}
    for name, value in [*entries.items(), *keywords.items()]:
        machine.environment[str(name)] = value
        machine.watcher.set_variable(machine, value, node, frame)
    return Known()


def call_which(machine: Semantics, given: Arguments, keywords: Keywords, node: Node, frame: Frame) -> Value | None:
    """`shutil.which(name)`: the path of a program that somebody installed."""
    return Unknown(
        {"installed-program": machine.origin(node, frame)}, f"/usr/bin/{text_hint(first(given, keywords, 'cmd'))}"
    )


def call_objects(machine: Semantics, given: Arguments, keywords: Keywords, node: Node, frame: Frame) -> Value | None:
    """`gc.get_objects()`: among all objects, the dictionary of the builtins is what is looked for."""
    return Listing({}, [Namespace({}, External({}, "builtins"))])


def call_walk(machine: Semantics, given: Arguments, keywords: Keywords, node: Node, frame: Frame) -> Value | None:
    """`os.walk(root)`: one folder with one file; below the home or the root these are everything that the user has."""
    root = first(given, keywords, "top")
    text = text_hint(root)
    taint = {"walked-files": machine.origin(node, frame), **deep_taint(root)}
    if EVERYTHING.fullmatch(text):
        taint["users-files"] = machine.origin(node, frame)
    folder, name = Unknown(taint, text), Unknown(taint, "X")
    return Listing({}, [Listing({}, [folder, Listing(taint, []), Listing(taint, [name])], "tuple")])


def call_queue(machine: Semantics, given: Arguments, keywords: Keywords, node: Node, frame: Frame) -> Value | None:
    """A queue: what is put into it comes out again."""
    return Listing({}, [])


def call_csv(machine: Semantics, given: Arguments, keywords: Keywords, node: Node, frame: Frame) -> Value | None:
    """`csv.reader(file)` of a text that is known."""
    source = given[0] if given else Unknown()
    text = (
        content(machine, source.holder, node, frame) if isinstance(source, Method) and source.name == "open" else source
    )
    if not isinstance(text, Known) or not isinstance(text.data, str):
        return None
    try:
        rows = list(islice(csv.reader(text.data.splitlines()), MAX_ROWS))
    except csv.Error:
        return None
    return lifted(rows, text.taint)


def call_csv_named(machine: Semantics, given: Arguments, keywords: Keywords, node: Node, frame: Frame) -> Value | None:
    """`csv.DictReader(file)`: rows by the names in the first one."""
    rows = call_csv(machine, given[:1], keywords, node, frame)
    if not isinstance(rows, Listing) or len(given) > 1 or keywords:
        return None
    names, *others = [[text_hint(cell) for cell in machine.iterate(row, node)] for row in rows.items] or [[]]
    return Listing({}, [lifted(dict(zip(names, row, strict=False)), rows.taint) for row in others])


def call_archive(machine: Semantics, given: Arguments, keywords: Keywords, node: Node, frame: Frame) -> Value | None:
    """`shutil.make_archive(name, format, folder)`: a file that holds what the folder holds."""
    folder = given[2] if len(given) > 2 else keywords.get("root_dir", Unknown())
    path = Known(
        {}, f"{text_hint(first(given, keywords, 'base_name'))}.{text_hint(given[1]) if len(given) > 1 else 'zip'}"
    )
    machine.files[text_hint(path)] = Unknown(deep_taint(content(machine, folder, node, frame)))
    return path


def call_copy_stream(
    machine: Semantics, given: Arguments, keywords: Keywords, node: Node, frame: Frame
) -> Value | None:
    """`shutil.copyfileobj(source, target)`: what one stream gives is written to the other."""
    if len(given) < 2:
        return None
    source = given[0]
    held = content(machine, source.holder, node, frame) if isinstance(source, Method) else Unknown(deep_taint(source))
    machine.call(machine.attribute(given[1], "write", node, frame), [held], {}, node, frame)
    return Known()


def call_split_words(
    machine: Semantics, given: Arguments, keywords: Keywords, node: Node, frame: Frame
) -> Value | None:
    """`shlex.split` of a text that is known."""
    value = first(given, keywords, "s")
    if not isinstance(value, Known) or not isinstance(value.data, str) or len(value.data) > MAX_LINE:
        return None
    try:
        return lifted(shlex.split(value.data), value.taint)
    except ValueError:
        return None


def call_wrapped(machine: Semantics, given: Arguments, keywords: Keywords, node: Node, frame: Frame) -> Value | None:
    """`textwrap.wrap(text, width)`: lines of a text; one that stands for all where it is not known."""
    text = first(given, keywords, "text")
    width = given[1] if len(given) > 1 else keywords.get("width", Known({}, 70))
    if (
        isinstance(text, Known)
        and isinstance(text.data, str)
        and isinstance(width, Known)
        and len(text.data) < MAX_ROWS
    ):
        try:
            return lifted(textwrap.wrap(text.data, int(text_hint(width))), text.taint)
        except ValueError:
            return None
    return Listing({}, [Unknown(deep_taint(text), text_hint(text))])


def call_url(machine: Semantics, given: Arguments, keywords: Keywords, node: Node, frame: Frame) -> Value | None:
    """`urllib.parse.urlunsplit((scheme, host, path, query, fragment))`."""
    value = first(given, keywords, "components")
    if not isinstance(value, Listing) or len(value.items) not in (5, 6):
        return None
    scheme, host, path, *others = map(text_hint, value.items)
    rest = "".join(sign + text for sign, text in zip("?#" if len(others) == 2 else ";?#", others, strict=False) if text)
    text = f"{scheme}://{host}/{path.lstrip('/')}{rest}"
    known = all(isinstance(item, Known) for item in value.items)
    return Known(deep_taint(value), text) if known else Unknown(deep_taint(value), text)
