"""`rows/1`: the identity of a dataset's rows, whatever their order and whichever files they are spread over."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pratique.domain.errors import UnavailableError
from pratique.domain.fingerprint import Fingerprint, FingerprintKind
from pratique.fingerprints.multiset import MultisetHash
from pratique.fingerprints.tables import NotRowsError, rows_of, table_format
from pratique.fingerprints.values import encode

if TYPE_CHECKING:
    from pratique.domain.held import HeldEntry
    from pratique.domain.ports import Quarantine

ROWS_SCHEME = "rows/1"
HEAD_BYTES = 4096


@dataclass(frozen=True, slots=True)
class RowPrint:
    """What was counted: files of rows, or, without any, every file as one row. `left_out` are the files beside tables."""

    fingerprint: Fingerprint | None  # None where there are no rows, or some file could not be read
    rows: int
    files: tuple[str, ...]
    left_out: tuple[str, ...]
    failures: tuple[tuple[str, str], ...]


def row_print(root: str, entries: Sequence[HeldEntry], quarantine: Quarantine) -> RowPrint:
    """The rows below `root`. Content never raises; `UnavailableError` where a library is missing."""
    tables: dict[str, str] = {}
    others: list[str] = []
    failures: list[tuple[str, str]] = []
    for held in entries:
        if held.type == "file":
            try:
                format_ = _table(root, held, quarantine)
            except (UnavailableError, OSError) as error:
                failures.append((held.path, str(error)))
                continue
            if format_ is None:
                others.append(held.path)
            else:
                tables[held.path] = format_
        elif held.error is not None:
            failures.append((held.path, held.error))
    state = MultisetHash()
    for path in tables or others:
        try:
            for row in _rows(root, path, tables.get(path), quarantine):
                state.add(row)
        except (NotRowsError, OSError) as error:
            failures.append((path, str(error)))
    found = None if failures or not state.count else state.digest(ROWS_SCHEME)
    fingerprint = Fingerprint(FingerprintKind.ROWS, ROWS_SCHEME, found) if found else None
    left_out = tuple(others) if tables else ()
    return RowPrint(fingerprint, state.count, tuple(tables or others), left_out, tuple(failures))


def _table(root: str, held: HeldEntry, quarantine: Quarantine) -> str | None:
    handle = quarantine.open(root, held.path)
    try:
        return table_format(held.path, handle.read_at(0, HEAD_BYTES))
    finally:
        handle.close()


def _rows(root: str, path: str, format_: str | None, quarantine: Quarantine) -> Iterator[bytes]:
    handle = quarantine.open(root, path)
    try:
        if format_ is not None:
            yield from rows_of(handle, format_)
        else:
            # A file of a folder of files is a row of its folder (its label, as ImageFolder has it) and its content.
            from pratique.fingerprints.content import read_content

            folder = path.rpartition("/")[0]
            yield b"file " + encode([folder, read_content(handle).sha256])
    finally:
        handle.close()
