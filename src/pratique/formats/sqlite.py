"""SQLite databases: the header says how many pages of what size follow (sqlite.org, Database File Format, 1.3)."""

from __future__ import annotations

from collections.abc import Iterator

from pratique.domain.artifact import ArtifactKind
from pratique.domain.part import Member
from pratique.formats.contract import CERTAIN, Format, Head, Scope, Yield
from pratique.formats.window import Window

MAGIC = b"SQLite format 3\0"


def probe(head: Head) -> int:
    return CERTAIN if head.data[:16] == MAGIC and len(head.data) >= 100 else 0


def read(window: Window, scope: Scope) -> Iterator[Yield]:
    head = window.read_at(0, 100)
    page = int.from_bytes(head[16:18], "big")
    page = 65536 if page == 1 else page
    if page < 512 or page & (page - 1):
        yield scope.broken("sqlite-malformed", f"a page size of {page} bytes is not possible", 16, 2, lost=True)
        return
    pages = int.from_bytes(head[28:32], "big")
    if head[24:28] != head[92:96] or pages == 0:  # written by an old version, which left the count alone (1.3.8)
        pages = window.size // page
    size = min(pages * page, window.size)
    yield Member(scope.at(0, size), "sqlite-database", size)
    if pages * page > window.size:
        yield scope.broken("sqlite-malformed", f"{pages} pages are claimed, more than the file has", 28, 4, lost=True)


FORMAT = Format(
    id="sqlite",
    title="SQLite database",
    kind=ArtifactKind.DATASET,
    read=read,
    probe=probe,
    magics=((0, MAGIC),),
    extensions=(".sqlite", ".sqlite3", ".db"),
    opens_with="nothing; its triggers and views run SQL when they are used",
)
