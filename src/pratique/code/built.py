"""What a wheel holds that the source archive of its release does not: modules, code at the start of Python, machine code."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from pratique.code.calls import Site
from pratique.code.changed import new_sites
from pratique.code.package import Module, Package
from pratique.code.places import Places
from pratique.domain.locator import Locator
from pratique.domain.part import Native

MAX_PARSED_BYTES = 16 << 20
# What builds write: versions (setuptools-scm, hatch-vcs, versioneer, meson), stubs of protoc, settings of the build.
GENERATED = re.compile(
    r"(?:^|/)(?:_*version_*|_*about_*|_?scm_version|git_?version|_?git_?info|_?build_?(?:info|meta|config|data)|__config__|_commit"
    r"|\w+_pb2(?:_grpc)?)\.py$"
)
IMPORTED = re.compile(r"\.pyw?$|\.pth$|\.data/scripts/")  # what runs or is imported from where it is installed
TARS = (".tar.gz", ".tgz", ".tar.bz2", ".tar.xz")  # a tape archive in one compressed stream
_STATEMENTS = re.compile(r"[;\n]")
_SPACES = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Difference:
    """A module of a wheel that its source archive does not hold, or holds otherwise."""

    module: Module
    source: Module | None
    line: int  # the first that differs
    sites: tuple[Site, ...]  # calls that reach outside of the program, and are not in the source
    starts: bool  # it runs whenever Python starts, and the source does not say so
    read: bool  # whether its calls were compared: not where too much differs

    @property
    def generated(self) -> bool:
        return GENERATED.search(self.module.path) is not None


@dataclass(frozen=True, slots=True)
class Pair:
    """A wheel, and the source archive of the same release."""

    wheel: tuple[str, ...]
    source: tuple[str, ...]


def pairs(package: Package) -> Iterator[Pair]:
    """Every wheel, with each source archive of its name and version that was read too."""
    wheels, sources = _released(package)
    for wheel, release in wheels.items():
        for source, same in sources.items():
            if same == release:
                yield Pair(wheel, source)


def is_source_of(after: Package, before: Package) -> bool:
    """Whether `after` is the source archive of the wheels that `before` is: what builds them is new in it, and no surprise."""
    (wheels, others), (more, sources) = _released(before), _released(after)
    return bool(sources) and not others and not more and set(sources.values()) == set(wheels.values())


def _released(
    package: Package,
) -> tuple[dict[tuple[str, ...], tuple[str, str]], dict[tuple[str, ...], tuple[str, str]]]:
    """Wheels, and source archives: those that an installer is given. One that lies in another could say what its maker likes."""
    wheels: dict[tuple[str, ...], tuple[str, str]] = {}
    sources: dict[tuple[str, ...], tuple[str, str]] = {}
    for archive, release in package.releases.items():
        if len(archive) == 1 and archive[0].endswith(".whl"):
            wheels[archive] = release
        elif len(archive) == 1 or (len(archive) == 2 and archive[0].endswith(TARS)):
            sources[archive] = release
    return wheels, sources


def differences(package: Package, pair: Pair) -> Iterator[Difference]:
    """In the order of the wheel. Moved and renamed modules of the same content are no difference."""
    modules = [m for m in package.modules if _archive(m.where) == pair.source]
    dropped = package.dropped.get(pair.source)
    anywhere, imported = Places(modules, dropped), Places([m for m in modules if not m.aside], dropped)
    parsed = 0
    for module in package.modules:
        # What lies among the source's tests is not the source of what the wheel has people import.
        places = anywhere if module.aside else imported
        if _archive(module.where) != pair.wheel or places.holds(module) or not IMPORTED.search(module.path):
            continue
        source = places.counterpart(module)
        if (source is None and not places.complete) or not module.data.strip():
            continue  # it may be one of those that were not kept
        parsed += len(module.data) + (len(source.data) if source is not None else 0)
        read = parsed <= MAX_PARSED_BYTES
        starts = module.role == "startup" and not _said(module.source, modules)
        sites = tuple(new_sites(module, source)) if read and module.role != "startup" else ()
        yield Difference(module, source, _first_line(module, source), sites, starts, read)


def machine_code(package: Package, pair: Pair) -> Iterator[Native]:
    """Machine code in a wheel for any platform, of which the source has none of that name, kind and length."""
    there = {_named(native) for native in package.natives if _archive(native.where) == pair.source}
    for native in package.natives:
        if _archive(native.where) != pair.wheel or package.is_for_platform(native.where):
            continue
        if _named(native) not in there:
            yield native


def _archive(where: Locator) -> tuple[str, ...]:
    return (where.path, *where.members)[:-1]


def _named(native: Native) -> tuple[str, str, int | None]:
    return (native.where.path, *native.where.members)[-1].rpartition("/")[2], native.kind, native.where.length


def _said(text: str, modules: list[Module]) -> bool:
    """Whether every statement stands in what builds it: setuptools writes its path file from a text in its setup.py."""
    builders = [_SPACES.sub("", module.source) for module in modules if module.role == "install"]
    statements = {_SPACES.sub("", statement) for statement in _STATEMENTS.split(text)} - {""}
    return all(any(statement in builder for builder in builders) for statement in statements)


def _first_line(module: Module, source: Module | None) -> int:
    if source is None:
        return 1
    lines, others = module.source.splitlines(), source.source.splitlines()
    for number, (line, other) in enumerate(zip(lines, others, strict=False), 1):
        if line.rstrip() != other.rstrip():
            return number
    return min(len(lines), len(others) + 1)
