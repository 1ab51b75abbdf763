"""PDF as writers make it: plain, with packed objects and filters, and with a file inside."""

from __future__ import annotations

import base64
import zlib

CATALOG = b"<</Type/Catalog/Pages 2 0 R/OpenAction[3 0 R/Fit]>>"
PAGES = b"<</Type/Pages/Kids[3 0 R]/Count 1>>"
PAGE = b"<</Type /Page /Parent 2 0 R /MediaBox [0 0 9.5 -9] /Contents 4 0 R % a page\n>>"
DRAWING = b"BT /F1 9 Tf (a \\(short\\) note) Tj ET\n"


def stream(entries: bytes, data: bytes) -> bytes:
    return b"<<" + entries + b"/Length " + str(len(data)).encode() + b">>\nstream\n" + data + b"\nendstream"


def pdf(objects: dict[int, bytes], root: int = 1, trailer: bytes = b"") -> bytes:
    """A document of these objects, with a table and trailer that are right."""
    data, places = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", {}
    for number, body in objects.items():
        places[number] = len(data)
        data += b"%d 0 obj\n" % number + body + b"\nendobj\n"
    start = len(data)
    rows = b"".join(b"%010d 00000 n \n" % places.get(number, 0) for number in range(1, max(objects) + 1))
    data += b"xref\n0 %d\n0000000000 65535 f \n" % (max(objects) + 1) + rows
    data += b"trailer\n<</Size %d/Root %d 0 R%s>>\n" % (max(objects) + 1, root, trailer)
    return data + b"startxref\n%d\n%%%%EOF\n" % start


def packed(objects: dict[int, bytes], entries: bytes = b"") -> bytes:
    """An object stream (ISO 32000-2, 7.5.7)."""
    table, body = b"", b""
    for number, content in objects.items():
        table += b"%d %d " % (number, len(body))
        body += content + b" "
    head = b"/Type/ObjStm/N %d/First %d/Filter/FlateDecode" % (len(objects), len(table))
    return stream(head + entries, zlib.compress(table + body))


def samples() -> dict[str, bytes]:
    plain = {1: CATALOG, 2: PAGES, 3: PAGE, 4: stream(b"", DRAWING)}
    flate = stream(b"/Filter/FlateDecode", zlib.compress(DRAWING))
    coded = stream(b"/Filter[/A85 /Fl]", base64.a85encode(zlib.compress(DRAWING)) + b"~>")
    hexed = stream(b"/Filter/ASCIIHexDecode", DRAWING.hex().encode() + b">")
    note = stream(b"/Type/EmbeddedFile", b"a note\n")
    named = b"<</Type/Filespec/F(note.txt)/EF<</F 6 0 R>>>>"
    return {
        "plain.pdf": pdf(plain),
        "packed.pdf": pdf({5: packed({1: CATALOG, 2: PAGES, 3: PAGE}), 4: flate}),
        "coded.pdf": pdf({**plain, 4: coded, 5: hexed}),
        "file.pdf": pdf({**plain, 5: named, 6: note}),
    }
