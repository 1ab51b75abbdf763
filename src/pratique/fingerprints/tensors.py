"""`tensors-sha256/1`: the identity of a model's tensors, whatever container holds them (`docs/spec/fingerprint.md`).

A tensor counts with its name, its type, its shape and its elements in row-major order, little-endian. Names are bound,
because loaders assign by name: exchanging two tensors of one shape changes a model and must change this.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pratique.domain.fingerprint import Fingerprint, FingerprintKind
from pratique.engine.isolate import isolated
from pratique.fingerprints import elements
from pratique.fingerprints.state_dict import NotReadError
from pratique.fingerprints.tensor_files import Array, arrays_in
from pratique.formats.window import Budget, Limits, Window

if TYPE_CHECKING:
    from pratique.domain.held import HeldEntry
    from pratique.domain.ports import Quarantine

TENSORS_SCHEME = "tensors-sha256/1"
MAX_TENSORS = 1_000_000


@dataclass(frozen=True, slots=True)
class NamedDigest:
    """One tensor: canonical type, shape, and the SHA-256 of its elements."""

    name: str
    dtype: str
    shape: tuple[int, ...]
    sha256: str

    @property
    def line(self) -> bytes:
        name = self.name.encode("utf-8", "surrogatepass")  # a JSON header can spell lone surrogates
        shape = ",".join(map(str, self.shape)) or "-"
        return f"{self.dtype} {shape} {self.sha256} {len(name)}:".encode() + name + b"\n"


@dataclass(frozen=True, slots=True)
class TensorPrint:
    """The tensors found, and why the fingerprint would not be of all of them (`failures`: path, reason)."""

    tensors: tuple[NamedDigest, ...]
    files: tuple[str, ...]
    failures: tuple[tuple[str, str], ...]

    @property
    def fingerprint(self) -> Fingerprint | None:
        """None where there are no tensors, or where some could not be read: a part is no identity."""
        if not self.tensors or self.failures:
            return None
        return fingerprint_of(self.tensors)


def fingerprint_of(tensors: Sequence[NamedDigest]) -> Fingerprint:
    """The digest over the sorted lines; a tensor that stands twice, as the same, counts once."""
    tree = hashlib.sha256(f"{TENSORS_SCHEME}\n".encode())
    for line in sorted({tensor.line for tensor in tensors}):
        tree.update(line)
    return Fingerprint(FingerprintKind.TENSORS, TENSORS_SCHEME, tree.hexdigest())


def tensor_print(
    root: str, entries: Sequence[HeldEntry], quarantine: Quarantine, limits: Limits | None = None
) -> TensorPrint:
    """The tensors of every file among `entries` that holds some. Content never raises."""
    tensors: list[NamedDigest] = []
    files: list[str] = []
    failures: list[tuple[str, str]] = []
    for held in entries:
        if held.type != "file":
            continue
        before = len(tensors)
        for tensor in _of_file(root, held, quarantine, failures, limits or Limits()):
            tensors.append(tensor)
            if len(tensors) >= MAX_TENSORS:
                failures.append((held.path, f"more than {MAX_TENSORS} tensors"))
                break
        if len(tensors) > before:
            files.append(held.path)
    return TensorPrint(tuple(tensors), tuple(files), tuple(failures))


def _of_file(
    root: str, held: HeldEntry, quarantine: Quarantine, failures: list[tuple[str, str]], limits: Limits
) -> Iterator[NamedDigest]:
    def failed(kind: str, reason: str) -> None:
        failures.append((held.path, reason.removeprefix("NotReadError: ")))

    def read() -> Iterator[NamedDigest]:
        handle = quarantine.open(root, held.path)
        try:
            window = Window(handle.read_at, handle.size_bytes, Budget(limits))
            for array in arrays_in(window, held.path.rpartition("/")[2]):
                yield digest_of(array)
        finally:
            handle.close()

    return isolated(read, failed)


def digest_of(array: Array) -> NamedDigest:
    """Raises `NotReadError` for a layout that does not fit its bytes."""
    whole = hashlib.sha256()
    for piece in elements.row_major(array):
        whole.update(piece)
    return NamedDigest(array.name, array.dtype, array.shape, whole.hexdigest())


def changed(before: Mapping[str, NamedDigest], after: Mapping[str, NamedDigest]) -> tuple[str, ...]:
    """The names of tensors that are not the same in both."""
    return tuple(sorted(name for name in {*before, *after} if before.get(name) != after.get(name)))


__all__ = ["TENSORS_SCHEME", "NamedDigest", "NotReadError", "TensorPrint", "changed", "digest_of", "tensor_print"]
