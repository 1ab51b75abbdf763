"""The `bytecode.pkl` of archives for PyTorch's lite interpreter: a pickle of functions, each with the operators that it calls.

Source: torch/csrc/jit/mobile/import.cpp and serialization/export_module.cpp (`getFunctionTuple`). The pickle is read as such too;
the names of operators are literal texts in it, because the interpreter's unpickler (serialization/unpickler.cpp) knows no text but
BINUNICODE, whose length stands in the 4 bytes before it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pratique.domain.artifact import ArtifactKind
from pratique.domain.part import Operator
from pratique.formats.contract import CERTAIN, Format, Head, Scope, Yield
from pratique.formats.window import MAX_READ_BYTES, Window

OPERATOR = re.compile(rb"([A-Za-z_]\w{0,63})::([A-Za-z_]\w{0,127})")
MAX_OPERATORS = 100_000
MARKS = (b"instructions", b"operators", b"register_size")


def probe(head: Head) -> int:
    return CERTAIN if head.data.startswith(b"\x80\x02") and all(mark in head.data for mark in MARKS) else 0


def read(window: Window, scope: Scope) -> Iterator[Yield]:
    data = window.read_at(0, MAX_READ_BYTES)
    if window.size > len(data):
        yield scope.broken("torchscript-bytecode", f"bytecode of more than {len(data)} bytes is not read", lost=True)
    for number, match in enumerate(OPERATOR.finditer(data)):
        if number >= MAX_OPERATORS:
            yield scope.broken("torchscript-bytecode", f"more than {MAX_OPERATORS} operators", lost=True)
            return
        length = int.from_bytes(data[max(match.start() - 4, 0) : match.start()], "little")
        if length > len(match.group()):
            continue  # inside of a longer text
        domain, _, name = match.group()[:length].decode().partition("::")
        yield Operator(scope.at(match.start(), length), "torchscript", domain, name)


FORMAT = Format(
    id="torchscript-bytecode",
    title="bytecode of PyTorch's lite interpreter",
    kind=ArtifactKind.MODEL,
    read=read,
    probe=probe,
    magics=((0, b"\x80\x02"),),
    opens_with="the operators that its functions call",
    families=("pickle",),
)
