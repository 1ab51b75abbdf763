"""The Python sources of one artifact, kept while it is read, so that flows can be followed from module to module.

A module is parsed when a prefilter finds in its text what a flow could end in, or when a flow leads there. What is kept is bounded;
what was left out is counted in `unread` and `skipped`.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pratique.code.bytecode import Bytecode, Difference, source_of
from pratique.code.declared import Point, of_document, of_setup
from pratique.code.prefilter import Traits, traits_of
from pratique.code.release import plain, release_of
from pratique.domain.locator import Locator
from pratique.domain.looked import Looked, LookedNowhere
from pratique.domain.part import Code, Member, Metadata, Native, Part, Text

if TYPE_CHECKING:
    from tree_sitter import Node

    from pratique.code.names import Names
    from pratique.code.syntax import Scope, Syntax

MAX_KEPT_BYTES = 128 << 20
MAX_MODULES = 50_000
MAX_DOCUMENTS = 500
MAX_POINTS = 10_000
MAX_KEPT_TEXT = 32 << 10  # characters of a data file that is kept for the code that reads it
MAX_KEPT_TEXTS = 1 << 20
MAX_PARSED_BYTES = 24 << 20
MAX_TREE_BYTES = 5 << 18  # of source whose trees are held; a tree and its nodes take some thirty times its source
MAX_SEARCHED_BYTES = 600 << 20
ENTRY_POINT = re.compile(r"^\s*[\w.\-]+\s*=\s*([\w.]+)\s*:\s*([\w.]+)", re.MULTILINE)
SETUP_COMMAND = re.compile(r"^\s*(?:cmdclass\s*=\s*)?\w+\s*=\s*([\w]+(?:\.[\w]+)+)\s*$", re.MULTILINE)
DISTRIBUTION = re.compile(r"^[^/]+\.dist-info/(?:WHEEL|METADATA)$|^(?:[^/]+/)?PKG-INFO$")
# Of the distribution itself: what it vendors brings records of its own, about other places.
RECORD = re.compile(r"^(?:(?:.*/)?(?:site|dist)-packages/)?[^/]+\.dist-info/RECORD$")
PLATFORM = re.compile(r"^Root-Is-Purelib:\s*false\s*$|^Tag:\s*\S+-(?!any\s*$)[^-\s]+\s*$", re.MULTILINE | re.IGNORECASE)
FOR_PLATFORM = re.compile(r"-(?!any\.whl$)[^-/]+\.whl$")
NOT_IMPORTED = re.compile(
    r"(?:^|/)(?:tests?|testing|examples?|docs?|benchmarks?|samples?|scripts|tools|third_party|conftest\.py|test_\w+\.py|\w+_test\.py)(?:/|$)"
)


@dataclass(slots=True)
class Module:
    """One source of the artifact."""

    where: Locator
    path: str  # of the innermost archive
    name: str  # dotted, as importers call it
    data: bytes  # in UTF-8: text with one character outside of Latin takes two or four times that
    role: str
    is_package: bool
    host: tuple[Module, int] | None = None  # of a decoded payload: where it is executed
    depth: int = 0  # layers of decoding around it
    held: bool = False  # among the modules whose trees the package holds
    _syntax: Syntax | None = None
    _names: Names | None = None
    _traits: Traits | None = None
    sites: dict[str, list[tuple[Node, list[tuple[str, Node]], str]]] | None = None  # kept by `code.flow` with the tree

    @property
    def source(self) -> str:
        return self.data.decode("utf-8", "replace")

    def mentions(self, word: str) -> bool:
        return word.encode("utf-8", "replace") in self.data

    def mentions_host(self, word: str) -> bool:
        """Whether an address in its text has a host with a word in it."""
        return re.search(rf"://[^/\s\"']*{re.escape(word)}", self.source, re.IGNORECASE) is not None

    @property
    def traits(self) -> Traits:
        """What a search of its text finds."""
        if self._traits is None:
            self._traits = traits_of(self.data)
        return self._traits

    @property
    def syntax(self) -> Syntax:
        if self._syntax is None:
            from pratique.code.syntax import Syntax

            self._syntax = Syntax(self.source, self.name, self.is_package)
        return self._syntax

    @property
    def names(self) -> Names:
        if self._names is None:
            from pratique.code.names import Names

            self._names = Names(self.syntax)
        return self._names

    @property
    def aside(self) -> bool:
        """Whether it lies where a package keeps what nobody imports: tests, examples, documentation."""
        if self.path.rsplit("/", 1)[-1] == "conftest.py":
            return False  # pytest runs it
        return self.role == "module" and any(map(NOT_IMPORTED.search, self.where.members or (self.path,)))

    def forget(self) -> None:
        """Drop the tree."""
        self.held = False
        self._syntax = self._names = self.sites = None


@dataclass(slots=True)
class Package:
    """Everything that was seen, in the order in which it was seen."""

    modules: list[Module] = field(default_factory=list)
    looked: Looked = field(default_factory=LookedNowhere)  # what is known of single modules
    questions: int = 0  # that an analysis of one module asked about others
    hooks: set[str] = field(default_factory=set)  # "module:object" of entry points
    plugins: set[str] = field(default_factory=set)  # those of them that tools load and call by themselves
    builders: set[str] = field(default_factory=set)  # "module:object" that the build of the project calls
    points: list[tuple[Locator, Point]] = field(default_factory=list)  # entry points, and where they are declared
    backends: set[str] = field(default_factory=set)  # modules that pyproject.toml or setup.cfg run at build
    kept_bytes: int = 0
    parsed_bytes: int = 0
    searched_bytes: int = 0
    skipped: int = 0  # asked for beyond the budget of parsed bytes
    unread: int = 0  # sources that were not looked at, or not to their end: a gap
    _built_by: set[tuple[str, ...]] = field(default_factory=set)  # files that the build of the project runs
    _by_name: dict[str, Module] = field(default_factory=dict)
    _python: dict[tuple[str, ...], Locator] = field(default_factory=dict)
    documents: dict[str, tuple[Locator, str]] = field(
        default_factory=dict
    )  # METADATA, PKG-INFO, pyproject.toml, by path
    records: dict[tuple[str, ...], tuple[Locator, str]] = field(default_factory=dict)  # RECORD by its place
    digests: dict[tuple[str, ...], tuple[Locator, str]] = field(default_factory=dict)  # SHA-256 of wheels' members
    natives: list[Native] = field(default_factory=list)
    bytecode: Bytecode = field(default_factory=Bytecode)
    _packages: set[tuple[str, ...]] | None = None
    _distributions: dict[tuple[str, ...], bool] = field(default_factory=dict)  # archive -> built for one platform
    dropped: dict[tuple[str, ...], set[int]] = field(default_factory=dict)  # archive -> `plain` of what was not kept
    releases: dict[tuple[str, ...], tuple[str, str]] = field(default_factory=dict)  # archive -> name and version
    texts: dict[str, str] = field(default_factory=dict)  # small data files, by path
    _kept_texts: int = 0
    _trees: dict[int, Module] = field(default_factory=dict)  # by identity, the one that was asked for last at the end
    _tree_bytes: int = 0

    @property
    def anything(self) -> bool:
        return bool(self.modules or self.natives or self._python or self.records or self.bytecode.symbols)

    @property
    def by_name(self) -> dict[str, Module]:
        """The modules by the names that importers call them."""
        self.questions += 1
        return self._by_name

    def see(self, part: Part) -> None:
        """Keep a part, if it is a source or says what is run."""
        if isinstance(part, Code) and part.language == "python":
            self._source(part)
        elif isinstance(part, Text):
            self._text(part)
        elif isinstance(part, Member):
            self._member(part)
        elif isinstance(part, Native) and len(self.natives) < MAX_MODULES:
            self.natives.append(part)
        elif isinstance(part, Code) and part.language == "python-from-bytecode":
            self.bytecode.see_text(part)
        elif isinstance(part, Metadata) and part.document == "pyc-symbols":
            self.bytecode.see_symbols(part)

    def _source(self, part: Code) -> None:
        where = part.where
        if self.kept_bytes + len(part.source) > MAX_KEPT_BYTES or len(self.modules) >= MAX_MODULES:
            self.unread += 1
            self.dropped.setdefault((where.path, *where.members)[:-1], set()).add(
                plain(part.source.encode("utf-8", "replace"))
            )
            return
        path = (where.members[-1] if where.members else where.path).replace("\\", "/")
        if path.endswith(".pyi"):
            return
        self.kept_bytes += len(part.source)
        stem = path.rsplit("/", 1)[-1].removesuffix(".py").removesuffix(".pyw")
        self.modules.append(Module(where, path, dotted(path), _bytes_of(part), part.role, stem == "__init__"))

    def traits_of(self, part: Code) -> Traits:
        """What a search finds in the source that was read last, whether it was kept or not."""
        last = self.modules[-1] if self.modules else None
        return last.traits if last is not None and last.where is part.where else traits_of(_bytes_of(part))

    def _member(self, part: Member) -> None:
        where = part.where
        if part.format == "wheel-member":
            if len(self.digests) < MAX_MODULES:
                self.digests[(where.path, *where.members)] = (where, str(dict(part.facts)["sha256"]))
            return
        path = where.members[-1] if where.members else where.path
        if DISTRIBUTION.search(path):
            archive = (where.path, *where.members)[:-1]
            self._distributions.setdefault(archive, False)
            # As installers have it: a wheel is what its file's name says; a source archive holds one folder of that name.
            if archive and archive[-1].endswith(".whl"):
                self.releases[archive] = release_of("-".join(archive[-1].rpartition("/")[2].split("-")[:2]))
            elif archive and path.endswith("/PKG-INFO"):
                self.releases.setdefault(archive, release_of(path.removesuffix("/PKG-INFO")))
        if path.endswith((".py", ".pyc", ".pyw")) and len(self._python) < MAX_MODULES:
            self._python.setdefault((where.path, *where.members), where)

    def lone_bytecode(self) -> Iterator[tuple[Locator, str]]:
        """Bytecode without its source, and the source's name."""
        for key, where in self._python.items():
            source = source_of(key[-1])
            if source is not None and (*key[:-1], source) not in self._python:
                yield where, source

    def differing_bytecode(self) -> Iterator[Difference]:
        """Bytecode that is not of the source beside it."""
        sources = {(m.where.path, *m.where.members): m for m in self.modules if m.depth == 0}

        def text_at(key: tuple[str, ...]) -> str | None:
            return sources[key].source if key in sources else None

        yield from self.bytecode.differences(text_at)

    def _add_lone_bytecode(self) -> None:
        """What bytecode without source was read back to is a module like others."""
        for key, part in self.bytecode.texts.items():
            source = source_of(key[-1])
            if source is None or (*key[:-1], source) not in self._python:
                data = part.source.encode("utf-8", "replace")
                path = source or key[-1]
                self.modules.append(
                    Module(part.where, path, dotted(path), data, "module", path.endswith("__init__.py"))
                )
        self.bytecode.texts.clear()

    def _text(self, part: Text) -> None:
        whole = (part.where.path, *part.where.members)
        if whole[-1].endswith(".dist-info/WHEEL") and PLATFORM.search(part.text[: 1 << 16]):
            self._distributions[whole[:-1]] = True
        path = whole[-1].rsplit("/", 1)[-1]
        if RECORD.match(whole[-1]) and len(self.records) < MAX_DOCUMENTS:
            self.records.setdefault(whole, (part.where, part.text))
        if (
            len(part.text) <= MAX_KEPT_TEXT
            and self._kept_texts + len(part.text) <= MAX_KEPT_TEXTS
            and not path.endswith(".py")
        ):
            self._kept_texts += len(part.text)
            self.texts.setdefault(whole[-1], part.text)  # what its code may read
        if path in ("METADATA", "PKG-INFO", "pyproject.toml") and len(self.documents) < MAX_DOCUMENTS:
            self.documents.setdefault(release_path(part.where), (part.where, part.text[: 1 << 18]))
        if path == "entry_points.txt" or path in ("setup.cfg", "pyproject.toml"):
            self.hooks.update(
                f"{m[1]}:{m[2]}" for m in ENTRY_POINT.finditer(part.text.replace('"', "").replace("'", "")[: 1 << 18])
            )
        if path in ("entry_points.txt", "setup.cfg", "pyproject.toml"):
            self._declare(path, part)
        if path == "pyproject.toml":
            self.backends.update(_backends(part.text))
        elif path == "setup.cfg":
            self.backends.update(m[1].rpartition(".")[0] for m in _commands_of(part.text[: 1 << 18]))
            self.backends.update(
                m[1].rpartition(".")[0] or m[1] for m in re.finditer(r"=\s*attr:\s*([\w.]+)", part.text[: 1 << 18])
            )

    def _declare(self, name: str, part: Text) -> None:
        """What the metadata of a project says is run."""
        found = of_document(name, part.text)
        self.points += [(part.where, point) for point in found.points][: MAX_POINTS - len(self.points)]
        for point in found.points:
            self.hooks.update(point.called())
            self.plugins.update(point.called() if point.by_tools else ())
        *outer, path = (part.where.path, *part.where.members)
        folder = posixpath.dirname(path.replace("\\", "/"))
        if folder.count("/") > 0 or any(map(NOT_IMPORTED.search, outer)):
            return  # no installer builds what lies deeper
        self.backends.update(found.modules)
        self.builders.update(found.builders)
        self._built_by.update((*outer, posixpath.normpath(posixpath.join(folder, file))) for file in found.paths)

    def path_in_distribution(self, where: Locator) -> str | None:
        """Where in its wheel, sdist or installed distribution something stands; None when it stands in none."""
        whole = (where.path, *where.members)
        return next((whole[end] for end in range(len(whole)) if whole[:end] in self._distributions), None)

    def holds(self, where: Locator) -> bool:
        """Whether an archive that is a Python package holds the file: what importing it runs is what it is for."""
        if not where.members:
            return False
        archive = (where.path, *where.members)[:-1]
        if self._packages is None:
            inside = (m for m in self.modules if m.where.members and (m.is_package or m.path.endswith("setup.py")))
            self._packages = {(m.where.path, *m.where.members)[:-1] for m in inside} | self._distributions.keys()
        return archive in self._packages

    def is_for_platform(self, where: Locator) -> bool:
        """Whether its wheel says by name, `Root-Is-Purelib` or `Tag` that it is for one platform (binary distribution format)."""
        whole = (where.path, *where.members)
        if any(FOR_PLATFORM.search(path) for path in whole[:-1]):
            return True
        return any(self._distributions.get(whole[:end], False) for end in range(len(whole)))

    def index(self) -> None:
        """Name the modules once all are known: a package starts at the topmost folder that has an `__init__`."""
        self._add_lone_bytecode()
        folders = {m.path.rpartition("/")[0] for m in self.modules if m.is_package}
        folders |= {
            key[-1].rpartition("/")[0] for key in self._python if key[-1].endswith("/__init__.py")
        }  # empty ones
        for module in self.modules:
            if module.role == "install" and module.path.endswith("setup.py") and module.path.count("/") <= 1:
                self.hooks.update(of_setup(module.source))
        declared = {name.partition(":")[0] for name in self.hooks | self.builders} | self.backends
        for number, module in enumerate(self.modules):
            buried = any(map(NOT_IMPORTED.search, module.where.members[:-1]))
            if module.role == "install" and (buried or module.path.count("/") > 1):
                module.role = "module"  # a nested setup.py is not what an installer runs
            stem = re.sub(r"\W", "_", module.path.rsplit("/", 1)[-1])
            name = _declared_name(module.path, declared) or _name_of(module.path, folders)
            module.name = name if module.role == "module" else f"{stem}__{number}"
            self.by_name.setdefault(module.name, module)
            if module.role == "module" and self._builds(module):
                module.role = "install"

    def _builds(self, module: Module) -> bool:
        """Whether the build of the project imports or runs it."""
        if (*(module.where.path, *module.where.members)[:-1], module.path) in self._built_by:
            return True
        return any(module.name == b or module.name.endswith("." + b) for b in self.backends)

    def find(self, name: str, depth: int = 0) -> tuple[Module, Scope] | None:
        """The function or class that a canonical name stands for, through what modules import from each other."""
        self.questions += 1
        cut = name.replace("()", "")
        for end in range(cut.count("."), 0, -1):
            parts = cut.split(".")
            module = self.by_name.get(".".join(parts[:end]))
            if module is None:
                continue
            rest = ".".join(parts[end:])
            head = parts[end]
            if not module.mentions(head.split(":")[0]) and not head.startswith("<"):
                return None
            if not self.open(module):
                return None
            scope = module.syntax.named.get(rest)
            if scope is not None:
                return module, scope
            target = module.syntax.top.imported.get(head)
            if target is not None and target != cut and depth < 5:
                return self.find(".".join([target, *parts[end + 1 :]]), depth + 1)
            return None
        return None

    def open(self, module: Module) -> bool:
        """Whether the budget of parsed bytes allows to parse it; it is parsed when its syntax is asked for."""
        if module.held:
            self._hold(module)
            return True
        if self.parsed_bytes + len(module.data) > MAX_PARSED_BYTES:
            self.skipped += 1
            return False
        self.parsed_bytes += len(module.data)
        self._hold(module)
        return True

    def _hold(self, module: Module) -> None:
        """Keep its tree, and drop those that were asked for longest ago."""
        if self._trees.pop(id(module), None) is None:
            self._tree_bytes += len(module.data)
        self._trees[id(module)] = module
        module.held = True
        while self._tree_bytes > MAX_TREE_BYTES and len(self._trees) > 1:
            oldest = self._trees.pop(next(iter(self._trees)))
            self._tree_bytes -= len(oldest.data)
            oldest.forget()

    def mentioning(self, word: str, limit: int = 16) -> list[Module]:
        """Modules in whose text `word` stands; none once too many bytes were searched."""
        self.questions += 1
        found: list[Module] = []
        for module in self.modules:
            if self.searched_bytes > MAX_SEARCHED_BYTES or len(found) >= limit:
                break
            self.searched_bytes += 0 if module.held else len(module.data)
            if module.mentions(word):
                found.append(module)
        return found


