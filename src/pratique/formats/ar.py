"""ar: static libraries (.a) and Debian packages (.deb), with the long names of GNU and BSD.

Sources: System V ABI, "Archive file"; FreeBSD ar(5); binutils' bfd/archive.c (thin archives, `/SYM64/`); deb(5).
Opening one executes nothing; installing a Debian package runs the scripts of its control member, which are read as members.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pratique.domain.artifact import ArtifactKind
from pratique.domain.part import Member
from pratique.formats.contract import CERTAIN, Format, Head, Nested, Scope, Yield
from pratique.formats.member_path import leaves
from pratique.formats.window import Window

MAGIC, THIN = b"!<arch>\n", b"!<thin>\n"
HEADER_BYTES = 60
HEADER_END = b"`\n"
MAX_MEMBERS = 200_000
MAX_NAME_BYTES = 4096
SYMBOLS = ("/", "/SYM64/", "__.SYMDEF", "__.SYMDEF SORTED", "__.SYMDEF_64")


@dataclass(frozen=True, slots=True)
class _Header:
    name: str
    data: int  # where the content begins
    size: int  # bytes of content


def probe(head: Head) -> int:
    first = head.data[8 : 8 + HEADER_BYTES]
    if head.data[:8] not in (MAGIC, THIN):
        return 0
    return CERTAIN if not first or first[58:60] == HEADER_END else 0


def read(window: Window, scope: Scope) -> Iterator[Yield]:
    thin = window.read_at(0, 8) == THIN
    yield Member(scope.at(0, 8), "ar-magic", 8)
    names = b""
    at = 8
    for _ in range(MAX_MEMBERS):
        window.budget.tick()
        raw = window.read_at(at, HEADER_BYTES)
        if not raw:
            return
        header = _header(window, raw, at, names)
        if header is None:
            yield scope.broken("ar-malformed", "a member's header makes no sense", at, len(raw), lost=True)
            return
        table = header.name == "//" or header.name in SYMBOLS
        if header.name == "//":
            names = window.read_at(header.data, min(header.size, 1 << 24))
        outside = thin and not table
        end = header.data + (0 if outside else header.size)
        yield from _member(window, scope, at, header, table, outside)
        at = end + (end & 1 if window.read_at(end, 1) == b"\n" else 0)
        if at > end:
            yield Member(scope.at(end, 1), "ar-padding", 1)
    yield scope.broken("ar-malformed", f"more than {MAX_MEMBERS} members", at, 0, lost=True)


def _header(window: Window, raw: bytes, at: int, names: bytes) -> _Header | None:
    digits = raw[48:58].strip()
    if len(raw) < HEADER_BYTES or raw[58:60] != HEADER_END or not digits.isdigit():
        return None
    size, data = int(digits), at + HEADER_BYTES
    field = raw[:16].rstrip(b" ")
    if field.startswith(b"#1/") and field[3:].isdigit():  # BSD: the name is the first bytes of the content
        length = int(field[3:])
        if length > min(size, MAX_NAME_BYTES):
            return None
        return _Header(_text(window.read_at(data, length).rstrip(b"\0")), data + length, size - length)
    if field[:1] == b"/" and field[1:].isdigit():  # GNU: an offset into the table of names
        rest = names[int(field[1:]) :][:MAX_NAME_BYTES]
        return _Header(_text(rest.split(b"\n")[0].removesuffix(b"/")), data, size)
    name = _text(field)
    return _Header(name if name in ("/", "//", "/SYM64/") else name.removesuffix("/"), data, size)


def _text(data: bytes) -> str:
    return data.decode("utf-8", "backslashreplace")


def _member(window: Window, scope: Scope, at: int, header: _Header, table: bool, outside: bool) -> Iterator[Yield]:
    name, head_bytes = header.name, header.data - at
    yield Member(scope.at(at, head_bytes), "ar-header", head_bytes)
    if not table and leaves(name, ""):
        message = f"{name!r} would be written outside of the folder"
        yield scope.broken("ar-path-escapes", message, at, head_bytes, name=name)
    if outside:
        yield Nested(
            name, window.slice(0, 0), scope.at(header.data, 0), incomplete="unsupported: it lies in another file"
        )
        return
    content = window.slice(header.data, header.size)
    incomplete = None if content.size == header.size else "its bytes end with the archive"
    where = scope.at(header.data, content.size)
    # symbols and long names are the archive's own; they are only looked at for what should not be there
    yield Nested(name, content, where, raw=table, incomplete=incomplete)


FORMAT = Format(
    id="ar",
    title="ar archive (static library, Debian package)",
    kind=ArtifactKind.PACKAGE,
    read=read,
    probe=probe,
    magics=((0, MAGIC), (0, THIN)),
    extensions=(".a", ".deb", ".ar", ".udeb"),
    opens_with="nothing; installing a Debian package runs its scripts",
)
