"""What an artifact is made of, and how its components relate."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TypeAlias


class RelationKind(Enum):
    """How one component relates to another."""

    TRAINED_ON = "TRAINED_ON"
    FINE_TUNED_FROM = "FINE_TUNED_FROM"
    QUANTIZED_FROM = "QUANTIZED_FROM"
    MERGED_FROM = "MERGED_FROM"
    DEPENDS_ON = "DEPENDS_ON"
    CONTAINS = "CONTAINS"
    SERVED_BY = "SERVED_BY"
    DEPLOYED_IN = "DEPLOYED_IN"


@dataclass(frozen=True, slots=True)
class ClaimedRelation:
    """A relation that the artifact says of itself."""

    kind: RelationKind
    to: str
    source: str  # where the claim stands


@dataclass(frozen=True, slots=True)
class ProvenRelation:
    """A relation that a measurement established."""

    kind: RelationKind
    to: str
    proof: str  # digest of the comparison that established it


Relation: TypeAlias = ClaimedRelation | ProvenRelation


@dataclass(frozen=True, slots=True)
class Component:
    """A named thing that the artifact contains or depends on."""

    name: str
    version: str | None = None
    supplier: str | None = None
    purl: str | None = None
    licences: tuple[str, ...] = ()
    relations: tuple[Relation, ...] = ()
