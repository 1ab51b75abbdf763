"""Pratique: nothing enters an AI system without a clean bill of health.

from pratique import inspect
inspection = inspect("model.pt")
inspection.verdict.decision      # Decision.ADMIT, HOLD or REFUSE
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pratique._version import VERSION as __version__  # noqa: N811 - the name that tools look for

if TYPE_CHECKING:
    from pratique.domain.errors import PratiqueError, TamperedError, UnavailableError, UsageError
    from pratique.domain.verdict import Decision
    from pratique.loadtime.admitted import NotAdmittedError
    from pratique.wiring import Inspection, guard, inspect, verified_open

_HOMES = {
    "inspect": "pratique.wiring",
    "Inspection": "pratique.wiring",
    "Decision": "pratique.domain.verdict",
    "NotAdmittedError": "pratique.loadtime.admitted",
    "guard": "pratique.wiring",
    "verified_open": "pratique.wiring",
    "PratiqueError": "pratique.domain.errors",
    "TamperedError": "pratique.domain.errors",
    "UnavailableError": "pratique.domain.errors",
    "UsageError": "pratique.domain.errors",
}

__all__ = [
    "Decision",
    "Inspection",
    "NotAdmittedError",
    "PratiqueError",
    "TamperedError",
    "UnavailableError",
    "UsageError",
    "__version__",
    "guard",
    "inspect",
    "verified_open",
]


def __getattr__(name: str) -> Any:
    """Import on first use (PEP 562), so that `import pratique` costs nothing."""
    if name not in _HOMES:
        raise AttributeError(f"module 'pratique' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_HOMES[name]), name)
