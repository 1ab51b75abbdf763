"""What attestations state: one module a predicate, with its `NAME`, `TYPE` and `SHAPE` (`docs/spec/attestations.md`)."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from pratique.domain.errors import UsageError

MODULES = {
    "slsa-provenance": "slsa_provenance",
    "vsa": "vsa",
    "cyclonedx": "cyclonedx",
    "spdx": "spdx",
    "openvex": "openvex",
    "test-result": "test_result",
    "fingerprint": "fingerprint",
    "dataset-inspection": "dataset_inspection",
    "behavioural-audit": "behavioural_audit",
    "vetting": "vetting",
    "drift": "drift",
}
TYPES = {
    "slsa-provenance": "https://slsa.dev/provenance/v1",
    "vsa": "https://slsa.dev/verification_summary/v1",
    "cyclonedx": "https://cyclonedx.org/bom",
    "spdx": "https://spdx.dev/Document",
    "openvex": "https://openvex.dev/ns/v0.2.0",
    "test-result": "https://in-toto.io/attestation/test-result/v0.1",
    "fingerprint": "https://pratique.dev/fingerprint/v1",
    "dataset-inspection": "https://pratique.dev/dataset-inspection/v1",
    "behavioural-audit": "https://pratique.dev/behavioural-audit/v1",
    "vetting": "https://pratique.dev/vetting/v1",
    "drift": "https://pratique.dev/drift/v1",
}


def type_of(name: str) -> str:
    """The predicate type of a short name, or `name` itself where that is a type (a URI)."""
    if name in TYPES:
        return TYPES[name]
    if "://" in name:
        return name
    raise UsageError(f"no predicate {name!r}; one of {', '.join(TYPES)}, or a URI")


def check(predicate_type: str, predicate: dict[str, Any]) -> None:
    """Raise `UsageError`, which names the place, unless the predicate has its type's form. Unknown types are free."""
    for name, uri in TYPES.items():
        if uri == predicate_type:
            from pratique.attest.predicates import shape

            module = import_module(f"pratique.attest.predicates.{MODULES[name]}")
            shape.check(predicate, module.SHAPE, name)
            if hasattr(module, "check"):
                module.check(predicate)
