"""PDF: names and strings are decoded, every place of an object is read, and what cannot be is a gap."""

from __future__ import annotations

import time
import zlib

import pytest

from pratique.domain.locator import Locator
from pratique.domain.part import Call, Code, Metadata, Part
from pratique.engine.walk import Account, Walk
from pratique.formats.contract import Scope
from pratique.formats.pdf_syntax import Name, Ref, parse, text
from pratique.formats.window import Budget, Limits, Window
from tests.samples.pdf import CATALOG, DRAWING, PAGE, PAGES, packed, pdf, stream

ECHO = b"cos\nsystem\n(S'echo pratique-drill'\ntR."
BASE = {1: CATALOG, 2: PAGES, 3: PAGE, 4: stream(b"", DRAWING)}
LAUNCH = b"<</S/Launch/F(calc.exe)>>"


def walk(data: bytes) -> tuple[list[Part], Account]:
    budget = Budget(Limits(seconds=20))
    walk_ = Walk(budget)
    return list(walk_.parts(Window.of_bytes(data, budget), Scope(Locator("a.pdf")))), walk_.account


def actions(parts: list[Part]) -> list[str]:
    return [
        str(p.value["action"])
        for p in parts
        if isinstance(p, Metadata) and isinstance(p.value, dict) and p.topic == "pdf-action"
    ]


def test_objects_are_decoded() -> None:
    found = parse(rb"<</A#42 [1 -2.5 (a\(b\)\101\n\\) <4 1 4> 7 0 R true null]/N/V>>endobj", 0, True)
    assert found.values == [{"AB": [1, -2.5, b"a(b)A\n\\", b"A@", Ref(7, 0), True, None], "N": Name("V")}]
    assert text(b"\xfe\xff\0J\0S") == "JS"


def test_a_pickle_inside_is_read() -> None:
    files = {
        5: b"<</Type/Filespec/UF(model.pkl)/EF<</F 6 0 R>>>>",
        6: stream(b"/Type/EmbeddedFile/Filter/FlateDecode", zlib.compress(ECHO)),
    }
    parts, account = walk(pdf({**BASE, **files}))
    assert [(str(p.target), p.where.members) for p in parts if isinstance(p, Call)] == [("os.system", ("model.pkl",))]
    assert not account.gaps


def test_a_program_among_the_drawings_is_seen() -> None:
    elf = b"\x7fELF\x02\x01\x01" + bytes(57)
    parts, _ = walk(pdf({**BASE, 5: stream(b"/Filter/FlateDecode", zlib.compress(elf))}))
    assert "Native" in {type(p).__name__ for p in parts}


def test_a_script_in_utf_16_is_yielded() -> None:
    script = b"(\xfe\xff\0a\0p\0p)"
    parts, _ = walk(pdf({**BASE, 5: b"<</S/JavaScript/JS 6 0 R>>", 6: script}))
    assert [(p.language, p.source) for p in parts if isinstance(p, Code)] == [("javascript", "app")]


def test_an_object_inside_of_stream_data_is_read() -> None:
    parts, _ = walk(pdf({**BASE, 5: stream(b"", b"1 0 obj\n" + LAUNCH + b"\nendobj\n")}))
    assert actions(parts) == ["Launch"]


@pytest.mark.parametrize("entries", (b"/DecodeParms<</Predictor 12>>", b"/DecodeParms 8 0 R"))
def test_an_object_stream_that_is_not_read_is_a_gap(entries: bytes) -> None:
    _, account = walk(pdf({**BASE, 5: packed({6: LAUNCH}, entries)}))
    assert "unsupported" in {gap.kind for gap in account.gaps}


def test_packed_objects_that_overlap_are_a_gap() -> None:
    table = b"6 0 7 12 "  # the second begins inside of the first
    body = stream(b"/Type/ObjStm/N 2/First %d" % len(table), table + b"<</A 12345  /S/Launch>>")
    _, account = walk(pdf({**BASE, 5: body}))
    assert "broken" in {gap.kind for gap in account.gaps}


def test_a_filter_by_reference_is_a_gap_where_it_matters() -> None:
    script = stream(b"/Filter 8 0 R", zlib.compress(b"app.alert(1)"))
    _, account = walk(pdf({**BASE, 5: b"<</S/JavaScript/JS 6 0 R>>", 6: script, 8: b"/FlateDecode"}))
    assert "unsupported" in {gap.kind for gap in account.gaps}


def test_an_encrypted_document_is_a_gap() -> None:
    _, account = walk(pdf(BASE, trailer=b"/Encrypt 9 0 R"))
    assert {gap.kind for gap in account.gaps} == {"encrypted"}


def test_bytes_between_objects_are_a_gap() -> None:
    data = pdf(BASE).replace(b"endobj\n3 0 obj", b"endobj\n" + b"hidden" * 50 + b"\n3 0 obj")
    _, account = walk(data)
    assert account.total_bytes - account.accounted_bytes >= 300


@pytest.mark.parametrize(
    "piece", (b"1 0 obj (", b"1 0 obj <<", b"1 0 obj [<", b"%1 0 obj ", b"1 0 obj<<>>stream\n", b"(" * 50)
)
def test_repetition_takes_no_quadratic_time(piece: bytes) -> None:
    started = time.process_time()
    _, account = walk(b"%PDF-1.4\n" + piece * (2_000_000 // len(piece)))
    assert time.process_time() - started < 12
    assert account.gaps


def test_a_header_behind_other_bytes_is_found() -> None:
    parts, account = walk(b"#!/bin/sh\n" + pdf({**BASE, 5: LAUNCH}))
    assert actions(parts) == ["Launch"]
    assert account.gaps


@pytest.mark.parametrize("array", (b"/XFA[(a) 6 0 R(b) 7 0 R]", b"/XFA 8 0 R"))
def test_the_script_of_a_form_in_pieces_is_read(array: bytes) -> None:
    form = b'<template xmlns="http://www.xfa.org/schema/xfa-template/2.6/"><script>app.alert(1)</script></template>'
    first, second = stream(b"/Filter/FlateDecode", zlib.compress(form[:70])), stream(b"", form[70:])
    parts, account = walk(pdf({**BASE, 5: b"<<" + array + b">>", 6: first, 7: second, 8: b"[(a) 6 0 R (b) 7 0 R]"}))
    found = [
        p.value["text"]
        for p in parts
        if isinstance(p, Metadata) and isinstance(p.value, dict) and p.topic == "xml-script"
    ]
    assert found == ["app.alert(1)"]
    assert not account.gaps
