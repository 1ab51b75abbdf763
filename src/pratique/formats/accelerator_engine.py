"""Engines compiled for an accelerator: a driver takes them as they are, and no one else can read them.

Magic numbers: TensorRT plans (`ftrt`, `ptrt`: Polygraphy and trtexec), Rockchip RKNN (`RKNN`), Hailo (`\\x01HEF`),
Kendryte (`LDMK`).
"""

from __future__ import annotations

from collections.abc import Iterator

from pratique.domain.artifact import ArtifactKind
from pratique.domain.part import Native
from pratique.formats.contract import CERTAIN, Format, Head, Scope, Yield
from pratique.formats.window import Window

KINDS = {b"ftrt": "tensorrt", b"ptrt": "tensorrt", b"RKNN": "rknn", b"\x01HEF": "hailo", b"LDMK": "kmodel"}
MIN_BYTES = 24


def probe(head: Head) -> int:
    return CERTAIN if head.data[:4] in KINDS and head.window.size >= MIN_BYTES and b"\0" in head.data[:64] else 0


def read(window: Window, scope: Scope) -> Iterator[Yield]:
    yield Native(scope.at(0, window.size), "engine-" + KINDS.get(window.read_at(0, 4), "unknown"))


FORMAT = Format(
    id="accelerator-engine",
    title="engine for an accelerator",
    kind=ArtifactKind.MODEL,
    read=read,
    probe=probe,
    magics=tuple((0, magic) for magic in sorted(KINDS)),
    extensions=(".engine", ".plan", ".trt", ".rknn", ".hef", ".kmodel"),
    opens_with="machine code for the accelerator; TensorRT engines may bring host code along",
)