def release_path(where: Locator) -> str:
    """Where a file stands in its release, without what differs from version to version (`drill-1.0/`, `drill-1.0.dist-info/`)."""
    path = (where.members[-1] if where.members else where.path).replace("\\", "/")
    if where.members:
        path = re.sub(r"^[^/]+?-\d[^/]*\.(dist-info|data)/", r"\1/", path)
        path = re.sub(r"^[^/]+-\d[^/]*/", "", path)
    return path


def _bytes_of(part: Code) -> bytes:
    return part.source.encode("utf-8", "replace")


def dotted(path: str) -> str:
    """`a/b/__init__.py` is `a.b`."""
    stem = path.removesuffix(".py").removesuffix(".pyw").removesuffix("/__init__")
    return stem.replace("/", ".")


def _name_of(path: str, folders: set[str]) -> str:
    parts = path.split("/")
    start = len(parts) - 1
    while start > 0 and "/".join(parts[:start]) in folders:
        start -= 1
    return dotted("/".join(parts[start:])) or parts[-1]


def _declared_name(path: str, declared: set[str]) -> str:
    """The longest name by which the metadata calls a module at a path: packages need no `__init__` (PEP 420)."""
    parts = dotted(path).split(".")
    names = (".".join(parts[start:]) for start in range(max(len(parts) - 16, 0), len(parts) - 1))
    return next((name for name in names if name in declared), "")


def _commands_of(text: str) -> Iterator[re.Match[str]]:
    """Classes of commands that `setup.cfg` gives to setuptools."""
    at = text.find("cmdclass")
    yield from SETUP_COMMAND.finditer(text[at : at + 2000] if at >= 0 else "")


def _backends(text: str) -> set[str]:
    """In-tree build backends (PEP 517, `backend-path`) and the modules of dynamic attributes."""
    found: set[str] = set()
    if re.search(r"^\s*backend-path\s*=", text[: 1 << 18], re.MULTILINE):
        match = re.search(r"^\s*build-backend\s*=\s*[\"']([\w.]+)", text, re.MULTILINE)
        found |= {match[1]} if match else set()
    found |= {m[1].rpartition(".")[0] or m[1] for m in re.finditer(r"attr\s*=\s*[\"']([\w.]+)", text[: 1 << 18])}
    if "hooks.custom]" in text[: 1 << 18]:
        found.add("hatch_build")  # where hatchling looks unless a path says otherwise
    found |= {
        m[1].removesuffix(".py").replace("/", ".")
        for m in re.finditer(r"hooks\.custom\][^\[]*?path\s*=\s*[\"']([\w./]+)", text[: 1 << 18])
    }
    return found
