"""Python pickles, protocols 0 to 5, one after another: what unpickling imports and calls, without doing it.

Source: CPython `Lib/pickle.py`, `Modules/_pickle.c`, PEP 307, 3154 and 574. Unpickling does whatever the stream says:
`REDUCE` calls any importable callable with any arguments.
"""

from __future__ import annotations

from collections.abc import Iterator

from pratique.domain.artifact import ArtifactKind
from pratique.domain.locator import Locator
from pratique.domain.part import Call, Import, Metadata
from pratique.formats.contract import (
    CERTAIN,
    LIKELY,
    POSSIBLE,
    Format,
    Head,
    Scope,
    Yield,
)
from pratique.formats.pickle_opcodes import OPCODES
from pratique.formats.pickle_stream import Stream
from pratique.formats.window import Window

MAX_STREAMS = 100_000
MAX_PADDING_BYTES = 16  # a line end that an editor or a version control system added
TRIAL_BYTES = 64 << 10
TRIAL_OPCODES = 6
PROTO = 0x80
TORCH_LEGACY = b"\x80\x02\x8a\nl\xfc\x9cF\xf9 j\xa8P\x19."  # torch.serialization.MAGIC_NUMBER, pickled
# Opcodes that a pickle can begin with: those that need nothing on the stack, no mark and no memo, and that do
# not fail by themselves (as PERSID does in every unpickler that takes no text ids, and a zip begins with a P).
FIRST_OPCODES = b"\x80\x95()]}\x8fNIJKLMFG\x88\x89\x8a\x8bSTUVX\x8c\x8dBC\x8e\x96c\x82\x83\x84"


def probe(head: Head) -> int:
    if head.data.startswith(TORCH_LEGACY):
        return 0  # read by torch_legacy, which also explains the storages that follow
    return likelihood(head.window)


def likelihood(window: Window, offset: int = 0) -> int:
    """How surely a pickle begins at `offset`: the machine is run over its beginning.

    Protocols 0 and 1 have no magic number, and much text begins with an opcode. So without PROTO it takes a call, or
    a stream that ends where the data end; an import alone decides nothing against another format.
    """
    data = window.read_at(offset, 3)
    if len(data) < 2 or data[0] not in FIRST_OPCODES:
        return 0
    magic = data[0] == PROTO
    if magic and (data[1] > 5 or (len(data) > 2 and data[2] not in OPCODES)):
        return 0
    trial = Stream(window.slice(offset, TRIAL_BYTES), Scope(Locator("")), 0)
    calls = imports = False
    for item in trial.parts():
        calls = calls or isinstance(item, Call)
        imports = imports or (isinstance(item, Import) and _plausible(item))
    room = window.size - offset
    cut = not trial.stopped and room > TRIAL_BYTES and trial.end >= TRIAL_BYTES - 4096
    if magic:
        return CERTAIN if trial.stopped or calls or cut or trial.machine.opcodes >= TRIAL_OPCODES else LIKELY
    if trial.stopped:
        alone = trial.end == room
        if calls or (alone and (imports or trial.machine.opcodes >= TRIAL_OPCODES)):
            return CERTAIN
        return LIKELY if imports or alone else 0
    if calls and imports:
        return CERTAIN
    if cut and trial.machine.opcodes > 1000:
        return LIKELY
    return POSSIBLE // 4 if imports else 0


def _plausible(item: Import) -> bool:
    names = (item.target.module, item.target.name)
    return all(name is None or all(part.isidentifier() for part in name.split(".")) for name in names)


def read(window: Window, scope: Scope) -> Iterator[Yield]:
    offset = 0
    for _ in range(MAX_STREAMS):
        stream = Stream(window, scope, offset)
        yield from stream.parts()
        offset = stream.end
        if not stream.stopped or offset >= window.size:
            return
        rest = window.size - offset
        if rest <= MAX_PADDING_BYTES and not window.read_at(offset, rest).strip(b"\0\r\n\t "):
            yield Metadata(scope.at(offset, rest), "pickle-padding", rest)
            return
        if likelihood(window, offset) == 0:
            return  # what is left, the walk reports as unexplained
    yield scope.broken(
        "pickle-too-many",
        f"more than {MAX_STREAMS} pickles in a row",
        offset,
        lost=True,
    )


FORMAT = Format(
    id="pickle",
    title="Python pickle",
    kind=ArtifactKind.MODEL,
    read=read,
    probe=probe,
    magics=tuple((0, bytes([opcode])) for opcode in FIRST_OPCODES),
    extensions=(
        ".pkl",
        ".pickle",
        ".pck",
        ".pcl",
        ".p",
        ".joblib",
        ".dill",
        ".cloudpickle",
    ),
    opens_with="whatever the pickle imports and calls",
)
