"""tar: ustar, GNU and pax headers, read in sequence (POSIX.1-2017 pax, "ustar Interchange Format"; GNU tar manual).

Where a pax header and the ustar header that it overrides disagree on a member's size, readers that honour only one of
them see different members from there on (CVE-2025-62518): it is reported, and both views are read.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from dataclasses import dataclass, field

from pratique.domain.artifact import ArtifactKind
from pratique.domain.part import Member
from pratique.formats.contract import CERTAIN, Format, Head, Nested, Scope, Yield
from pratique.formats.member_path import leaves
from pratique.formats.window import Window

BLOCK = 512
MAX_USTAR_BYTES = 8**11  # writers put 0 in the ustar field of a larger member
MAX_NAME_BYTES = 1 << 20
MAX_MEMBERS = 200_000
FILES = b"0\0 7"
TYPES = {b"1": "hard link", b"2": "symbolic link", b"3": "device", b"4": "device", b"5": "folder", b"6": "fifo"}


@dataclass(slots=True)
class _Overrides:
    """What extended headers say of the next member; `shared` holds the global pax records."""

    shared: dict[str, str] = field(default_factory=dict)
    own: dict[str, str] = field(default_factory=dict)

    def take(self, key: str) -> str | None:
        return self.own.get(key, self.shared.get(key))


def probe(head: Head) -> int:
    return CERTAIN if len(head.data) >= BLOCK and checksum_fits(head.data[:BLOCK]) else 0


def checksum_fits(block: bytes) -> bool:
    """The sum of all bytes with the checksum field as spaces; old writers summed signed bytes."""
    stored = number(block[148:156])
    if stored is None or not block.strip(b"\0"):
        return False
    blank = block[:148] + b" " * 8 + block[156:]
    return stored in (sum(blank), sum(b - 256 if b > 127 else b for b in blank))


def number(data: bytes) -> int | None:
    """An octal field, or a base-256 one (GNU)."""
    if data[:1] in (b"\x80", b"\xff"):
        value = int.from_bytes(data[1:], "big")
        return value if data[:1] == b"\x80" else value - (1 << 8 * (len(data) - 1))
    text = data.split(b"\0")[0].strip()
    try:
        return int(text, 8) if text else 0
    except ValueError:
        return None


def read(window: Window, scope: Scope) -> Iterator[Yield]:
    overrides = _Overrides()
    at = 0
    for _ in range(MAX_MEMBERS):
        window.budget.tick()
        block = window.read_at(at, BLOCK)
        if not block:
            return
        if not block.strip(b"\0"):
            yield from _zeros(window, scope, at)
            return
        if len(block) < BLOCK or not checksum_fits(block):
            yield scope.broken("tar-header", "a header has a wrong checksum", at, len(block), lost=True)
            return
        size = number(block[124:136])
        if size is None or size < 0:
            yield scope.broken("tar-header", "a header has no size", at, BLOCK, lost=True)
            return
        kind = block[156:157]
        if kind in b"LKxg" and kind:
            _extend(overrides, kind, window.read_at(at + BLOCK, min(size, MAX_NAME_BYTES)))
            yield Member(scope.at(at, BLOCK + padded(size)), "tar-extension", size)
            at += BLOCK + padded(size)
            continue
        at = yield from _member(window, scope, at, block, size, overrides)
        overrides.own = {}
    yield scope.broken("tar-header", f"more than {MAX_MEMBERS} members", at, 0, lost=True)


def padded(size: int) -> int:
    return (size + BLOCK - 1) // BLOCK * BLOCK


def _zeros(window: Window, scope: Scope, at: int) -> Iterator[Yield]:
    """Two zero blocks mark the end, and writers pad to a record; what follows the zeros is not of the archive."""
    end = at
    for chunk in window.chunks(at):
        rest = chunk.lstrip(b"\0")
        end += len(chunk) - len(rest)
        if rest:
            break
    yield Member(scope.at(at, end - at), "tar-end", end - at)
    if end < window.size:
        start = end // BLOCK * BLOCK
        message = f"{window.size - start} bytes follow the end mark; tar -i and other readers go on"
        yield scope.broken("tar-after-end", message, start, 0)
        yield Nested("(after the end)", window.slice(start), scope.at(start, window.size - start))


def _extend(overrides: _Overrides, kind: bytes, data: bytes) -> None:
    if kind == b"L":
        overrides.own["path"] = _text(data.rstrip(b"\0"))
    elif kind == b"K":
        overrides.own["linkpath"] = _text(data.rstrip(b"\0"))
    else:
        target = overrides.own if kind == b"x" else overrides.shared
        target.update(_pax_records(data))


def _pax_records(data: bytes) -> dict[str, str]:
    """`LENGTH KEY=VALUE\\n`, where LENGTH counts the whole record."""
    records: dict[str, str] = {}
    while data:
        digits, space, _ = data.partition(b" ")
        if not space or not digits.isdigit() or len(digits) > 9 or not 5 <= int(digits) <= len(data):
            break
        key, _, value = data[len(digits) + 1 : int(digits) - 1].partition(b"=")
        records[_text(key)] = _text(value)
        data = data[int(digits) :]
    return records


def _text(data: bytes) -> str:
    return data.decode("utf-8", "backslashreplace")


def _member(
    window: Window, scope: Scope, at: int, block: bytes, header_size: int, overrides: _Overrides
) -> Generator[Yield, None, int]:
    """Yield one member and return where the next header stands (a generator's return value)."""
    kind = block[156:157]
    name = overrides.take("path") or _ustar_name(block)
    link = overrides.take("linkpath") or _text(block[157:257].split(b"\0")[0])
    declared = overrides.take("size")
    size = int(declared) if declared is not None and declared.isdigit() and len(declared) < 20 else header_size
    if size != header_size and not (header_size == 0 and size >= MAX_USTAR_BYTES):
        message = f"{name!r} has {size} bytes in its pax header and {header_size} in its ustar header"
        yield scope.broken("tar-size-differs", message, at, BLOCK, name=name)
        other = window.slice(at + BLOCK + padded(header_size))
        if checksum_fits(other.read_at(0, BLOCK)):
            yield Nested(f"{name}(ustar view)", other, scope.at(at, BLOCK), format="tar")
    yield from _path_defects(scope, at, kind, name, link)
    if kind not in FILES and kind in TYPES:
        # POSIX: links and folders have no data, whatever their size field says; hard links of pax archives may.
        size = size if kind == b"1" and overrides.take("size") else 0
        yield Member(scope.at(at, BLOCK + padded(size)), f"tar-{TYPES[kind].replace(' ', '-')}", size)
        return at + BLOCK + padded(size)
    start, end = at + BLOCK, at + BLOCK + size
    incomplete = None if end <= window.size else "its bytes end with the archive"
    if kind == b"S":
        incomplete = "unsupported sparse member"
    where = scope.at(at, min(BLOCK + padded(size), window.size - at))
    yield Nested(name, window.slice(start, size), where, incomplete=incomplete)
    return at + BLOCK + padded(size)


def _ustar_name(block: bytes) -> str:
    name = _text(block[:100].split(b"\0")[0])
    prefix = _text(block[345:500].split(b"\0")[0]) if block[257:263] == b"ustar\0" else ""
    return f"{prefix}/{name}" if prefix else name


def _path_defects(scope: Scope, at: int, kind: bytes, name: str, link: str) -> Iterator[Yield]:
    if leaves(name, ""):
        yield scope.broken("tar-path-escapes", f"{name!r} would be written outside of the folder", at, BLOCK, name=name)
    if kind in (b"1", b"2") and leaves(link, name if kind == b"2" else ""):
        message = f"{name!r} is a {TYPES[kind]} to {link!r}, outside of the folder"
        yield scope.broken("tar-link-escapes", message, at, BLOCK, name=name)
    if kind in (b"3", b"4", b"6"):
        yield scope.broken("tar-special-file", f"{name!r} is a {TYPES[kind]}", at, BLOCK, name=name)


FORMAT = Format(
    id="tar",
    title="tar archive (also NeMo, WebDataset, old torch)",
    kind=ArtifactKind.DATASET,
    read=read,
    probe=probe,
    magics=((257, b"ustar\x00"), (257, b"ustar  \x00")),
    extensions=(".tar", ".nemo"),
    opens_with="what its members execute",
    families=("gzip", "bz2", "xz"),
)
