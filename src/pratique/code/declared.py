"""What the metadata of a project says is run: entry points, and what its build imports and calls.

Sources: the entry-points specification; setuptools, "Extending or Customizing Setuptools" and "Configuring setuptools using
setup.cfg / pyproject.toml"; PEP 517 (`backend-path`); hatchling, "Build hook plugins", "Metadata hook plugins", "Version source
plugins"; pdm-backend, "Build hooks" and "Dynamic project version"; poetry-core, `build.script`; pbr, "Hooks"; scikit-build-core,
"Dynamic metadata".
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

MAX_TEXT = 1 << 18
MAX_POINTS = 2000
# Groups of entry points that tools load and call by themselves once the package is installed beside them: in other projects'
# builds, tests, checks and documentation (setuptools, hatch, PDM, Poetry, pytest, tox, flake8, Pylint, Sphinx, Babel, …).
BY_TOOLS = re.compile(
    r"distutils\.(?:commands|setup_keywords)|egg_info\.writers|setuptools\.(?:finalize_distribution_options|file_finders|installation)"
    r"|setuptools_scm\.\w+|hatch|pdm(?:\.build\.hook)?|poetry\.(?:application\.)?plugin|validate_pyproject\.\w+|twine\.\w+"
    r"|pytest11|tox|nox|flake8\.\w+|pylint\w*|sphinx\.\w+|sphinx_\w+|babel\.\w+|mkdocs\.\w+|pygments\.\w+|docutils\.\w+|nose\.plugins"
    r"|keyring\.backends|virtualenv\.\w+|asv\w*|coverage\w*|hypothesis|pyflyby|IPython\w*|jupyter\w*|nbconvert\.\w+|nox\w*|zest\.releaser\.\w+"
)
# What tools call in a module that an entry point names whole.
OF_MODULES = {"sphinx": ("setup",), "pylint": ("register",), "poetry": ("activate",)}
OBJECT = re.compile(r"([\w.]+)\s*(?::\s*([\w.]+))?")
HOOK_OF_PBR = re.compile(r"(?:pre|post)[-_]hook\..+|setup[-_]hooks")
IN_SETUP = re.compile(r"[\"'][^\"'=\n]{1,80}=[ \t]*([A-Za-z_][\w.]*)[ \t]*:[ \t]*([A-Za-z_][\w.]*)")


@dataclass(frozen=True, slots=True)
class Point:
    """One entry point."""

    group: str
    name: str
    module: str
    attribute: str

    @property
    def by_tools(self) -> bool:
        """Whether a tool loads and calls it without being told to."""
        return BY_TOOLS.fullmatch(self.group) is not None

    def called(self) -> Iterator[str]:
        """What is called, as `module:object`."""
        if self.attribute:
            yield f"{self.module}:{self.attribute}"
        elif self.by_tools:
            yield from (f"{self.module}:{name}" for name in OF_MODULES.get(self.group.partition(".")[0], ()))


@dataclass(slots=True)
class Declared:
    """What one document declares."""

    points: list[Point] = field(default_factory=list)
    modules: set[str] = field(default_factory=set)  # that the build imports
    paths: set[str] = field(default_factory=set)  # of files that the build runs, from the folder of the document
    builders: set[str] = field(default_factory=set)  # `module:object` that the build calls


def of_document(name: str, text: str) -> Declared:
    """What `entry_points.txt`, `setup.cfg` or `pyproject.toml` declares; nothing, if no tool could read it."""
    found = Declared()
    if len(text) > MAX_TEXT:
        return found
    if name == "pyproject.toml":
        _of_pyproject(_toml(text), found)
    elif name == "setup.cfg":
        _of_sections(_sections(text), found)
    elif name == "entry_points.txt":
        found.points += islice(_installed(text), MAX_POINTS)
    del found.points[MAX_POINTS:]
    return found


def of_setup(source: str) -> set[str]:
    """The targets of entry points that a `setup.py` hands to `setup()` as text."""
    matches = islice(IN_SETUP.finditer(source[:MAX_TEXT]), MAX_POINTS)
    return {f"{match[1]}:{match[2]}" for match in matches}


def _toml(text: str) -> dict[str, Any]:
    import tomllib

    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError):
        return {}


def _sections(text: str) -> dict[str, dict[str, str]]:
    import configparser

    parser = configparser.RawConfigParser(strict=False)
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    try:
        parser.read_string(text)
    except (configparser.Error, ValueError):
        return {}
    return {name: dict(parser.items(name)) for name in parser.sections()}


def _installed(text: str) -> Iterator[Point]:
    """The lines of `entry_points.txt`, as `importlib.metadata` reads them."""
    group = ""
    for line in map(str.strip, text.splitlines()):
        if line.startswith("["):
            group = line.strip("[]")
        elif not line.startswith("#"):
            yield from _listed(group, line)


def _point(group: str, name: str, target: object) -> Iterator[Point]:
    match = OBJECT.match(target.strip()) if isinstance(target, str) else None
    if match is not None:
        yield Point(group.strip(), name.strip(" \"'"), match[1], match[2] or "")


def _listed(group: str, lines: str) -> Iterator[Point]:
    """Entry points as lines of `name = target`."""
    for line in lines.splitlines():
        name, sign, target = line.partition("=")
        if sign:
            yield from _point(group, name, target)


# setup.cfg


def _of_sections(sections: dict[str, dict[str, str]], found: Declared) -> None:
    for section, entries in sections.items():
        for key, value in entries.items():
            if section == "options.entry_points":
                found.points += _listed(key, value)
            elif section == "options.cmdclass":
                _builds(value, found)
            elif key == "cmdclass":
                for line in value.splitlines():
                    _builds(line.partition("=")[2], found)
            elif HOOK_OF_PBR.fullmatch(key):
                for line in value.split():
                    _builds(line, found)


def _builds(target: object, found: Declared) -> None:
    """A function or class by its dotted name."""
    module, _, name = target.strip().replace(":", ".").rpartition(".") if isinstance(target, str) else ("", "", "")
    if module and name:
        found.modules.add(module)
        found.builders.add(f"{module}:{name}")


# pyproject.toml


def _table(value: object, *keys: str) -> dict[str, Any]:
    """The table at a path of keys; an empty one where there is none."""
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else None
    return value if isinstance(value, dict) else {}


def _of_pyproject(document: dict[str, Any], found: Declared) -> None:
    tool = _table(document, "tool")
    groups = {
        **_table(tool, "flit", "entrypoints"),
        **_table(tool, "poetry", "plugins"),
        **_table(document, "project", "entry-points"),
    }
    groups["console_scripts"] = {**_table(tool, "poetry", "scripts"), **_table(document, "project", "scripts")}
    groups["gui_scripts"] = _table(document, "project", "gui-scripts")
    for group, entries in groups.items():
        for name, target in _table(entries).items():
            found.points += _point(group, name, target)
    for target in _table(tool, "setuptools", "cmdclass").values():
        _builds(target, found)
    _of_backend(_table(document, "build-system"), found)
    _of_hatch(_table(tool, "hatch"), found)
    _of_pdm(_table(tool, "pdm"), found)
    _of_poetry(_table(tool, "poetry"), found)
    for field_of in _table(tool, "scikit-build", "metadata").values():
        _in_folder(_table(field_of).get("provider-path"), _table(field_of).get("provider"), found)


def _path(value: object, found: Declared) -> None:
    if isinstance(value, str) and value:
        found.paths.add(posixpath.normpath(value))


def _in_folder(folder: object, module: object, found: Declared) -> None:
    """A module that is imported from a folder of the source tree."""
    if isinstance(folder, str) and isinstance(module, str):
        name = module.partition(":")[0].strip()
        stem = f"{folder}/{name.replace('.', '/')}"
        found.modules.add(name)
        _path(f"{stem}.py", found)
        _path(f"{stem}/__init__.py", found)


def _of_backend(system: dict[str, Any], found: Declared) -> None:
    folders = system.get("backend-path")
    for folder in folders[:16] if isinstance(folders, list) else ():
        _in_folder(folder, system.get("build-backend"), found)
    if str(system.get("build-backend")).startswith("pdm."):
        _path("pdm_build.py", found)


def _of_hatch(hatch: dict[str, Any], found: Declared) -> None:
    targets = _table(hatch, "build", "targets")
    hooks = [_table(hatch, "build", "hooks"), _table(hatch, "metadata", "hooks"), targets]
    for holder in (*hooks, *(_table(target, "hooks") for target in targets.values())):
        if isinstance(holder.get("custom"), dict):
            _path(holder["custom"].get("path", "hatch_build.py"), found)
    if _table(hatch, "version").get("source") == "code":
        _path(_table(hatch, "version").get("path"), found)


def _of_pdm(pdm: dict[str, Any], found: Declared) -> None:
    build = _table(pdm, "build")
    for key in ("custom-hook", "setup-script"):
        _path(build.get(key), found)
    if _table(pdm, "version").get("source") == "call":
        _builds(str(_table(pdm, "version").get("getter")).partition("(")[0], found)


def _of_poetry(poetry: dict[str, Any], found: Declared) -> None:
    build = poetry.get("build")
    _path(build, found)
    _path(_table(build).get("script"), found)
