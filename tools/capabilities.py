"""Gather what libraries' own sources say of their classes and functions into the capability tables.

    python tools/capabilities.py LIBRARY=FOLDER …      FOLDER holds the unpacked wheel; nothing in it is imported

For each library, the entries whose source begins with `derived from` are rewritten; reviewed entries stay and speak first.

A class is INERT_CLASS when none of its own or inherited constructors and hooks (`__new__`, `__init__`, `__setstate__`, `__del__`,
`__setattr__`, `__getattr__`, `__post_init__`) reaches a sink, INERT_STATE when only `__init__` or `__post_init__` does; its bases
must be known too. A function is dangerous when it reaches a sink within three calls of its own library. Anything else is left
out, which means: unknown.
"""

from __future__ import annotations

import ast
import json
import re
import sys
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

TABLES = Path(__file__).resolve().parent.parent / "src/pratique/code/capabilities"
HOOKS = {"__new__", "__setstate__", "__del__", "__setattr__", "__getattr__", "__getattribute__"}
CONSTRUCTORS = {"__init__", "__post_init__"}
MAX_DEPTH = 3
SKIPPED = re.compile(r"(^|/)(tests?|testing|_vendor|vendored|third_party|benchmarks?|examples?)(/|$)|conftest\.py$")
SINKS = {
    "DYNAMIC_CODE": {"eval", "exec", "compile", "code.interact", "types.CodeType", "types.FunctionType"},
    "PROCESS": {"os.system", "os.popen", "os.execv", "os.execve", "os.execvp", "os.fork", "os.kill", "os._exit", "pty.spawn"},
    "IMPORTS": {"__import__", "importlib.import_module", "imp.load_source", "runpy.run_path", "runpy.run_module"},
    "DESERIALISES": {
        "pickle.load", "pickle.loads", "pickle.Unpickler", "cPickle.load", "cPickle.loads", "dill.load", "dill.loads",
        "joblib.load",
        "cloudpickle.load", "cloudpickle.loads", "marshal.loads", "torch.load", "numpy.load", "yaml.load", "yaml.unsafe_load",
        "pandas.read_pickle", "shelve.open", "jsonpickle.decode",
    },
    "NETWORK": {"socket.socket", "urllib.request.urlopen", "urllib.request.urlretrieve", "socket.create_connection"},
    "WRITES_FILES": {"open", "io.open", "os.remove", "os.unlink", "shutil.rmtree", "shutil.copy", "shutil.move", "os.rename"},
}  # fmt: skip
SINK_PREFIXES = {
    "subprocess.": "PROCESS", "os.spawn": "PROCESS", "os.exec": "PROCESS", "requests.": "NETWORK", "httpx.": "NETWORK",
    "aiohttp.": "NETWORK", "urllib3.": "NETWORK", "ctypes.": "NATIVE", "huggingface_hub.": "NETWORK", "http.client.": "NETWORK",
    "ftplib.": "NETWORK", "smtplib.": "NETWORK", "multiprocessing.Process": "PROCESS", "torch.hub.": "NETWORK",
    "torch.utils.cpp_extension.": "DYNAMIC_CODE",
}  # fmt: skip
WITHHELD = {
    "exec", "eval", "compile", "run", "main", "load", "loads", "dump", "dumps", "open", "read", "write", "save", "fetch",
    "download", "upload", "url", "request", "import", "module", "reload", "system", "spawn", "popen", "call", "launch", "start",
    "shell", "command", "process", "subprocess", "thread", "fork", "kill", "exit", "remove", "delete", "unlink", "copy", "move",
    "rename", "path", "file", "folder", "directory", "getattr", "setattr", "globals", "locals", "function", "invoke", "apply",
    "deserialize", "unpickle", "pickle", "decode", "hook", "register", "socket", "connect", "server", "client", "send", "recv",
    "proxy", "plugin", "entry", "install", "build", "jit", "script", "trace", "lambda", "source", "code",
}  # fmt: skip
INERT_BASES = {
    "object", "dict", "list", "tuple", "set", "str", "int", "float", "bytes", "Exception", "ValueError", "RuntimeError", "type",
    "abc.ABC", "typing.Generic", "typing.Protocol", "typing.NamedTuple", "typing.TypedDict", "enum.Enum", "enum.IntEnum",
    "enum.Flag", "enum.IntFlag", "collections.OrderedDict", "collections.UserDict", "collections.abc.Mapping",
    "collections.abc.MutableMapping", "collections.abc.Sequence", "collections.defaultdict", "collections.namedtuple",
    "typing.Dict", "typing.List", "typing.Mapping", "typing.MutableMapping", "typing.Sequence", "typing.MutableSequence",
    "typing.Container", "typing.Iterable", "typing.Iterator", "typing.Set", "typing.Tuple", "typing.Callable", "typing.Hashable",
    "typing.Sized", "typing.Collection", "collections.abc.Iterable", "collections.abc.Iterator", "collections.abc.Callable",
    "collections.abc.MutableSequence", "collections.abc.Set", "collections.abc.MutableSet", "collections.abc.Container",
    "collections.UserList", "collections.UserString", "collections.Counter", "collections.deque", "frozenset", "bytearray",
    "complex", "property", "UserWarning", "Warning", "TypeError", "KeyError", "AttributeError", "NotImplementedError",
    "torch.autograd.Function",
}  # fmt: skip


