"""zip, from every view: the central directory, the local headers, and each further directory that a reader could take.

Source: PKWARE APPNOTE 6.3.10; how Python's `zipfile`, miniz (which torch uses) and streaming readers choose among
contradictory records is in their sources. Where two views of a member differ, that is reported and each is read.
Opening a zip executes nothing by itself; what a program does with its members is theirs.
"""

from __future__ import annotations

import re
import stat
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from posixpath import normpath

from pratique.domain.artifact import ArtifactKind
from pratique.domain.part import Member, Metadata
from pratique.formats.contract import CERTAIN, POSSIBLE, Format, Head, Nested, Scope, Yield
from pratique.formats.layouts import runs
from pratique.formats.window import Window
from pratique.formats.zip_data import STORED, Unpacked, really_encrypted, unpack
from pratique.formats.zip_records import (
    CENTRAL,
    CENTRAL_BYTES,
    DESCRIBED,
    ENCRYPTED,
    END_BYTES,
    FULL32,
    LOCAL,
    UTF8,
    End,
    Entry,
    central,
    descriptor_bytes,
    ends,
    local,
)

MAX_LINK_BYTES = 4096
MAX_HIDDEN = 1000
MAX_PACKAGES = 100  # of torch.package, in one archive
CRC_OF_ALL_STORED_BYTES = 64 << 20
STORAGE = re.compile(r"(.*/)?(?:(?:data|constants|bytecode)/\d+|\.data/\d+\.storage)")
PICKLES = ("data.pkl", "constants.pkl")
BYTECODE = "bytecode.pkl"
EXTERNAL = ".data/extern_modules"  # of torch.package
SCRIPTS = ("constants.pkl", "model.json")  # beside `code/`: what torch.jit.load reads (import.cpp, import_legacy.cpp)


@dataclass(slots=True)
class _Archive:
    """What is known while an archive is read."""

    window: Window
    scope: Scope
    entries: dict[int, Entry] = field(default_factory=dict)  # by place of the local header
    spans: list[tuple[int, int, str]] = field(default_factory=list)
    names: dict[str, Entry] = field(default_factory=dict)
    torch_roots: set[str] = field(default_factory=set)
    script_roots: set[str] = field(default_factory=set)
    stored_crc_bytes: int = 0
    expanded_bytes: int = 0


def probe(head: Head) -> int:
    for end in ends(head.window)[:4]:
        if _directory_starts(head.window, end) or (end.entries == 0 and end.directory_bytes == 0 and end.offset == 0):
            return CERTAIN
    if head.data[:4] == LOCAL and local(head.window, 0) is not None:
        return CERTAIN
    return POSSIBLE if head.data[:4] == LOCAL else 0


def _directory_starts(window: Window, end: End) -> list[int]:
    """Where readers look for the directory: before the end record (`zipfile`), and at the declared offset (miniz)."""
    starts = []
    for start in (end.start - end.directory_bytes, end.directory_offset):
        if 0 <= start <= end.start - CENTRAL_BYTES and start not in starts and window.read_at(start, 4) == CENTRAL:
            starts.append(start)
    return starts


def read(window: Window, scope: Scope) -> Iterator[Yield]:
    archive = _Archive(window, scope)
    found = ends(window)
    if not found:
        yield scope.broken(
            "zip-no-directory", "there is no end of central directory; local headers are read in sequence"
        )
    read_starts: set[int] = set()
    for number, end in enumerate(found):
        starts = _directory_starts(window, end)
        if number and (not starts or _inside_member(archive, end)):
            continue  # a stored archive inside this one has an end record of its own
        if number and not read_starts.issuperset(starts):
            yield scope.broken(
                "zip-second-directory", "a second central directory; readers may take either", end.offset, 22
            )
        elif len(starts) > 1:
            yield scope.broken("zip-second-directory", "two central directories fit one end record", starts[1], 4)
        for start in starts:
            if start not in read_starts:
                read_starts.add(start)
                yield from _directory(archive, end, start)
        yield from _end(archive, end, starts)
    yield from _hidden(archive)
    yield from _overlaps(archive)


