"""Zip, tar and 7z archives that two readers read differently, and members that leave the folder."""

from __future__ import annotations

import io
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

from pratique.drill.attack import Attack, AttackPath
from pratique.drill.seven_zip_writer import SYMBOLIC_LINK, Item, seven_zip

ECHO = b"cos\nsystem\n(S'echo pratique-drill'\ntR."  # a protocol-0 pickle that prints a line
QUIET = b"\x80\x02]q\x00(K\x01K\x02e."
CENTRAL, END = b"PK\x01\x02", b"PK\x05\x06"
FLAGS_OF_CENTRAL, METHOD_OF_CENTRAL, CRC_OF_CENTRAL = 8, 10, 16
DIFFER = "structure/zip-readers-disagree"
INTEGRITY = "structure/zip-integrity"
ESCAPES = "structure/archive-path-escapes"
REFERENCES = ("CWE-436", "AML.T0010")


def zipped(*members: tuple[str, bytes]) -> bytes:
    """A stored zip archive with these members, in this order; names may repeat."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name, content in members:
            archive.NameToInfo.pop(name, None)  # or it warns of a name that repeats
            archive.writestr(zipfile.ZipInfo(name), content)
    return target.getvalue()


def _writes(content: bytes, name: str = "model.zip") -> Callable[[Path], None]:
    def write(folder: Path) -> None:
        (folder / name).write_bytes(content)

    return write


def _poked(data: bytes, record: bytes, field: int, value: bytes) -> bytes:
    """`data` with `value` written `field` bytes into the first `record`."""
    at = data.index(record) + field
    return data[:at] + value + data[at + len(value) :]


def _renamed_in_directory() -> bytes:
    data = zipped(("model.pkl", ECHO))
    return _poked(data, CENTRAL, 46, b"notes.txt")


def _without_directory_entry() -> bytes:
    """The first member stays, and the directory lists only the second."""
    data = zipped(("model.pkl", ECHO), ("weights.pkl", QUIET))
    first = data.index(CENTRAL)
    second = data.index(CENTRAL, first + 4)
    end = data.index(END)
    kept = data[second:end]
    closing = bytearray(data[end:])
    closing[8:12] = b"\x01\0\x01\0"
    closing[12:16] = len(kept).to_bytes(4, "little")
    return data[:first] + kept + bytes(closing)


def _second_directory() -> bytes:
    """A whole archive, then the directory of another one: its offsets count from the first byte (miniz) or shifted."""
    shown, hidden = zipped(("model.pkl", QUIET)), zipped(("model.pkl", ECHO))
    comment = hidden
    return shown[:-2] + len(comment).to_bytes(2, "little") + comment


def _tar(member: tarfile.TarInfo, content: bytes = b"") -> bytes:
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode="w", format=tarfile.PAX_FORMAT) as archive:
        member.size = len(content)
        archive.addfile(member, io.BytesIO(content))
    return target.getvalue()


def _tar_sizes() -> bytes:
    """A pax header that gives the inner archive's size, over a ustar header that gives 0."""
    inner = _tar(tarfile.TarInfo("model.pkl"), ECHO)
    info = tarfile.TarInfo("notes.txt")
    info.pax_headers = {"size": str(len(inner))}
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode="w", format=tarfile.PAX_FORMAT) as archive:
        archive.addfile(info)
        archive.fileobj.write(inner)
    return target.getvalue()


def _linked(name: str, target: str) -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.type, info.linkname = tarfile.SYMTYPE, target
    return info


def _attack(id_: str, title: str, rule: str, hostile: bytes, twin: bytes, name: str = "model.zip") -> Attack:
    write, quiet = _writes(hostile, name), _writes(twin, name)
    return Attack(id_, title, AttackPath.MODEL, (rule,), write, quiet, where=name, references=REFERENCES)


_ONE = zipped(("model.pkl", QUIET))
_TAR = _tar(tarfile.TarInfo("model.pkl"), QUIET)
ATTACKS = (
    _attack("zip-name-differs", "A pickle that is notes.txt in the directory", DIFFER, _renamed_in_directory(), _ONE),
    _attack("zip-hidden-entry", "A pickle that no directory lists", DIFFER, _without_directory_entry(), _ONE),
    _attack("zip-second-directory", "Another archive in the comment", DIFFER, _second_directory(), _ONE),
    _attack(
        "zip-duplicate-name",
        "One name twice: the first is shown, the second is loaded",
        DIFFER,
        zipped(("model.pkl", QUIET), ("model.pkl", ECHO)),
        zipped(("model.pkl", QUIET), ("other.pkl", QUIET)),
    ),
    _attack(
        "zip-false-encryption",
        "A plain pickle flagged as encrypted in the directory only",
        DIFFER,
        _poked(zipped(("model.pkl", ECHO)), CENTRAL, FLAGS_OF_CENTRAL, b"\x01\0"),
        _ONE,
    ),
    _attack(
        "zip-method-differs",
        "A stored pickle whose directory entry says deflated",
        DIFFER,
        _poked(zipped(("model.pkl", ECHO)), CENTRAL, METHOD_OF_CENTRAL, b"\x08\0"),
        _ONE,
    ),
    _attack(
        "zip-crc-differs",
        "A pickle with a wrong CRC: Python's zipfile refuses it, torch loads it",
        INTEGRITY,
        _poked(zipped(("model.pkl", ECHO)), CENTRAL, CRC_OF_CENTRAL, b"\1\2\3\4"),
        _ONE,
    ),
    _attack("zip-path-escapes", "A member above the folder", ESCAPES, zipped(("../model.pkl", QUIET)), _ONE),
    _attack(
        "tar-path-escapes",
        "A tar member above the folder",
        ESCAPES,
        _tar(tarfile.TarInfo("../../model.pkl"), QUIET),
        _TAR,
        "model.tar",
    ),
    _attack(
        "tar-link-escapes",
        "A link out of the folder",
        ESCAPES,
        _tar(_linked("cache", "/etc")),
        _tar(_linked("cache", "data")),
        "model.tar",
    ),
    _attack(
        "seven-zip-path-escapes",
        "A 7z member above the folder, behind a packed header",
        ESCAPES,
        seven_zip([Item("../model.pkl", QUIET)], header_method="lzma2"),
        seven_zip([Item("model.pkl", QUIET)], header_method="lzma2"),
        "model.7z",
    ),
    _attack(
        "seven-zip-link-escapes",
        "A 7z link out of the folder",
        ESCAPES,
        seven_zip([Item("cache", b"/etc", SYMBOLIC_LINK)]),
        seven_zip([Item("cache", b"data", SYMBOLIC_LINK)]),
        "model.7z",
    ),
    _attack(
        "tar-size-differs",
        "An archive in a member that only readers of the ustar size enter",
        "structure/tar-readers-disagree",
        _tar_sizes(),
        _TAR,
        "model.tar",
    ),
)