@dataclass
class Function:
    calls: set[str] = field(default_factory=set)
    higher_order: bool = False  # it calls what it is given


@dataclass
class Class:
    bases: list[str]
    methods: dict[str, Function]


@dataclass
class Library:
    functions: dict[str, Function] = field(default_factory=dict)
    classes: dict[str, Class] = field(default_factory=dict)
    aliases: dict[str, str] = field(default_factory=dict)  # re-exported name -> where it is defined
    stars: dict[str, list[str]] = field(default_factory=dict)  # module -> modules that it imports `*` from


def read_library(name: str, folder: Path) -> Library:
    library = Library()
    root = folder / name
    paths = sorted(root.rglob("*.py")) if root.is_dir() else [p for p in (folder / f"{name}.py",) if p.exists()]
    for path in paths:
        relative = path.relative_to(folder)
        if SKIPPED.search(str(relative)):
            continue
        parts = relative.with_suffix("").parts
        module = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        try:
            tree = ast.parse(path.read_text("utf-8", "replace"))
        except (SyntaxError, ValueError, RecursionError):
            continue
        _read_module(library, module, tree, path.name == "__init__.py")
    _expand_stars(library)
    return library


def _expand_stars(library: Library) -> None:
    public: dict[str, dict[str, str]] = defaultdict(dict)
    for full in (*library.classes, *library.aliases):
        module, _, name = full.rpartition(".")
        if not name.startswith("_"):
            public[module][name] = library.aliases.get(full, full)
    for _ in range(4):  # packages that re-export packages
        for module, bases in library.stars.items():
            for base in bases:
                for name, target in list(public[base].items()):
                    public[module].setdefault(name, target)
                    library.aliases.setdefault(f"{module}.{name}", target)


