"""Where in an artifact a claim points."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Locator:
    """A place in an artifact, as exact as its reader could make it.

    `path` is the file's path below the artifact's root, with `/` between its parts. `members` are the names of the nested
    members, outermost first (`("archive.tar", "archive/data.pkl")`). `offset` and `length` count bytes in the innermost
    member after it was unpacked. `line` counts from 1. `pointer` is an RFC 6901 JSON pointer.
    """

    path: str
    members: tuple[str, ...] = ()
    offset: int | None = None
    length: int | None = None
    line: int | None = None
    tensor: str | None = None
    row: int | None = None
    pointer: str | None = None

    def __str__(self) -> str:
        text = "!/".join((self.path, *self.members))
        if self.line is not None:
            text += f":{self.line}"
        elif self.offset is not None:
            text += f" @ {self.offset:#x}"
        if self.pointer is not None:
            text += f" #{self.pointer or '/'}"
        if self.tensor is not None:
            text += f" tensor {self.tensor}"
        if self.row is not None:
            text += f" row {self.row}"
        return text

    @property
    def sort_key(self) -> tuple[str, tuple[str, ...], int, int, str]:
        """A total order that follows the artifact from its start to its end."""
        return (self.path, self.members, self.offset or 0, self.line or 0, self.pointer or self.tensor or "")
