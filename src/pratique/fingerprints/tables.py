"""Rows of data files, streamed: JSON lines and CSV with the standard library, Parquet and Arrow with pyarrow.

A row that is not what its format wants is still a row: its bytes, under a tag of their own. Nothing is skipped.
"""

from __future__ import annotations

import codecs
import csv
import json
from collections.abc import Iterator
from typing import TYPE_CHECKING

from pratique.domain.errors import UnavailableError
from pratique.fingerprints.values import Pairs, TooDeepError, encode

if TYPE_CHECKING:
    from pratique.domain.ports import Handle

READ_BYTES = 1 << 20
MAX_ROW_BYTES = 64 << 20
BATCH_ROWS = 4096
MAX_COLUMNS = 100_000
_BY_NAME = {".jsonl": "jsonl", ".ndjson": "jsonl", ".csv": "csv", ".tsv": "tsv"}


class NotRowsError(ValueError):
    """The file cannot be read as rows; its message says why."""


def table_format(name: str, head: bytes) -> str | None:
    """`parquet`, `arrow`, `jsonl`, `csv` or `tsv`: by content where there is a magic, by name for text."""
    if head.startswith(b"PAR1"):
        return "parquet"
    if head.startswith((b"ARROW1\0\0", b"\xff\xff\xff\xff")) and (head[:5] == b"ARROW" or name.endswith(".arrow")):
        return "arrow"
    if b"\0" in head:
        return None
    return next((format_ for suffix, format_ in _BY_NAME.items() if name.lower().endswith(suffix)), None)


def rows_of(handle: Handle, format_: str) -> Iterator[bytes]:
    """The encoded rows. Raises `NotRowsError`; `UnavailableError` where pyarrow is needed and missing."""
    if format_ == "jsonl":
        return _json_lines(handle)
    if format_ in ("csv", "tsv"):
        return _csv(handle, "\t" if format_ == "tsv" else ",")
    return _columnar(handle, format_)


def _lines(handle: Handle) -> Iterator[bytes]:
    at, rest = 0, b""
    while at < handle.size_bytes:
        data = handle.read_at(at, min(READ_BYTES, handle.size_bytes - at))
        if not data:
            break
        at += len(data)
        *whole, rest = (rest + data).split(b"\n")
        if len(rest) > MAX_ROW_BYTES:
            raise NotRowsError(f"a line of more than {MAX_ROW_BYTES} bytes")
        yield from whole
    if rest:
        yield rest


def _json_lines(handle: Handle) -> Iterator[bytes]:
    for number, line in enumerate(_lines(handle)):
        row = line.removeprefix(codecs.BOM_UTF8) if number == 0 else line
        if not row.strip():
            continue
        try:
            yield encode(json.loads(row, object_pairs_hook=Pairs))
        except (ValueError, RecursionError):
            yield b"raw " + row


def _csv(handle: Handle, delimiter: str) -> Iterator[bytes]:
    """Rows as objects of texts, named by the first row; cells beyond it are named by their number."""
    decoded = (line.decode("utf-8", "surrogateescape") + "\n" for line in _lines(handle))
    csv.field_size_limit(MAX_ROW_BYTES)
    reader = csv.reader(decoded, delimiter=delimiter)
    try:
        header = next(reader, None)
        if header is None:
            return
        if len(header) > MAX_COLUMNS:
            raise NotRowsError(f"more than {MAX_COLUMNS} columns")
        header[0:1] = [name.removeprefix("\ufeff") for name in header[0:1]]
        for row in reader:
            if row:
                names = header[: len(row)] + [f"#{n}" for n in range(len(header), len(row))]
                yield encode(Pairs(zip(names, row, strict=True)))
    except csv.Error as error:
        raise NotRowsError(f"not CSV: {error}") from None


def _columnar(handle: Handle, format_: str) -> Iterator[bytes]:
    try:
        import pyarrow as arrow
    except ImportError:
        raise UnavailableError(f"rows of {format_} files need pyarrow: pip install 'pratique[data]'") from None
    try:
        for batch in _batches(handle, format_):
            for row in batch.to_pylist():  # type: ignore[attr-defined]
                yield encode(row)
    except (arrow.ArrowException, OSError, TooDeepError, TypeError, ValueError, OverflowError) as error:
        raise NotRowsError(f"not {format_}: {type(error).__name__}: {error}"[:200]) from None


def _batches(handle: Handle, format_: str) -> Iterator[object]:
    import pyarrow as arrow

    source = arrow.PythonFile(_Seekable(handle), mode="r")
    if format_ == "parquet":
        from pyarrow import parquet

        yield from parquet.ParquetFile(source).iter_batches(BATCH_ROWS)
    elif handle.read_at(0, 6) == b"ARROW1":
        reader = arrow.ipc.open_file(source)
        for index in range(reader.num_record_batches):
            yield from _sliced(reader.get_batch(index))
    else:
        for batch in arrow.ipc.open_stream(source):
            yield from _sliced(batch)


def _sliced(batch: object) -> Iterator[object]:
    rows = batch.num_rows  # type: ignore[attr-defined]
    for start in range(0, rows, BATCH_ROWS):
        yield batch.slice(start, BATCH_ROWS)  # type: ignore[attr-defined]


class _Seekable:
    """A file object over a handle, for a reader that wants one."""

    closed = False

    def __init__(self, handle: Handle) -> None:
        self._handle = handle
        self._at = 0

    def read(self, size: int = -1) -> bytes:
        left = max(self._handle.size_bytes - self._at, 0)
        data = self._handle.read_at(self._at, left if size < 0 else min(size, left))
        self._at += len(data)
        return data

    def seek(self, offset: int, whence: int = 0) -> int:
        self._at = max(offset + (0, self._at, self._handle.size_bytes)[whence], 0)
        return self._at

    def tell(self) -> int:
        return self._at

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def close(self) -> None:
        self.closed = True

    def flush(self) -> None:
        """Nothing is written."""