def _read_module(library: Library, module: str, tree: ast.Module, package: bool) -> None:
    names: dict[str, str] = {}
    for node in ast.walk(tree):
        for local, target in _imported(node, module, package):
            names[local] = target
    for node in tree.body:
        for local, target in _imported(node, module, package):
            if local == "*":
                library.stars.setdefault(module, []).append(target.removesuffix(".*"))
            else:
                library.aliases.setdefault(f"{module}.{local}", target)
    for node in _top_level(tree):
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            names[node.name] = f"{module}.{node.name}"
    for node in _top_level(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            library.functions[f"{module}.{node.name}"] = _function(node, names)
        elif isinstance(node, ast.ClassDef):
            bases = [_resolve(base, names) or "?" for base in node.bases]
            methods = {
                item.name: _function(item, names)
                for item in node.body
                if isinstance(item, ast.FunctionDef | ast.AsyncFunctionDef)
            }
            library.classes[f"{module}.{node.name}"] = Class(bases, methods)


def _top_level(tree: ast.Module) -> Iterator[ast.stmt]:
    pending: list[ast.stmt] = list(tree.body)
    while pending:
        node = pending.pop(0)
        yield node
        if isinstance(node, ast.If | ast.Try):
            pending += [*node.body, *node.orelse, *getattr(node, "finalbody", [])]
            pending += [s for handler in getattr(node, "handlers", []) for s in handler.body]


def _imported(node: ast.AST, module: str, package: bool) -> Iterator[tuple[str, str]]:
    if isinstance(node, ast.Import):
        for alias in node.names:
            yield (
                alias.asname or alias.name.partition(".")[0],
                alias.name if alias.asname else alias.name.partition(".")[0],
            )
    elif isinstance(node, ast.ImportFrom):
        base = node.module or ""
        if node.level:
            parts = module.split(".")
            parts = parts[: len(parts) - node.level + (1 if package else 0)]
            base = ".".join([*parts, *([node.module] if node.module else [])])
        for alias in node.names:
            yield alias.asname or alias.name, f"{base}.{alias.name}"


def _resolve(node: ast.expr, names: dict[str, str]) -> str | None:
    if isinstance(node, ast.Subscript):
        return _resolve(node.value, names)
    if isinstance(node, ast.Call):
        return _resolve(node.func, names)
    path: list[str] = []
    while isinstance(node, ast.Attribute):
        path.append(node.attr)
        node = node.value
    if isinstance(node, ast.Name):
        return ".".join([names.get(node.id, node.id), *reversed(path)])
    return None


def _function(node: ast.AST, names: dict[str, str]) -> Function:
    calls = {_resolve(n.func, names) for n in ast.walk(node) if isinstance(n, ast.Call)}
    parameters = {
        a.arg for n in ast.walk(node) if isinstance(n, ast.arguments) for a in (*n.posonlyargs, *n.args, *n.kwonlyargs)
    }
    called = {n.func.id for n in ast.walk(node) if isinstance(n, ast.Call) and isinstance(n.func, ast.Name)}
    return Function({call for call in calls if call is not None}, bool(called & parameters) or None in calls)


def sink(call: str) -> str | None:
    for effect, names in SINKS.items():
        if call in names:
            return effect
    return next((effect for prefix, effect in SINK_PREFIXES.items() if call.startswith(prefix)), None)


class Judge:
    """Follows calls and bases inside one library."""

    def __init__(self, library: Library) -> None:
        self.library = library

    def home(self, name: str) -> str:
        for _ in range(6):
            if name in self.library.aliases and name not in self.library.classes and name not in self.library.functions:
                name = self.library.aliases[name]
        return name

    def reaches(self, function: Function, depth: int = MAX_DEPTH) -> str | None:
        for call in sorted(function.calls):
            found = sink(call)
            if found:
                return found
        if depth <= 1:
            return None
        for call in sorted(function.calls):
            inner = self.library.functions.get(self.home(call))
            found = self.reaches(inner, depth - 1) if inner else None
            if found:
                return found
        return None

    def is_inert_reference(self, name: str, function: Function) -> bool:
        """Whether the function may be named by data: it, and all it calls in its library, calls neither what it is given nor
        anything whose name says that it opens, runs, fetches or loads. Withholding trust by a word is safe; giving it is not.
        """
        pending, seen = [(name, function)], set()
        while pending:
            name, function = pending.pop()
            if name in seen:
                continue
            seen.add(name)
            words = {word for call in (name, *function.calls) for word in re.split(r"[._]+", call.lower())}
            if function.higher_order or words & WITHHELD or len(seen) > 200:
                return False
            homes = ((self.home(call), self.library.functions.get(self.home(call))) for call in function.calls)
            pending += [(home, inner) for home, inner in homes if inner is not None]
        return True

    def lineage(self, name: str, seen: frozenset[str] = frozenset()) -> list[Class] | None:
        """The class and its bases, or None where a base is not known."""
        name = self.home(name)
        cls = self.library.classes.get(name)
        if cls is None or name in seen:
            return None
        found = [cls]
        for base in cls.bases:
            if base in INERT_BASES or self.home(base) in INERT_BASES or known_elsewhere(self.home(base)):
                continue
            above = self.lineage(base, seen | {name})
            if above is None:
                return None
            found += above
        return found

    def effect_of_class(self, name: str) -> str | None:
        lineage = self.lineage(name)
        if lineage is None:
            return None
        hooks = [m for c in lineage for key, m in c.methods.items() if key in HOOKS]
        if any(self.reaches(m) for m in hooks):
            return None
        constructors = [m for c in lineage for key, m in c.methods.items() if key in CONSTRUCTORS]
        return "INERT_STATE" if any(self.reaches(m) for m in constructors) else "INERT_CLASS"


_known: dict[str, set[str]] = {}


def known_elsewhere(name: str) -> bool:
    """Whether another library's table lists the base as inert."""
    top = name.partition(".")[0]
    if top not in _known:
        path = TABLES / f"{top}.json"
        entries = json.loads(path.read_text())["entries"] if path.exists() else []
        inert = [e for e in entries if e["effect"] in ("INERT_CLASS", "INERT_STATE")]
        _known[top] = {f"{m}.{n}" for e in inert for m, names in e["modules"].items() for n in names}
    return name in _known[top]


def gather(name: str, folder: Path, version: str) -> None:
    library = read_library(name, folder)
    judge = Judge(library)
    found: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for full in sorted(library.classes):
        effect = judge.effect_of_class(full)
        if effect:
            module, _, cls = full.rpartition(".")
            found[effect][module].append(cls)
    for alias, target in sorted(library.aliases.items()):
        home = judge.home(target)
        if home in library.classes and alias.count(".") <= 4 and (effect := judge.effect_of_class(home)):
            module, _, cls = alias.rpartition(".")
            found[effect][module].append(cls)
    for full, function in sorted(library.functions.items()):
        effect = judge.reaches(function) or ("INERT_REFERENCE" if judge.is_inert_reference(full, function) else None)
        if effect:
            module, _, fn = full.rpartition(".")
            found[effect][module].append(fn)
    write(name, version, found)


REASONS = {
    "INERT_CLASS": "no constructor or hook of it or of its bases reaches a sink",
    "INERT_REFERENCE": "it reaches no sink within three calls",
    "INERT_STATE": "its hooks reach no sink; its constructor does",
}


def write(name: str, version: str, found: dict[str, dict[str, list[str]]]) -> None:
    path = TABLES / f"{name}.json"
    kept = json.loads(path.read_text())["entries"] if path.exists() else []
    kept = [entry for entry in kept if not entry["source"].startswith("derived from")]
    source = f"derived from {name} {version} by tools/capabilities.py"
    derived: list[dict[str, Any]] = [
        {
            "effect": effect,
            "reason": REASONS.get(effect, "reaches a sink of this kind within three calls"),
            "source": source,
            "modules": {module: sorted(set(names)) for module, names in sorted(modules.items())},
        }
        for effect, modules in sorted(found.items())
    ]
    document = {
        "schema": "pratique.capabilities/1",
        "version": "2026.11.23",
        "library": name,
        "entries": kept + derived,
    }
    path.write_text(json.dumps(document, indent=0, ensure_ascii=False, separators=(",", ":")) + "\n")
    counts = {entry["effect"]: sum(len(n) for n in entry["modules"].values()) for entry in derived}
    print(f"{name} {version}: {counts}")


def version_of(name: str, folder: Path) -> str:
    for info in folder.glob("*.dist-info/METADATA"):
        text = info.read_text("utf-8", "replace")
        match = re.search(r"^Name: (.+)$", text, re.MULTILINE)
        if match and match.group(1).strip().lower().replace("-", "_") in (
            name,
            name.replace("sklearn", "scikit_learn"),
        ):
            version = re.search(r"^Version: (.+)$", text, re.MULTILINE)
            return version.group(1).strip() if version else "unknown"
    return "unknown"


def main() -> int:
    for argument in sys.argv[1:]:
        name, _, folder = argument.partition("=")
        gather(name, Path(folder), version_of(name, Path(folder)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
