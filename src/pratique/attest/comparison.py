"""What differs between a model and what was signed about it, entry by entry.

Seam: `compare` reports paths. What changed *inside* a file (chunks, tensors) is for the fingerprints of those paths to say.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import Enum

from pratique.attest import binding as names
from pratique.attest.digests import Digests, Request, digests_of
from pratique.attest.oms import SINGLE_FILE, Manifest, Resource
from pratique.domain.errors import TamperedError, UsageError
from pratique.domain.held import HeldEntry
from pratique.sources.files import FileHandle


class Kind(Enum):
    """How an entry differs."""

    MODIFIED = "modified"
    TRUNCATED = "truncated"
    EXTENDED = "extended"
    ADDED = "added"
    REMOVED = "removed"
    RENAMED = "renamed"
    MODE = "mode changed"
    TYPE = "type changed"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class Change:
    """One difference: the path as it is now (as it was, if removed), and what is known of it."""

    kind: Kind
    path: str
    detail: str = ""
    was: str | None = None  # the signed path of what was renamed


@dataclass(frozen=True, slots=True)
class Piece:
    """Bytes `start` to `end` (None: the end of the file) and their digest."""

    start: int
    end: int | None
    digest: str


@dataclass(frozen=True, slots=True)
class Expected:
    """What was signed about one path. None is: not signed."""

    path: str
    type: str
    pieces: tuple[Piece, ...]  # of a file; of a link, its target's digest
    size_bytes: int | None = None
    executable: bool | None = None


@dataclass(frozen=True, slots=True)
class Expectation:
    """Everything that was signed: by path, hashed by `algorithm`; links are followed only where the signer did."""

    entries: dict[str, Expected]
    algorithm: str
    follows_links: bool


def expectation_of(manifest: Manifest, root: str, *, fast: bool) -> Expectation:
    """From the name binding if there is one, else from the resources.

    `fast`: by BLAKE3, if all files have such a digest. A file that is the whole model goes by its present name, unless
    the binding says which one it had.
    """
    if manifest.binding is not None:
        algorithm = manifest.binding.algorithms()[-1 if fast else 0]
        if not fast and algorithm != "sha256":
            raise UsageError("this signature has BLAKE3 digests only: it cannot be compared by SHA-256")
        entries = {}
        for bound in manifest.binding.entries:
            m = bound.member
            piece = Piece(0, None, bound.digest(algorithm))
            entries[m.path] = Expected(m.path, m.type, (piece,), m.size_bytes, m.executable)
        return Expectation(entries, algorithm, False)
    grouped: dict[str, list[Resource]] = {}
    for resource in manifest.resources:
        path = os.path.basename(root) if resource.path == SINGLE_FILE else resource.path
        grouped.setdefault(path, []).append(resource)
    return Expectation(
        {path: _unbound(path, parts) for path, parts in grouped.items()}, manifest.algorithm, manifest.follows_links
    )


def _unbound(path: str, parts: list[Resource]) -> Expected:
    ordered = sorted(parts, key=lambda part: part.start)
    position: int | None = 0
    for part in ordered:
        if part.start != position:
            raise TamperedError(f"the signed shards of {path!r} leave a hole or overlap at byte {position}")
        position = part.end
    return Expected(path, "file", tuple(Piece(p.start, p.end, p.digest) for p in ordered), position)


def compare(
    expectation: Expectation,
    root: str,
    entries: Iterable[HeldEntry],
    on_bytes: Callable[[int], None] = lambda count: None,
) -> tuple[Change, ...]:
    """Every difference between what was signed and what is there, by path.

    Steps: (1) type, execute bit and length, which cost nothing; (2) the bytes of every file whose length is right;
    (3) what is new or gone; (4) new under one name and gone under another is renamed.
    """
    present = {entry.path: entry for entry in entries}
    both = [(expectation.entries[path], entry) for path, entry in present.items() if path in expectation.entries]
    changes: list[Change] = []
    readable: list[tuple[Expected, HeldEntry]] = []
    for expected, entry in both:  # (1)
        found = list(_outside(expected, entry, root, expectation))
        changes += found
        if expected.type == "file" and not any(change.kind is not Kind.MODE for change in found):
            readable.append((expected, entry))
    gone = [e for path, e in expectation.entries.items() if path not in present]  # (3)
    new = [entry for path, entry in present.items() if path not in expectation.entries]
    candidates = _candidates(gone, new)
    wanted = [(expected.pieces, entry) for expected, entry in readable]
    wanted += [(expected.pieces, entry) for entry, expected in candidates.items()]
    read = _digests(root, wanted, expectation, on_bytes)  # (2)
    changes += _inside(readable, read, expectation)
    changes += _moved(gone, new, candidates, read)  # (4)
    return tuple(sorted(changes, key=lambda change: (change.path, change.kind.value)))


def _outside(expected: Expected, entry: HeldEntry, root: str, expectation: Expectation) -> Iterator[Change]:
    if entry.type == "link" and expected.type == "file" and expectation.follows_links:
        return
    if entry.type != expected.type:
        now = f"a link to {entry.target!r}" if entry.type == "link" else entry.error or f"a {entry.type}"
        kind = Kind.UNREADABLE if entry.error and os.path.isfile(os.path.join(root, entry.path)) else Kind.TYPE
        yield Change(kind, entry.path, f"was a {expected.type}, is {now}")
        return
    if expected.executable is not None and entry.executable != expected.executable:
        yield Change(Kind.MODE, entry.path, "is executable now" if entry.executable else "is not executable any more")
    if entry.type == "link" and names.link_digest(entry.target or "") != expected.pieces[0].digest:
        yield Change(Kind.MODIFIED, entry.path, f"is a link to {entry.target!r} now")
    if entry.type == "file" and expected.size_bytes not in (None, entry.size_bytes):
        shorter = entry.size_bytes < (expected.size_bytes or 0)
        detail = f"{entry.size_bytes} bytes, was {expected.size_bytes}"
        yield Change(Kind.TRUNCATED if shorter else Kind.EXTENDED, entry.path, detail)


def _candidates(gone: list[Expected], new: list[HeldEntry]) -> dict[HeldEntry, Expected]:
    """New files that have the length of one that is gone (or any, where lengths were not signed)."""
    by_size = {expected.size_bytes: expected for expected in gone if expected.type == "file"}
    anything = by_size.get(None)
    found = {}
    for entry in new:
        match = by_size.get(entry.size_bytes, anything)
        if entry.type == "file" and match is not None:
            found[entry] = match
    return found


def _name(path: str, piece: Piece) -> str:
    return f"{path}\0{piece.start}"


def _digests(
    root: str,
    wanted: list[tuple[tuple[Piece, ...], HeldEntry]],
    expectation: Expectation,
    on_bytes: Callable[[int], None],
) -> dict[str, Digests]:
    requests = []
    for pieces, entry in wanted:
        for piece in pieces:
            follow = entry.type == "link" and expectation.follows_links
            size = (entry.size_bytes if piece.end is None else piece.end) - piece.start
            opener = _opener(root, entry.path, follow=follow)
            name = _name(entry.path, piece)
            requests.append(Request(name, opener, size, (expectation.algorithm,), piece.start, piece.end))
    return digests_of(requests, on_bytes=on_bytes)


def _opener(root: str, path: str, *, follow: bool) -> Callable[[], FileHandle]:
    if follow:
        return lambda: FileHandle(os.path.join(root, path), follow=True)
    return lambda: names.open_file(root, path)


def _inside(
    readable: list[tuple[Expected, HeldEntry]], read: dict[str, Digests], expectation: Expectation
) -> Iterator[Change]:
    signed: dict[str, str] = {}
    for expected in expectation.entries.values():
        if expected.type == "file":
            signed.setdefault(expected.pieces[0].digest, expected.path)
    for expected, entry in readable:
        results = [(piece, read[_name(entry.path, piece)]) for piece in expected.pieces]
        error = next((result.error for _, result in results if result.error), None)
        if error is not None:
            yield Change(Kind.UNREADABLE, entry.path, error)
            continue
        wrong = [(p, d) for piece, r in results if (d := r.by_algorithm[expectation.algorithm]) != (p := piece).digest]
        if wrong:
            other = signed.get(wrong[0][1])
            detail = f"now has the content of {other!r}" if other else _where(expected, wrong[0][0])
            yield Change(Kind.MODIFIED, entry.path, detail)


def _where(expected: Expected, piece: Piece) -> str:
    if len(expected.pieces) == 1:
        return "the content differs"
    return f"the content differs between bytes {piece.start} and {piece.end}"


def _moved(
    gone: list[Expected], new: list[HeldEntry], candidates: dict[HeldEntry, Expected], read: dict[str, Digests]
) -> Iterator[Change]:
    old = {tuple(p.digest for p in expected.pieces): expected for expected in gone if expected.type == "file"}
    renamed = set()
    for entry in new:
        content = _content(entry, candidates, read)
        was = old.get(content) if content else None
        if was is not None and was.path not in renamed:
            renamed.add(was.path)
            yield Change(Kind.RENAMED, entry.path, f"was {was.path!r}", was.path)
        else:
            what = f"a link to {entry.target!r}" if entry.type == "link" else entry.error or f"a {entry.type}"
            yield Change(Kind.ADDED, entry.path, what)
    for expected in gone:
        if expected.path not in renamed:
            yield Change(Kind.REMOVED, expected.path, f"a {expected.type}")


def _content(
    entry: HeldEntry, candidates: dict[HeldEntry, Expected], read: dict[str, Digests]
) -> tuple[str, ...] | None:
    expected = candidates.get(entry)
    if expected is None:
        return None
    results = [read[_name(entry.path, piece)] for piece in expected.pieces]
    if any(result.error for result in results):
        return None
    return tuple(next(iter(result.by_algorithm.values())) for result in results)
