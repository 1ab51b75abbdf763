"""Where the modules of one release stand in another: by content first, then by path, whatever the layout."""

from __future__ import annotations

from pratique.code.package import Module, release_path
from pratique.code.release import plain

MIN_SHARED = 2  # trailing names that two paths must share, so that one `__init__.py` is not taken for another


class Places:
    """The modules of a release, to find in them what stands in another one."""

    def __init__(self, modules: list[Module], dropped: set[int] | None = None) -> None:
        self.complete = not dropped
        self._contents = {plain(module.data) for module in modules} | (dropped or set())
        self._by_path: dict[str, Module] = {}
        self._by_file: dict[str, list[tuple[list[str], Module]]] = {}
        for module in modules:
            path = place(module)
            self._by_path[path] = module
            names = path.split("/")
            self._by_file.setdefault(names[-1], []).append((names, module))

    def holds(self, module: Module) -> bool:
        """Whether a module with that content is there, wherever."""
        return plain(module.data) in self._contents

    def counterpart(self, module: Module) -> Module | None:
        """What stands at the module's path, or else at the path that shares most of its end."""
        path = place(module)
        if path in self._by_path:
            return self._by_path[path]
        names = path.split("/")
        found = [(_shared(names, others), -len(others), m) for others, m in self._by_file.get(names[-1], ())]
        best = max(found, key=lambda row: row[:2], default=None)
        return best[2] if best is not None and best[0] >= min(MIN_SHARED, len(names)) else None


def _shared(one: list[str], other: list[str]) -> int:
    count = 0
    for a, b in zip(reversed(one), reversed(other), strict=False):
        if a != b:
            break
        count += 1
    return count


def place(module: Module) -> str:
    """Its path in the release; `drill-1.0.data/purelib/x.py` is installed as `x.py` (binary distribution format)."""
    path = release_path(module.where)
    for folder in ("data/purelib/", "data/platlib/", "data/scripts/"):
        path = path.removeprefix(folder)
    return path
