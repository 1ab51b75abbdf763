"""Modules that can be passed over because their content was looked at before and had no ending in it.

A module is quiet when the analysis of its endings found none, found no payload either, and asked nothing of other modules while it
looked: it depended on nothing but the source and the names in `_fact`. A module whose flows lead elsewhere is never quiet, whatever
they led to, since what stands there may change.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pratique.code.flow import Flow
    from pratique.code.package import Module, Package


class Quiet:
    """What is known of the modules of one package, and what was asked while one was looked at."""

    def __init__(self, package: Package, flow: Flow) -> None:
        self._package = package
        self._flow = flow
        self._asked = (0, 0)
        self._disturbed = False
        self._known = False

    def begin(self, module: Module) -> None:
        """From now on this module is looked at."""
        self._known = module.depth == 0 and self._package.looked.empty(*_fact(module))
        self._asked = (self._flow.steps, self._package.questions)
        self._disturbed = False

    def holds(self) -> bool:
        """Whether the module need not be looked at."""
        return self._known

    def disturb(self) -> None:
        """Something was found in it."""
        self._disturbed = True

    def end(self, module: Module) -> None:
        """Remember it, if nothing was found in it and the answer was its own."""
        own = self._asked == (self._flow.steps, self._package.questions)
        if own and not self._disturbed and module.depth == 0:
            self._package.looked.found_empty(*_fact(module))


def _fact(module: Module) -> tuple[str, ...]:
    digest = hashlib.sha256(module.data).hexdigest()
    return ("endings", digest, module.name, module.path, module.role, f"{module.is_package} {module.aside}")
