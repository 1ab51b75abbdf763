"""Execution roots: what of a package runs at installation, at interpreter start, on import, by a hook or on first use.

Sources: CPython `Lib/site.py` (path files, sitecustomize, usercustomize), PEP 517 (build backends and `backend-path`), the
entry-points specification, the data model (`__init_subclass__`, `__class_getitem__`, metaclasses, PEP 562 module `__getattr__`) and
`importlib` (finders and loaders).
"""

from __future__ import annotations

import re
from enum import IntEnum
from typing import TYPE_CHECKING

from pratique.code.syntax import text_of

if TYPE_CHECKING:
    from tree_sitter import Node

    from pratique.code.flow import Flow
    from pratique.code.package import Module
    from pratique.code.syntax import Scope


class Reach(IntEnum):
    """When code runs, from never (as far as is known) to before anybody decides to use it."""

    NONE = 0
    USE = 1  # making an object of a class
    HOOK = 2  # an entry point, a notebook, a script
    IMPORT = 3
    START = 4
    INSTALL = 5

    @property
    def phrase(self) -> str:
        return _PHRASES[self]


_PHRASES = {
    Reach.NONE: "when it is called",
    Reach.USE: "when an object of its class is made",
    Reach.HOOK: "when its entry point is run",
    Reach.IMPORT: "when it is imported",
    Reach.START: "whenever Python starts",
    Reach.INSTALL: "when it is installed or built",
}
ROLES = {"install": Reach.INSTALL, "startup": Reach.START, "notebook-cell": Reach.HOOK, "pipeline": Reach.HOOK}
# Called by the interpreter while a class statement or an import is executed.
BY_CLASS_STATEMENT = frozenset(
    {"__init_subclass__", "__set_name__", "__prepare__", "__class_getitem__", "__mro_entries__"}
)
BY_IMPORT_SYSTEM = frozenset(
    {
        "find_spec",
        "find_module",
        "exec_module",
        "create_module",
        "load_module",
        "get_code",
        "get_data",
        "source_to_code",
    }
)
CONSTRUCTORS = frozenset({"__init__", "__new__", "__post_init__", "__enter__", "__del__"})
BUILD_HOOKS = frozenset(
    {
        *("build_wheel", "build_sdist", "build_editable", "prepare_metadata_for_build_wheel"),
        *("get_requires_for_build_wheel", "get_requires_for_build_sdist", "get_requires_for_build_editable"),
        *("prepare_metadata_for_build_editable", "pdm_build_initialize", "pdm_build_hook_enabled"),
        *("pdm_build_clean", "pdm_build_update_files", "pdm_build_finalize", "pdm_build_update_setup_kwargs"),
        *("run", "finalize_options", "initialize_options", "build_extension", "build_extensions"),
        *("initialize", "finalize", "clean", "dependencies", "update", "__init__", "build", "setup_hook"),
        *("dynamic_metadata", "dynamic_wheel", "get_requires_for_dynamic_metadata"),
        # What the commands of setuptools call of each other, and subclasses override.
        *("run_command", "build_module", "build_modules", "build_package_data", "build_packages", "byte_compile"),
        *("build_scripts", "copy_file", "get_outputs", "get_source_files", "add_defaults", "make_release_tree"),
    }
)
MAIN = re.compile(r"__name__\s*==|==\s*__name__")
MAX_DEPTH = 8


