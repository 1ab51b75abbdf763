"""Which tensors lie in which storage of a torch zip file, read from its `data.pkl` without unpickling it."""

from __future__ import annotations

from dataclasses import dataclass, field

from pratique.fingerprints.state_dict import MAX_PICKLE_BYTES, NotReadError, TensorReference, tensors_in
from pratique.formats.window import Window
from pratique.formats.zip_data import unpack
from pratique.formats.zip_records import Entry, central, ends, local

MAX_ENTRIES = 200_000
PICKLE = "data.pkl"


@dataclass(frozen=True, slots=True)
class TorchZip:
    """The tensors by name, where its storages are, and whether elements are stored big-endian."""

    tensors: dict[str, TensorReference]
    big_endian: bool
    root: str
    window: Window
    entries: dict[str, Entry]
    unpacked: dict[str, Window] = field(default_factory=dict)

    def storage(self, key: str) -> Window:
        """The bytes of a storage; unpacked once, if they are compressed. Raises `NotReadError`."""
        name = f"{self.root}data/{key}"
        if name not in self.entries:
            raise NotReadError(f"its storage {key[:80]!r} is not there")
        if name not in self.unpacked:
            self.unpacked[name] = content_of(self.window, self.entries[name])
        return self.unpacked[name]


def entries_of(window: Window) -> dict[str, Entry]:
    """The entries that the last directory lists, by name; the first of a name wins, as in miniz, which torch uses."""
    found: dict[str, Entry] = {}
    for end in ends(window)[:1]:
        for count, entry in enumerate(central(window, end.start - end.directory_bytes, end.start)):
            if count >= MAX_ENTRIES:
                raise NotReadError(f"more than {MAX_ENTRIES} entries")
            found.setdefault(entry.name, entry)
    return found


def content_of(window: Window, entry: Entry) -> Window:
    """An entry's content. Raises `NotReadError` where it does not unpack as a whole."""
    header = local(window, entry.local_offset)
    if header is None:
        raise NotReadError(f"{entry.name!r} has no local header")
    content = unpack(window, entry, header.data, entry.packed, check=False)
    if content.incomplete is not None or content.window.size != entry.unpacked:
        raise NotReadError(f"{entry.name!r}: {content.incomplete or 'not of the size that it declares'}")
    return content.window


def torch_zip(window: Window) -> TorchZip | None:
    """The tensors of a torch zip file (torch `serialization.py`, `_save`); None where it is none.

    Raises `NotReadError` where it is one that this reading does not follow.
    """
    entries = entries_of(window)
    pickles = [name for name in entries if name == PICKLE or name.endswith("/" + PICKLE)]
    if len(pickles) != 1:
        return None
    root = pickles[0].removesuffix(PICKLE)
    data = content_of(window, entries[pickles[0]])
    if data.size > MAX_PICKLE_BYTES:
        raise NotReadError(f"{PICKLE} has {data.size} bytes")
    tensors, _ = tensors_in(data.read_at(0, data.size))
    order = entries.get(root + "byteorder")
    big_endian = order is not None and content_of(window, order).read_at(0, 8) == b"big"
    return TorchZip(tensors, big_endian, root, window, entries)


def storage_names(window: Window) -> dict[str, str]:
    """The names of the tensors that use each storage, by the storage's member; empty where that cannot be told."""
    try:
        archive = torch_zip(window)
    except NotReadError:
        return {}
    if archive is None:
        return {}
    users: dict[str, list[str]] = {}
    for name, tensor in archive.tensors.items():
        users.setdefault(f"{archive.root}data/{tensor.key}", []).append(name)
    return {member: ", ".join(sorted(names)[:8]) for member, names in users.items()}
