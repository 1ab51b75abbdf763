"""TorchScript source, as `torch.jit.save` writes it below `code/` of its archive: Python's syntax, with meanings of its own.

Source: torch/csrc/jit/serialization/import_source.cpp and python_print.cpp. `torch.jit.load` compiles it, and runs the
`__setstate__` methods of the classes whose objects the archive holds; what it may call are registered operators, never Python.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pratique.domain.artifact import ArtifactKind
from pratique.domain.part import Code
from pratique.formats import python_source
from pratique.formats.contract import LIKELY, Format, Head, Scope, Yield
from pratique.formats.window import Window

CLASS = re.compile(rb"^class \w+\(Module\):\n  __parameters__ = \[", re.MULTILINE)


def probe(head: Head) -> int:
    return LIKELY + 15 if _has_class(head.data) and python_source.probe(head) else 0


def _has_class(data: bytes) -> bool:
    return b"(Module):\n" in data and CLASS.search(data) is not None


def read(window: Window, scope: Scope) -> Iterator[Yield]:
    """It is read as Python as well: whoever unpacks the archive can import it."""
    for part in python_source.read(window, scope):
        yield part
        if isinstance(part, Code):
            yield Code(part.where, "torchscript", part.source, "module")


FORMAT = Format(
    id="torchscript",
    title="TorchScript source",
    kind=ArtifactKind.MODEL,
    read=read,
    probe=probe,
    opens_with="the operators that its methods call; __setstate__ already when it is loaded",
    families=("python", "text"),
)
