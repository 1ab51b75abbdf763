"""`--format jsonl`: one document a line, each written as soon as it is known."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TextIO

from pratique.flow.document import Document, dumps


def write(documents: Iterator[Document], out: TextIO) -> None:
    for document in documents:
        out.write(dumps(document, indent=None) + "\n")
        out.flush()
