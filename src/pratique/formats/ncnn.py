"""ncnn networks (`.param`): a magic number, counts, and one layer a line; the weights stand in the `.bin` beside it.

Source: https://github.com/Tencent/ncnn/wiki/param-and-model-file-structure. Layers that ncnn does not know must be
registered
by the application.
"""

from __future__ import annotations

from collections.abc import Iterator

from pratique.domain.artifact import ArtifactKind
from pratique.domain.part import Member, Metadata, Operator
from pratique.formats.contract import CERTAIN, Format, Head, Scope, Yield
from pratique.formats.window import Window

MAGIC = b"7767517"
MAX_TEXT_BYTES = 32 << 20


def probe(head: Head) -> int:
    lines = head.data.split(b"\n", 2)
    if len(lines) < 3 or lines[0].strip() != MAGIC:
        return 0
    counts = lines[1].split()
    return CERTAIN if len(counts) == 2 and all(n.isdigit() for n in counts) else 0


def read(window: Window, scope: Scope) -> Iterator[Yield]:
    if window.size > MAX_TEXT_BYTES:
        yield scope.broken("ncnn-text", f"a network of {window.size} bytes of text is not read", lost=True)
        return
    offset = 0
    for line, raw in enumerate(window.read_at(0, window.size).splitlines(keepends=True), 1):
        window.budget.tick()
        words = raw.decode("utf-8", "replace").split()
        where = scope.at(offset, len(raw), line=line)
        if line > 2 and len(words) >= 4:
            yield Operator(where, "ncnn", "", words[0][:128], (("name", words[1][:256]),))
        elif line > 2 and words:
            yield scope.broken("ncnn-text", f"line {line} is no layer", offset, len(raw))
        else:
            yield Member(where, "ncnn-header", len(raw))
        offset += len(raw)
    location = scope.name.removesuffix(".param") + ".bin"
    yield Metadata(scope.at(pointer=""), "companion", {"location": location})


FORMAT = Format(
    id="ncnn",
    title="ncnn network",
    kind=ArtifactKind.MODEL,
    read=read,
    probe=probe,
    magics=((0, MAGIC),),
    extensions=(".param",),
    opens_with="the layers; unknown ones are the application's",
)
