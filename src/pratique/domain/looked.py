"""What was looked at before and had nothing: the port through which an analysis remembers single files."""

from __future__ import annotations

from typing import Protocol


class Looked(Protocol):
    """Facts about content that hold wherever the content is found: each is that a question was asked of it and had no answer.

    A fact is named by the question and by everything that the answer depends on. What is forgotten is asked again.
    """

    def empty(self, *fact: str) -> bool:
        """Whether the question is known to have no answer."""
        ...

    def found_empty(self, *fact: str) -> None:
        """Remember it."""
        ...


class LookedNowhere:
    """Remembers nothing."""

    def empty(self, *fact: str) -> bool:
        return False

    def found_empty(self, *fact: str) -> None:
        return None


class LookedInMemory:
    """Remembers for as long as it lives: for two releases that are compared."""

    def __init__(self) -> None:
        self._facts: set[tuple[str, ...]] = set()

    def empty(self, *fact: str) -> bool:
        return fact in self._facts

    def found_empty(self, *fact: str) -> None:
        self._facts.add(fact)
