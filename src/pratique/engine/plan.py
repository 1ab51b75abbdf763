"""Which rules a part is shown to; a rule's module is imported when its subject first occurs."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from importlib import import_module

from pratique.domain.part import Part
from pratique.inspections.index import RULES, RuleEntry
from pratique.inspections.rule import Rule


@cache
def load(module: str) -> Rule:
    found: Rule = import_module(module).RULE
    return found


class Plan:
    """The chosen rules, by part type and topic."""

    def __init__(self, disabled: Iterable[str] = ()) -> None:
        off = frozenset(disabled)
        self.entries: tuple[RuleEntry, ...] = tuple(entry for entry in RULES if entry.id not in off)
        self._by_subject: dict[tuple[str, str], tuple[Rule, ...]] = {}

    def rules_for(self, part: Part) -> tuple[Rule, ...]:
        key = (type(part).__name__, part.topic)
        if key not in self._by_subject:
            subject, topic = key
            self._by_subject[key] = tuple(
                load(entry.module)
                for entry in self.entries
                if subject in entry.subjects and (not entry.topics or topic in entry.topics)
            )
        return self._by_subject[key]
