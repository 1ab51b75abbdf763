"""ar: a Debian package's script is read as a script; a thin archive's members are gaps."""

from __future__ import annotations

import io
import tarfile

from pratique.domain.locator import Locator
from pratique.domain.part import Code, Part
from pratique.engine.walk import Account, Walk
from pratique.formats.contract import Scope
from pratique.formats.window import Budget, Limits, Window
from tests.samples.ar import member

SCRIPT = b"#!/bin/sh\nset -e\nldconfig\n"


def walk(data: bytes, name: str) -> tuple[list[Part], Account]:
    budget = Budget(Limits(seconds=20))
    walk_ = Walk(budget)
    return list(walk_.parts(Window.of_bytes(data, budget), Scope(Locator(name)))), walk_.account


def test_the_script_of_a_package_is_read() -> None:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as archive:
        info = tarfile.TarInfo("./postinst")
        info.size = len(SCRIPT)
        archive.addfile(info, io.BytesIO(SCRIPT))
    data = b"!<arch>\n" + member(b"debian-binary", b"2.0\n") + member(b"control.tar.gz", out.getvalue())
    parts, account = walk(data, "one.deb")
    shell = [p for p in parts if isinstance(p, Code) and p.language == "shell"]
    assert [p.where.members for p in shell] == [("control.tar.gz", "control.tar", "./postinst")]
    assert not account.gaps


def test_a_thin_archive_is_a_gap() -> None:
    head = member(b"notes.o/", b"x" * 10)[:60]
    _, account = walk(b"!<thin>\n" + head, "thin.a")
    assert [gap.kind for gap in account.gaps] == ["unsupported"]


def test_a_program_in_the_symbol_table_is_seen() -> None:
    elf = b"\x7fELF\x02\x01\x01" + bytes(57)
    parts, _ = walk(b"!<arch>\n" + member(b"/", elf), "lib.a")
    assert "Native" in {type(p).__name__ for p in parts}
