"""Which modules of a package the machine runs, from where, and within which budget."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from typing import TYPE_CHECKING

from pratique.code.machine.machine import ExhaustedError, Machine
from pratique.code.machine.values import Bound, Frame, Function, Klass, Unknown, Value, blank
from pratique.code.machine.watcher import Watcher
from pratique.code.roots import BUILD_HOOKS, ROLES, Reach, Roots

if TYPE_CHECKING:
    from pratique.code.package import Module, Package
    from pratique.code.sinks import Ending, Sinks

# Budgets of steps, for packages whose sources have at most so many bytes. A step takes some five microseconds.
BUDGETS = ((96 << 10, 100_000, 250_000), (1 << 20, 40_000, 120_000))
LARGE = (15_000, 40_000)
SMALL_BYTES = 96 << 10  # in such a package every module is run
MAX_RUN = 40
MAX_STARTED = 8
MAX_METHODS = 40


def explored(package: Package, sinks: Sinks, roots: Roots) -> list[Ending]:
    """The endings that the machine saw when it ran what runs by itself. Bounded; never raises on content."""
    found: list[Ending] = []
    size = sum(len(module.data) for module in package.modules if not module.aside)
    each, left = next(((each, in_all) for most, each, in_all in BUDGETS if size <= most), LARGE)
    chosen = _chosen(package, size)
    allowed = None if size <= SMALL_BYTES else frozenset(module.name for module in chosen)
    for module in chosen:
        if left <= 0:
            break
        watcher = Watcher(package, sinks)
        given = min(each, left)
        machine = Machine(package, watcher, given, allowed)
        with suppress(ExhaustedError, RecursionError):
            _run(machine, watcher, module, package, roots)
        left -= given - max(machine.steps, 0)
        found += watcher.endings
    return found


def _chosen(package: Package, size: int) -> list[Module]:
    """What installers and interpreters run, and modules that look names up while they run; all of a small package."""
    modules = [m for m in package.modules if m.depth == 0 and not m.aside]
    called = {name.partition(":")[0] for name in package.plugins}
    chosen = [m for m in modules if m.role in ROLES or size <= SMALL_BYTES or m.traits.dynamic or m.name in called]
    chosen.sort(key=lambda m: (m.role not in ROLES, not m.traits.dynamic, not m.traits.of_interest, len(m.data)))
    return chosen[:MAX_RUN]


def _run(machine: Machine, watcher: Watcher, module: Module, package: Package, roots: Roots) -> None:
    watcher.reach = ROLES.get(module.role) or roots.of_module(module)
    frame = machine.frame_of(module)
    if not package.open(module):
        return
    for reach, value in _hooks(module, frame, package):
        watcher.reach = reach
        _call(machine, value, module, frame)
    for value in machine.started[:MAX_STARTED]:  # what they wait for may have come by now
        _call(machine, value, module, frame)
    with watcher.later(True):
        for value in _public(frame):
            if not machine.has_run(value):
                _call(machine, value, module, frame)


def _public(frame: Frame) -> Iterator[Value]:
    """Functions and methods of a module, which run when its user calls them."""
    for value in list(frame.names.values()):
        if isinstance(value, Function) and value.frame is frame:
            yield value
        elif isinstance(value, Klass) and value.frame is frame:
            made = blank(value)
            initial = value.members.get("__init__")
            if isinstance(initial, Function):
                yield Bound({}, initial, [made])
            for name, member in list(value.members.items()):
                if isinstance(member, Function) and name != "__init__":
                    yield Bound({}, member, [made])


def _hooks(module: Module, frame: Frame, package: Package) -> Iterator[tuple[Reach, Value]]:
    """Functions that installers, builders and entry points call."""
    for name, value in list(frame.names.items()):
        place = f"{module.name}:{name}"
        builds = module.role == "install" and isinstance(value, Klass) and value.outside() is not None
        if (builds or place in package.builders) and isinstance(value, Klass):
            yield from ((Reach.INSTALL, method) for method in _methods(value))
        elif place in package.builders or (module.role == "install" and name in BUILD_HOOKS):
            yield Reach.INSTALL, value
        elif place in package.plugins and isinstance(value, Klass):
            yield from ((Reach.HOOK, method) for method in _methods(value))
        elif place in package.hooks or name.startswith("pytest_"):
            yield Reach.HOOK, value


def _methods(made: Klass) -> Iterator[Value]:
    """The methods that a tool may call of a class that it was given."""
    instance = blank(made)
    for name, member in list(made.members.items())[:MAX_METHODS]:
        if isinstance(member, Function) and not name.startswith("__"):
            yield Bound({}, member, [instance])


def _call(machine: Machine, value: Value, module: Module, frame: Frame) -> None:
    if isinstance(value, Function | Bound):
        machine.call(
            value, [Unknown(), Unknown()] if isinstance(value, Function) else [], {}, module.syntax.root, frame
        )
