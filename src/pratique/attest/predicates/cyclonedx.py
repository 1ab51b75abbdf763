"""CycloneDX bill of materials as a predicate (https://cyclonedx.org/specification/overview): the document, unchanged."""

from __future__ import annotations

from pratique.attest.predicates.shape import Anything, Choice, Record, Sequence, Text

SHAPE = Record(
    {"bomFormat": Choice(("CycloneDX",)), "specVersion": Text(r"1\.\d{1,2}")},
    {"components": Sequence(Anything()), "serialNumber": Text(r"urn:uuid:[0-9a-fA-F-]{36}")},
    open=True,
)
