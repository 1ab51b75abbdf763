"""`--format json`: one indented document."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TextIO

from pratique.flow.document import Document, dumps


def write(documents: Iterator[Document], out: TextIO) -> None:
    out.writelines(dumps(document) + "\n" for document in documents)