def _inside_member(archive: _Archive, end: End) -> bool:
    return any(start <= end.offset < stop for start, stop, _ in archive.spans)


def _end(archive: _Archive, end: End, starts: list[int]) -> Iterator[Yield]:
    scope, window = archive.scope, archive.window
    length = min(end.end, window.size) - end.start
    facts = {"entries": end.entries, "comment_bytes": end.comment_bytes}
    yield Metadata(scope.at(end.start, length - end.comment_bytes), "zip-end", dict(facts))
    if end.comment_bytes:
        at = end.offset + END_BYTES
        comment = window.slice(at, end.comment_bytes)
        yield Nested("(comment)", comment, scope.at(at, comment.size))
    if end.contradicts:
        message = "the zip64 end record and the short one give different directories"
        yield scope.broken("zip-second-directory", message, end.start, 56)
    if end.end > window.size:
        yield scope.broken("zip-end", "the archive comment is longer than the file", end.offset, END_BYTES)
    if end.entries and not starts:
        yield scope.broken("zip-end", "no central directory stands where the end record says", end.offset, END_BYTES)
    if end.disk not in (0, 0xFFFF):
        yield scope.broken("zip-end", "a part of a multi-volume archive", end.offset, END_BYTES, lost=True)


def _directory(archive: _Archive, end: End, start: int) -> Iterator[Yield]:
    window, scope = archive.window, archive.scope
    shift = start - end.directory_offset if start == end.start - end.directory_bytes else 0
    last = start
    count = 0
    listed = list(central(window, start, end.start))
    names = [e.name.lower() for e in listed]  # miniz, as torch calls it, finds members whatever their case
    archive.torch_roots |= {name[: -len("data.pkl")] for name in names if name.endswith("/data.pkl")}
    yield from _packaged(archive, [e.name for e in listed])
    archive.script_roots |= {name.rpartition("/")[0] + "/" for name in names if name.endswith(SCRIPTS)}
    for entry in listed:
        count += 1
        last = entry.offset + entry.header_bytes
        yield from _member(archive, entry, shift)
    yield Metadata(scope.at(start, last - start), "zip-directory", {"entries": count})
    if count != end.entries:
        message = f"the end record counts {end.entries} entries, the directory has {count}"
        yield scope.broken("zip-entry-count", message, end.offset, END_BYTES)


def _packaged(archive: _Archive, names: list[str]) -> Iterator[Yield]:
    """What torch.package's importer executes: the sources of its own archive, before those of any library of the same name."""
    roots = [name for name in names if name.lower().endswith(EXTERNAL)]
    if len(roots) > MAX_PACKAGES:
        yield archive.scope.broken("zip-too-many-packages", f"{len(roots)} packages of torch.package", lost=True)
    archive.torch_roots |= {name[: -len(EXTERNAL)].lower() for name in roots}
    for name in roots[:MAX_PACKAGES]:
        root = name[: -len(EXTERNAL)]
        inside = [n for n in names if n.lower().startswith(root.lower()) and n.lower().endswith(".py")]
        modules = [n[len(root) : -3].replace("/", ".") for n in inside]
        if modules:
            shown = ", ".join(sorted(modules)[:5])
            yield runs(archive.scope.inside(name), "torch.package", "../", f"{len(modules)} modules: {shown}")