class Roots:
    """When the scopes of a package run."""

    def __init__(self, flow: Flow) -> None:
        self._flow = flow
        self._known: dict[tuple[str, str], Reach] = {}
        self._imported_aside: dict[str, bool] = {}

    def of(self, node: Node, module: Module) -> Reach:
        """When the code at a node runs."""
        return self._scope(module.syntax.running_scope(node), module, node.start_byte, 0)

    def of_module(self, module: Module) -> Reach:
        """When the statements of a module run."""
        return self._module(module, 0, 0)

    def _scope(self, scope: Scope, module: Module, position: int, depth: int) -> Reach:
        if scope.kind == "function":
            return self._function(scope, module, depth)
        if scope.parent is not None:
            return self._scope(scope.parent, module, position, depth)
        return self._module(module, position, depth)

    def _module(self, module: Module, position: int, depth: int) -> Reach:
        if module.host is not None and depth < MAX_DEPTH:
            host, at = module.host
            if self._flow.package.open(host):
                return self._scope(host.syntax.scope_at(at), host, at, depth + 1)
        if module.role == "install" and module.syntax.is_for_publishers(position):
            return Reach.NONE
        if module.role in ROLES:
            return ROLES[module.role]
        if _guarded(module, position):
            return Reach.NONE
        if module.path.rsplit("/", 1)[-1] == "conftest.py":
            return Reach.HOOK
        return Reach.IMPORT if not module.aside or self._is_imported(module) else Reach.NONE

    def _is_imported(self, module: Module) -> bool:
        """Whether a module outside of the tests and examples names this one in an import."""
        if module.name not in self._imported_aside:
            stem = module.name.rsplit(".", 1)[-1]
            pattern = re.compile(rf"^\s*(?:from|import)\b[^\n]*\b{re.escape(stem)}\b", re.MULTILINE)
            others = self._flow.package.mentioning(stem, 64)
            self._imported_aside[module.name] = any(
                not o.aside and pattern.search(o.source) for o in others if o is not module
            )
        return self._imported_aside[module.name]

    def _function(self, scope: Scope, module: Module, depth: int) -> Reach:
        key = (module.name, scope.name)
        if key in self._known:
            return self._known[key]
        self._known[key] = Reach.NONE  # while it is being asked: recursion adds nothing
        self._known[key] = self._compute(scope, module, depth)
        return self._known[key]

    def _compute(self, scope: Scope, module: Module, depth: int) -> Reach:
        outer = scope.parent or module.syntax.top
        around = self._scope(outer, module, scope.start, depth)
        tail = scope.name.rsplit(".", 1)[-1]
        if tail.startswith("<lambda"):
            return around
        found = self._by_name(scope, tail, module, around)
        if f"{module.name}:{scope.name}" in self._flow.package.hooks or tail.startswith("pytest_"):
            found = max(found, Reach.HOOK)
        found = max(found, self._declared(f"{module.name}:{scope.name}", tail))
        if depth < MAX_DEPTH and found < around:
            for caller, call, _ in self._flow.callers(module, scope):
                at = caller.syntax.running_scope(call)
                found = max(found, self._scope(at, caller, call.start_byte, depth + 1))
        return found

    def _declared(self, name: str, tail: str) -> Reach:
        """When what the metadata names is called, with the methods of a class that a tool or a build is given."""
        holder = name.rpartition(".")[0] if ":" in name.rpartition(".")[0] and not tail.startswith("__") else name
        package = self._flow.package
        if name in package.builders or holder in package.builders:
            return Reach.INSTALL
        return Reach.HOOK if name in package.plugins or holder in package.plugins else Reach.NONE

    def _by_name(self, scope: Scope, tail: str, module: Module, around: Reach) -> Reach:
        if module.role == "install" and tail in BUILD_HOOKS:
            return Reach.INSTALL
        holder = scope.enclosing_class
        if holder is None:
            return around if tail in ("__getattr__", "__dir__") and scope.parent is module.syntax.top else Reach.NONE
        bases = text_of(holder.node.child_by_field_name("superclasses")) if holder.node is not None else ""
        if tail in BY_CLASS_STATEMENT or (
            re.search(r"\btype\b|Meta\b", bases) and tail in ("__new__", "__init__", "__call__")
        ):
            return around
        if tail in BY_IMPORT_SYSTEM and re.search(r"meta_path|path_hooks", module.source):
            return around
        return min(around, Reach.USE) if tail in CONSTRUCTORS else Reach.NONE


def _guarded(module: Module, position: int) -> bool:
    """Whether it stands below `if __name__ == "__main__":`."""
    for child in module.syntax.root.named_children:
        if child.start_byte <= position < child.end_byte:
            return (
                child.type == "if_statement"
                and MAIN.search(text_of(child.child_by_field_name("condition"))) is not None
            )
    return False
