"""What makes the flow a typestate: a state of an artifact can only be made by the step that establishes it."""

from __future__ import annotations

from typing import ClassVar


class Seal:
    """A step's private stamp. Two seals are never equal, so a forged one is caught when the state is made."""

    __slots__ = ("state",)
    _made: ClassVar[dict[str, Seal]] = {}

    def __init__(self, state: str) -> None:
        if state in Seal._made:
            raise TypeError(f"{state} is made only by its own step of the flow")
        self.state = state
        Seal._made[state] = self


def check(seal: Seal, state: str) -> None:
    """Raise `TypeError` unless `seal` is the one that the step of `state` holds."""
    if Seal._made.get(state) is not seal:
        raise TypeError(f"{state} is made only by its own step of the flow")
