"""What an artifact claims to be made of, gathered from its own documents. Every relation here is a claim, not a proof."""

from __future__ import annotations

from pratique.domain.artifact import Artifact
from pratique.domain.component import ClaimedRelation, Component, RelationKind
from pratique.domain.part import Json, Metadata

MAX_NAMES = 64
_RELATIONS = {  # document key -> relation
    "base_model": RelationKind.FINE_TUNED_FROM,
    "base_model_name_or_path": RelationKind.FINE_TUNED_FROM,
    "_name_or_path": RelationKind.FINE_TUNED_FROM,
    "general.base_model.0.repo_url": RelationKind.FINE_TUNED_FROM,
    "datasets": RelationKind.TRAINED_ON,
}
_LICENCES = ("license", "general.license")


class Inventory:
    """Collects components while parts stream by."""

    def __init__(self, artifact: Artifact) -> None:
        self._name = artifact.origin.reference.rstrip("/").rsplit("/", 1)[-1] or artifact.origin.reference
        self._relations: dict[ClaimedRelation, None] = {}
        self._licences: dict[str, None] = {}

    def see(self, part: Metadata) -> None:
        if not isinstance(part.value, dict):
            return
        for key, kind in _RELATIONS.items():
            for name in _names(part.value.get(key)):
                if len(self._relations) < MAX_NAMES:
                    self._relations[ClaimedRelation(kind, name, str(part.where))] = None
        for key in _LICENCES:
            for name in _names(part.value.get(key)):
                if len(self._licences) < MAX_NAMES:
                    self._licences[name] = None

    def components(self) -> tuple[Component, ...]:
        root = Component(self._name, licences=tuple(self._licences), relations=tuple(self._relations))
        named = sorted({relation.to for relation in self._relations})
        return (root, *(Component(name) for name in named))


def _names(value: Json) -> list[str]:
    values = value if isinstance(value, list) else [value]
    return [v[:200] for v in values[:MAX_NAMES] if isinstance(v, str) and v]
