"""How inspections are written: one module a format, each with `write(documents, out)`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib import import_module
from typing import TextIO

from pratique.flow.document import Document

Writer = Callable[[Iterator[Document], TextIO], None]


def writer(format_: str) -> Writer:
    """The writer of a format; its module is imported now."""
    module = {"json": "pretty", "jsonl": "lines"}.get(format_, format_)
    found: Writer = import_module(f"pratique.cli.output.{module}").write
    return found