def _member(archive: _Archive, entry: Entry, shift: int) -> Iterator[Yield]:
    window, scope = archive.window, archive.scope
    yield from _name_defects(archive, entry)
    places = [entry.local_offset + shift] + ([entry.local_offset] if shift else [])
    header = next((h for h in (local(window, place) for place in places) if h is not None), None)
    if header is None:
        message = f"no local header stands where the directory says that {entry.name!r} begins"
        yield scope.broken("zip-no-local-header", message, entry.offset, CENTRAL_BYTES, name=entry.name)
        return
    # One file to a reader on Windows, which reads a backslash as a slash, and to one that unpacks into folders.
    name = normpath(entry.name.replace("\\", "/"))
    twin = archive.names.get(name)
    if twin is not None and header.offset not in archive.entries:
        same = (twin.crc, twin.unpacked, twin.method) == (entry.crc, entry.unpacked, entry.method)
        defect = "zip-duplicate-identical" if same else "zip-duplicate-name"
        yield scope.broken(defect, f"two entries are named {name!r}", entry.offset, CENTRAL_BYTES, name=entry.name)
    archive.names.setdefault(name, entry)
    yield from _differences(archive, entry, header)
    if header.offset in archive.entries and archive.entries[header.offset] == entry:
        return
    archive.entries[header.offset] = entry
    yield from _content(archive, entry, header)


def _name_defects(archive: _Archive, entry: Entry) -> Iterator[Yield]:
    scope, name = archive.scope, entry.name
    at = (entry.offset, entry.header_bytes)
    if b"\0" in entry.raw_name:
        yield scope.broken("zip-name-nul", f"the name {name!r} has a NUL: readers end it there", *at, name=name)
    if escapes(name):
        yield scope.broken("zip-path-escapes", f"{name!r} would be written outside of the folder", *at, name=name)
    path = entry.unicode_path
    if path is not None and path[5:] and path[5:] != entry.raw_name and path[:1] == b"\x01":
        other = path[5:].decode("utf-8", "backslashreplace")
        if other != name:
            yield scope.broken("zip-name-differs", f"{name!r} is {other!r} in its Unicode path field", *at, name=name)


def escapes(name: str) -> bool:
    """Whether unpacking under this name leaves the folder: absolute, with a drive, or with a `..` part."""
    parts = name.replace("\\", "/").split("/")
    return name.startswith(("/", "\\")) or ".." in parts or re.match(r"[A-Za-z]:[\\/]", name) is not None


def _differences(archive: _Archive, entry: Entry, header: Entry) -> Iterator[Yield]:
    """What the local header says otherwise than the central one; with a data descriptor, its zeros say nothing."""
    scope = archive.scope
    at = (header.offset, header.header_bytes)
    name = entry.name
    if header.raw_name != entry.raw_name:
        message = f"{name!r} in the directory is {header.name!r} in its local header"
        yield scope.broken("zip-name-differs", message, *at, name=name, local_name=header.name)
    if header.method != entry.method:
        message = f"{name!r}: method {entry.method} in the directory, {header.method} in the local header"
        yield scope.broken("zip-method-differs", message, *at, name=name)
    if (header.flags ^ entry.flags) & (ENCRYPTED | UTF8) and (header.flags ^ entry.flags) & ENCRYPTED:
        yield scope.broken(
            "zip-flags-differ", f"{name!r}: only one of its headers says that it is encrypted", *at, name=name
        )
    described = bool((header.flags | entry.flags) & DESCRIBED)
    for what, ours, theirs in (
        ("CRC", entry.crc, header.crc),
        ("packed size", entry.packed, header.packed),
        ("size", entry.unpacked, header.unpacked),
    ):
        if ours != theirs and not (described and theirs in (0, FULL32)):
            message = f"{name!r}: {what} {ours} in the directory, {theirs} in the local header"
            yield scope.broken("zip-sizes-differ", message, *at, name=name)


