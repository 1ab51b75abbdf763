"""ar as GNU and BSD write it, a Debian package, and an archive without members."""

from __future__ import annotations

import io
import lzma
import tarfile

NOTE = b"a note\n"


def member(name: bytes, content: bytes) -> bytes:
    head = (
        name.ljust(16) + b"0".ljust(12) + b"0".ljust(6) * 2 + b"100644".ljust(8) + str(len(content)).encode().ljust(10)
    )
    return head + b"`\n" + content + b"\n" * (len(content) & 1)


def _tar(name: str) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        info = tarfile.TarInfo(name)
        info.size = len(NOTE)
        archive.addfile(info, io.BytesIO(NOTE))
    return lzma.compress(out.getvalue())


def samples() -> dict[str, bytes]:
    symbols, names = b"\0\0\0\1\0\0\0\x44note\0\0", b"a_name_that_is_longer_than_16.txt/\n"
    long = b"a_name_that_is_longer_than_16.txt"
    gnu = member(b"/", symbols) + member(b"//", names) + member(b"/0", NOTE) + member(b"b.txt/", NOTE * 2)
    bsd = member(b"#1/" + str(len(long)).encode(), long + NOTE) + member(b"b.txt", NOTE)
    deb = member(b"debian-binary", b"2.0\n") + member(b"control.tar.xz", _tar("./control"))
    found = {
        "gnu.a": gnu,
        "bsd.a": bsd,
        "one.deb": deb + member(b"data.tar.xz", _tar("./usr/note.txt")),
        "empty.a": b"",
    }
    return {name: b"!<arch>\n" + data for name, data in found.items()}
