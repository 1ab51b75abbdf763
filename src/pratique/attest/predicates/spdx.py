"""SPDX document as a predicate (in-toto attestation, spec/predicates/spdx.md): version 2 or 3, unchanged."""

from __future__ import annotations

from typing import Any

from pratique.attest.predicates.shape import Anything, Record, Sequence, Text
from pratique.domain.errors import UsageError

SHAPE = Record({}, {"spdxVersion": Text(r"SPDX-2\.\d"), "@graph": Sequence(Anything(), least=1)}, open=True)


def check(predicate: dict[str, Any]) -> None:
    """Version 2 names itself in `spdxVersion`; version 3 has a graph under SPDX's context."""
    context = predicate.get("@context")
    third = isinstance(context, str) and context.startswith("https://spdx.org/rdf/3.") and "@graph" in predicate
    if ("spdxVersion" in predicate) == third:
        raise UsageError("spdx: neither an SPDX 2 document (spdxVersion) nor an SPDX 3 one (@context and @graph)")