def _content(archive: _Archive, entry: Entry, header: Entry) -> Iterator[Yield]:
    window, scope = archive.window, archive.scope
    span_end = header.data + entry.packed
    if (header.flags | entry.flags) & DESCRIBED:
        span_end += descriptor_bytes(window, span_end, entry)
    archive.spans.append((header.offset, min(span_end, window.size), entry.name))
    where = scope.at(header.offset, min(span_end, window.size) - header.offset)
    if entry.name.endswith("/") and entry.packed == 0:
        yield Member(where, "zip-folder", 0)
        return
    content = _bounded(archive, entry, header)
    yield from _judged(archive, entry, header, content)
    link = stat.S_ISLNK(entry.attributes >> 16) if entry.attributes >> 16 else False
    if link:
        target = content.window.read_at(0, MAX_LINK_BYTES).decode("utf-8", "backslashreplace")
        if escapes(target):
            message = f"{entry.name!r} is a link to {target!r}, outside of the folder"
            yield scope.broken("zip-link-escapes", message, header.offset, header.header_bytes, name=entry.name)
    incomplete = content.incomplete
    if (entry.flags | header.flags) & ENCRYPTED and really_encrypted(entry, content):
        incomplete = "encrypted"
    yield Nested(
        entry.name,
        content.window,
        where,
        format=_forced(archive, entry.name) if incomplete != "encrypted" else None,
        # a reader that ignores the flag takes the bytes as they are
        raw=_is_storage(archive, entry.name) or incomplete == "encrypted",
        incomplete=incomplete,
    )
    yield from _other_views(archive, entry, header, where.offset or 0)


def _bounded(archive: _Archive, entry: Entry, header: Entry) -> Unpacked:
    """The content, unless the members before it already unpacked to far more than the archive: overlapping bombs."""
    limits = archive.window.budget.limits
    if archive.expanded_bytes > max(limits.ratio_floor_bytes, limits.expansion_ratio * archive.window.size):
        reason = f"the archive unpacks to more than {limits.expansion_ratio} times its size"
        return Unpacked(archive.window.slice(0, 0), reason)
    checked = entry.method != STORED or (
        not _is_storage(archive, entry.name) and archive.stored_crc_bytes + entry.packed <= CRC_OF_ALL_STORED_BYTES
    )
    content = unpack(archive.window, entry, header.data, entry.packed, checked)
    if entry.method == STORED:
        archive.stored_crc_bytes += content.window.size if content.crc is not None else 0
    else:
        archive.expanded_bytes += content.window.size
    return content


def _judged(archive: _Archive, entry: Entry, header: Entry, content: Unpacked) -> Iterator[Yield]:
    """What unpacking shows to be a lie."""
    scope, name = archive.scope, entry.name
    at = (header.offset, header.header_bytes)
    flagged = bool((entry.flags | header.flags) & ENCRYPTED)
    if flagged:
        if not really_encrypted(entry, content):
            yield scope.broken("zip-false-encryption", f"{name!r} is flagged as encrypted and is not", *at, name=name)
        return
    if content.incomplete is not None:
        return
    if content.crc is not None and content.crc != entry.crc:
        message = f"{name!r}: the CRC of its content is {content.crc:#010x}, the directory says {entry.crc:#010x}"
        yield scope.broken("zip-crc-differs", message, *at, name=name)
    if content.window.size != entry.unpacked:
        message = f"{name!r} has {content.window.size} bytes, the directory says {entry.unpacked}"
        yield scope.broken("zip-size-lies", message, *at, name=name)
    elif content.packed is not None and content.packed < entry.packed:
        extra = entry.packed - content.packed
        yield scope.broken("zip-slack", f"{name!r} has {extra} bytes after its compressed data", *at, name=name)
        slack = archive.window.slice(header.data + content.packed, extra)
        yield Nested(f"{name}(slack)", slack, scope.at(header.data + content.packed, extra))


def _other_views(archive: _Archive, entry: Entry, header: Entry, offset: int) -> Iterator[Yield]:
    """The content as a reader that trusts the local header sees it, where that is another one."""
    same = (header.method, header.packed) == (entry.method, entry.packed)
    if (
        same
        or (header.packed in (0, FULL32) and header.flags & DESCRIBED)
        or header.data + header.packed > archive.window.size
    ):
        return
    content = unpack(archive.window, header, header.data, header.packed)
    where = archive.scope.at(offset, header.header_bytes + header.packed)
    yield Nested(f"{header.name}(local view)", content.window, where, incomplete=content.incomplete)


