"""Pickles that two unpicklers read differently, that change what they import, or that break after they acted."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from pratique.drill.attack import Attack, AttackPath

ECHO = b"cos\nsystem\n(S'echo pratique-drill'\ntR"  # protocol 0: prints a line
LIST = b"(lp0\nI1\naI2\na"
REFERENCES = ("CWE-502", "CWE-436", "AML.T0011.000")


def _writes(content: bytes) -> Callable[[Path], None]:
    def write(folder: Path) -> None:
        (folder / "model.pkl").write_bytes(content)

    return write


def _framed(content: bytes, announced: int | None = None) -> bytes:
    length = len(content) if announced is None else announced
    return b"\x80\x04\x95" + length.to_bytes(8, "little") + content


_QUIET_FRAME = _framed(LIST + b".")
ATTACKS = (
    Attack(
        id="pickle-frame-crossed",
        title="A call that crosses the end of its frame: the C unpickler runs it, the Python one stops",
        path=AttackPath.MODEL,
        trips=("structure/pickle-unpicklers-differ",),
        build=_writes(_framed(ECHO + b".", announced=6)),
        twin=_writes(_QUIET_FRAME),
        where="model.pkl",
        references=REFERENCES,
    ),
    Attack(
        id="pickle-stop-in-frame",
        title="A second pickle behind a STOP inside the frame: one unpickler reads it next, the other skips it",
        path=AttackPath.MODEL,
        trips=("structure/pickle-unpicklers-differ",),
        build=_writes(_framed(LIST + b"." + ECHO + b".")),
        twin=_writes(_QUIET_FRAME + _QUIET_FRAME),
        where="model.pkl",
        references=REFERENCES,
    ),
    Attack(
        id="pickle-frame-too-long",
        title="A frame longer than the file: the C unpickler stops at it, the Python one (joblib's) runs what it holds",
        path=AttackPath.MODEL,
        trips=("structure/pickle-unpicklers-differ", "structure/pickle-malformed"),
        build=_writes(_framed(ECHO + b".", announced=4096)),
        twin=_writes(_QUIET_FRAME),
        where="model.pkl",
        references=REFERENCES,
    ),
    Attack(
        id="pickle-list-arguments",
        title="A call whose arguments are a list: only the Python unpickler makes it",
        path=AttackPath.MODEL,
        trips=("structure/pickle-unpicklers-differ",),
        build=_writes(b"cos\nsystem\n(S'echo pratique-drill'\nlR."),
        twin=_writes(b"(S'echo pratique-drill'\nl."),
        where="model.pkl",
        references=REFERENCES,
    ),
    Attack(
        id="pickle-changes-environment",
        title="An item of os.environ is set, which the next process inherits",
        path=AttackPath.MODEL,
        trips=("structure/pickle-mutates-global",),
        build=_writes(b"\x80\x02cos\nenviron\nU\x0dPRATIQUEDRILLU\x01xs."),
        twin=_writes(b"\x80\x02}U\x0dPRATIQUEDRILLU\x01xs."),
        where="model.pkl",
        references=("CWE-502", "AML.T0011.000"),
    ),
    Attack(
        id="pickle-changes-class",
        title="A method of an imported class is replaced through BUILD's slot state",
        path=AttackPath.MODEL,
        trips=("structure/pickle-mutates-global",),
        build=_writes(b"\x80\x02cjson\nJSONDecoder\nN}U\x06decodecos\nsystem\ns\x86b."),
        twin=_writes(b"\x80\x02N}U\x06decodeK\x01s\x86."),
        where="model.pkl",
        references=("CWE-502", "AML.T0011.000"),
    ),
    Attack(
        id="pickle-breaks-after-call",
        title="A call, and then a byte that is no opcode",
        path=AttackPath.MODEL,
        trips=("structure/pickle-malformed",),
        build=_writes(b"\x80\x02" + ECHO + b"\xff" * 40),
        twin=_writes(b"\x80\x02" + LIST + b"."),
        where="model.pkl",
        references=("CWE-502", "AML.T0011.000"),
    ),
)
