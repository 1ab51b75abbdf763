"""Which modules of a package the machine runs, from where, and within which budget."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from typing import TYPE_CHECKING

from pratique.code.machine.machine import ExhaustedError, Machine
from pratique.code.machine.values import Bound, Frame, Function, Instance, Klass, Unknown, Value
from pratique.code.machine.watcher import Watcher
from pratique.code.roots import BUILD_HOOKS, ROLES, Reach, Roots

if TYPE_CHECKING:
    from pratique.code.package import Module, Package
    from pratique.code.sinks import Ending, Sinks

STEPS_A_MODULE = 100_000
STEPS_IN_ALL = 250_000
SMALL_BYTES = 96 << 10  # of all sources: in such a package every module is run
MAX_RUN = 40
MAX_STARTED = 8
# What programs do that look names up while they run, or put them together.
DYNAMIC = re.compile(
    rb"f_builtins|_getframe|__subclasses__|__builtins__|__globals__|maketrans|\.translate\(|fromhex|from_bytes|to_bytes|attrgetter|methodcaller"
    rb"|(?:vars|globals|locals)\(\)?[^\n]{0,40}\[|sys\.modules\[|\bchr\b|b64decode|b85decode|unhexlify|marshal|zlib\.decompress"
    rb"|getattr\([^,\n]{1,60},\s*(?![\"']\w+[\"']\s*[,)])|__import__\(|import_module\([^\"'\n)]|run_path|runsource|dlopen|\bdir\(|\[::-1\]|decrypt\("
)
EXECUTING = re.compile(
    rb"\b(?:exec|eval|system|popen|Popen|subprocess|spawn\w*|ctypes|pty|runpy|run_path|runsource|urlopen|requests|socket|open|write_text|write_bytes|ssl|websocket\w*|logging|httpx|aiohttp|urllib3|smtplib|ftplib|http\.client|builtins|os)\b"
)


def explored(package: Package, sinks: Sinks, roots: Roots) -> list[Ending]:
    """The endings that the machine saw when it ran what runs by itself. Bounded; never raises on content."""
    found: list[Ending] = []
    left = STEPS_IN_ALL
    for module in _chosen(package):
        if left <= 0:
            break
        watcher = Watcher(package, sinks)
        machine = Machine(package, watcher, min(STEPS_A_MODULE, left))
        given = machine.steps
        with suppress(ExhaustedError, RecursionError):
            _run(machine, watcher, module, package, roots)
        left -= given - max(machine.steps, 0)
        found += watcher.endings
    return found


def _chosen(package: Package) -> list[Module]:
    small = sum(len(m.data) for m in package.modules) <= SMALL_BYTES
    modules = [m for m in package.modules if m.depth == 0 and not m.aside]
    chosen = [m for m in modules if m.role in ROLES or small or (DYNAMIC.search(m.data) and EXECUTING.search(m.data))]
    chosen.sort(
        key=lambda m: (m.role not in ROLES, not DYNAMIC.search(m.data), not EXECUTING.search(m.data), len(m.data))
    )
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
            made = Instance({}, value)
            initial = value.members.get("__init__")
            if isinstance(initial, Function):
                yield Bound({}, initial, [made])
            for name, member in list(value.members.items()):
                if isinstance(member, Function) and name != "__init__":
                    yield Bound({}, member, [made])


def _hooks(module: Module, frame: Frame, package: Package) -> Iterator[tuple[Reach, Value]]:
    """Functions that installers, builders and entry points call."""
    for name, value in list(frame.names.items()):
        if module.role == "install" and name in BUILD_HOOKS:
            yield Reach.INSTALL, value
        elif f"{module.name}:{name}" in package.hooks or name.startswith("pytest_"):
            yield Reach.HOOK, value
        elif module.role == "install" and isinstance(value, Klass) and value.outside() is not None:
            made = Instance({}, value)
            for hook, member in list(value.members.items())[:40]:
                if isinstance(member, Function) and not hook.startswith("__"):
                    yield Reach.INSTALL, Bound({}, member, [made])


def _call(machine: Machine, value: Value, module: Module, frame: Frame) -> None:
    if isinstance(value, Function | Bound):
        machine.call(
            value, [Unknown(), Unknown()] if isinstance(value, Function) else [], {}, module.syntax.root, frame
        )