def _forced(archive: _Archive, name: str) -> str | None:
    root, _, last = (name := name.lower()).rpartition("/")
    if name.endswith(".py") and f"{name.partition('/code/')[0]}/" in archive.script_roots:
        return "torchscript"
    if not root or f"{root}/" not in archive.torch_roots:
        return None
    return "torchscript-bytecode" if last == BYTECODE else "pickle" if last in PICKLES else None


def _is_storage(archive: _Archive, name: str) -> bool:
    match = STORAGE.fullmatch(name.lower())
    return match is not None and (match.group(1) or "") in archive.torch_roots


def _hidden(archive: _Archive) -> Iterator[Yield]:
    """Local headers that no directory lists: what a streaming reader sees."""
    window, scope = archive.window, archive.scope
    listed = bool(archive.entries)
    for start, end in _uncovered(archive):
        at = window.find(LOCAL, start, end)
        if at > start or at < 0:
            length = (at if at >= 0 else end) - start
            if start == 0:
                yield scope.broken("zip-prefix", f"{length} bytes stand before the archive", start, 0)
                # a reader that starts at the first byte takes these: they are identified in full (a tar with an archive
                # as its last member is one file that both readers open)
                yield Nested("(prefix)", window.slice(start, length), scope.at(start, length), shared=True)
        found = 0
        while 0 <= at < end and found < MAX_HIDDEN:
            found += 1
            header = local(window, at)
            if header is None or header.data > end or not _plausible(header):
                at = window.find(LOCAL, at + 4, end)
                continue
            if listed:
                message = f"{header.name!r} is in no directory; a reader of local headers sees it"
                yield scope.broken("zip-hidden-entry", message, at, header.header_bytes, name=header.name)
            following = window.find(LOCAL, header.data, end)
            size = header.packed if header.packed and header.data + header.packed <= end else None
            stop = header.data + size if size is not None else (following if following >= 0 else end)
            content = unpack(window, header, header.data, stop - header.data)
            incomplete = content.incomplete
            if header.flags & ENCRYPTED:
                incomplete = "encrypted" if really_encrypted(header, content) else incomplete
            where = scope.at(at, stop - at)
            yield Nested(header.name, content.window, where, _forced(archive, header.name), incomplete=incomplete)
            at = window.find(LOCAL, max(stop, at + 4), end)


def _plausible(header: Entry) -> bool:
    return 0 < len(header.raw_name) < 4096 and header.method < 100


def _uncovered(archive: _Archive) -> Iterator[tuple[int, int]]:
    """The ranges before the first directory record that no listed entry spans."""
    found = ends(archive.window)
    starts = [s for end in found for s in _directory_starts(archive.window, end)]
    limit = min([*starts, *(end.start for end in found)], default=archive.window.size)
    at = 0
    for start, end, _ in sorted(archive.spans):
        if start > at:
            yield at, min(start, limit)
        at = max(at, end)
    if at < limit:
        yield at, limit


def _overlaps(archive: _Archive) -> Iterator[Yield]:
    for (_, end, name), (start, _, following) in pairwise(sorted(archive.spans)):
        if start < end:
            message = f"{name!r} and {following!r} share {end - start} bytes"
            yield archive.scope.broken("zip-overlap", message, start, 0, name=name)
            return  # one is enough: in an overlapping bomb every pair does


FORMAT = Format(
    id="zip",
    title="zip archive (also torch, Keras 3, NumPy npz, wheel, jar)",
    kind=ArtifactKind.DATASET,
    read=read,
    probe=probe,
    magics=((0, LOCAL), (0, b"PK\x05\x06"), (0, b"PK\x07\x08")),
    tail_magics=(b"PK\x05\x06",),
    extensions=(
        ".zip",
        ".pt",
        ".pth",
        ".ckpt",
        ".npz",
        ".keras",
        ".whl",
        ".jar",
        ".mar",
        ".ptl",
        ".pt2",
        ".th",
        ".skops",
    ),
    opens_with="what its members execute",
    families=("pickle", "torch-legacy", "tar", "safetensors"),
)
