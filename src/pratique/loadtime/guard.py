"""Replaces the functions that load, in modules that are there and in modules that come, and puts them back.

Opt-in, and inside one process: it keeps honest programs from loading what was not admitted. Code that already runs in the
process can undo it, and other processes are not covered.
"""

from __future__ import annotations

import importlib.abc
import importlib.machinery
import sys
import threading
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from types import ModuleType, TracebackType
from typing import Any

from pratique.domain.errors import UsageError
from pratique.loadtime.admitted import Admitted
from pratique.loadtime.frameworks import FRAMEWORKS, Loading

_LOCK = threading.Lock()


class Guard:
    """Installed when made. `installed` names what is replaced now; `pending` the modules that will be when imported."""

    def __init__(self, admitted: Admitted, only: tuple[str, ...] | None = None) -> None:
        names = tuple(FRAMEWORKS) if only is None else only
        if unknown := [name for name in names if name not in FRAMEWORKS]:
            raise UsageError(f"no loader {unknown[0]!r}: one of {', '.join(FRAMEWORKS)}")
        self._loading = Loading(admitted, weights_verified={"torch", "safetensors"} <= set(names))
        self._undo: list[Callable[[], None]] = []
        self._waiting = {target.module: target for name in names for target in FRAMEWORKS[name]}
        self.installed: list[str] = []
        self._finder = _Finder(self)
        with _LOCK:
            for module in [m for m in self._waiting if m in sys.modules]:
                self.install(sys.modules[module])
            sys.meta_path.insert(0, self._finder)

    @property
    def pending(self) -> tuple[str, ...]:
        return tuple(self._waiting)

    def waits_for(self, module: str) -> bool:
        return module in self._waiting

    def install(self, module: ModuleType) -> None:
        """Replace what is to be replaced in a module that was just imported, and wherever it was imported to."""
        target = self._waiting.pop(module.__name__, None)
        if target is None:
            return
        for name, wrap in target.functions.items():
            owner: Any = module
            *path, attribute = name.split(".")
            for step in path:
                owner = getattr(owner, step, None)
            original = vars(owner).get(attribute) if owner is not None else None
            if original is None:
                continue  # another version of the library
            self._replace(owner, attribute, original, wrap(original, self._loading))
            self.installed.append(f"{module.__name__}.{name}")

    def _replace(self, owner: Any, attribute: str, original: Any, wrapped: Any) -> None:
        setattr(owner, attribute, wrapped)
        self._undo.append(lambda: setattr(owner, attribute, original))
        if not isinstance(owner, ModuleType):
            return
        for module in list(sys.modules.values()):  # `from pickle import load` elsewhere
            names = vars(module) if isinstance(module, ModuleType) else {}
            for name in [n for n, value in list(names.items()) if value is original]:
                if module.__name__.startswith("pratique.") or module is owner:
                    continue
                setattr(module, name, wrapped)
                self._undo.append(lambda m=module, n=name: setattr(m, n, original))  # type: ignore[misc]

    def remove(self) -> None:
        """Put everything back."""
        with _LOCK:
            if self._finder in sys.meta_path:
                sys.meta_path.remove(self._finder)
            while self._undo:
                self._undo.pop()()
            self._waiting.clear()

    def __enter__(self) -> Guard:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.remove()


class _Finder(importlib.abc.MetaPathFinder):
    """Lets the other finders find, and installs once the module has been executed."""

    def __init__(self, guard: Guard) -> None:
        self._guard = guard
        self._busy = threading.local()

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        if not self._guard.waits_for(name) or getattr(self._busy, "on", False):
            return None
        self._busy.on = True
        try:
            spec = find_spec(name)
        finally:
            self._busy.on = False
        if spec is None or spec.loader is None:
            return None
        loader = spec.loader
        execute = loader.exec_module

        def exec_module(module: ModuleType) -> None:
            execute(module)
            self._guard.install(module)

        loader.exec_module = exec_module  # type: ignore[method-assign]
        return spec
