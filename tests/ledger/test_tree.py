"""Hashes, proofs and tiles against the RFC's definitions, written down once more and as plainly as possible."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Callable

import pytest

from pratique.domain.errors import TamperedError
from pratique.ledger import tree
from pratique.ledger.tiles import Edge, Tile, TileReader, number_path, tiles_of
from pratique.ledger.tree import leaf_hash, verify_consistency, verify_inclusion

LARGEST = 2000
# The Merkle tree test vectors of Certificate Transparency (google/certificate-transparency, merkle_tree_test.cc).
CT_LEAVES = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
CT_ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


class Grown:
    """A tree of `LARGEST` entries whose every earlier size can be read from its tiles."""

    def __init__(self) -> None:
        self.tiles: dict[tuple[int, int], bytes] = {}
        self.entries = [hashlib.sha256(b"entry %d" % i).digest() for i in range(LARGEST)]
        self.roots = [tree.EMPTY_ROOT]
        edge = Edge(self.reader(0))
        for entry in self.entries:
            edge.add(entry)
            self.roots.append(tree.root(edge.size, edge.reader().node))
        self.tiles = edge.changed

    def reader(self, size: int) -> TileReader:
        return TileReader(size, lambda level, number: self.tiles.get((level, number)))


@pytest.fixture(scope="module")
def grown() -> Grown:
    return Grown()


def rfc_root(entries: list[bytes], cache: dict[tuple[int, int], bytes], begin: int, end: int) -> bytes:
    """MTH of RFC 6962 section 2.1, read aloud."""
    if (begin, end) not in cache:
        if end - begin == 0:
            return hashlib.sha256(b"").digest()
        if end - begin == 1:
            return hashlib.sha256(b"\x00" + entries[begin]).digest()
        k = 1
        while 2 * k < end - begin:
            k *= 2
        left = rfc_root(entries, cache, begin, begin + k)
        cache[begin, end] = hashlib.sha256(b"\x01" + left + rfc_root(entries, cache, begin + k, end)).digest()
    return cache[begin, end]


def samples(size: int) -> list[int]:
    """Every index of small trees; of larger ones the ends, the borders of tiles and subtrees, and some at random."""
    if size <= 40:
        return list(range(size))
    chosen = {0, 1, size - 1, size - 2, size // 2, 255, 256, 257, 1 << size.bit_length() - 1}
    chosen.update(random.Random(size).sample(range(size), 3))
    return sorted(index for index in chosen if index < size)


def test_the_vectors_of_certificate_transparency() -> None:
    edge = Edge(TileReader(0, lambda level, number: None))
    for leaf, expected in zip(CT_LEAVES, CT_ROOTS, strict=True):
        edge.add(bytes.fromhex(leaf))
        assert tree.root(edge.size, edge.reader().node).hex() == expected


def test_roots_of_every_size_are_those_of_the_definition(grown: Grown) -> None:
    cache: dict[tuple[int, int], bytes] = {}
    for size in range(LARGEST + 1):
        expected = rfc_root(grown.entries, cache, 0, size)
        assert grown.roots[size] == expected
        assert tree.root(size, grown.reader(size).node) == expected


def test_proofs_for_every_size_are_accepted_and_true(grown: Grown) -> None:
    for size in range(1, LARGEST + 1):
        reader = grown.reader(size)
        for index in samples(size):
            path = tree.inclusion_path(index, size, reader.node)
            verify_inclusion(index, size, leaf_hash(grown.entries[index]), grown.roots[size], path)
            old = index + 1
            path = tree.consistency_path(old, size, reader.node)
            verify_consistency(old, size, grown.roots[old], grown.roots[size], path)


def test_ten_thousand_wrong_proofs_are_refused(grown: Grown) -> None:
    rng = random.Random(6962)
    for _ in range(5000):
        size = rng.randint(2, LARGEST)
        index = rng.randrange(size)
        reader = grown.reader(size)
        leaf, root = leaf_hash(grown.entries[index]), grown.roots[size]
        path = tree.inclusion_path(index, size, reader.node)
        with pytest.raises(TamperedError):
            verify_inclusion(*mutated_inclusion(rng, index, size, leaf, root, path))
        old = rng.randint(1, size - 1)
        path = tree.consistency_path(old, size, reader.node)
        with pytest.raises(TamperedError):
            verify_consistency(*mutated_consistency(rng, old, size, grown.roots[old], root, path))


def flipped(rng: random.Random, data: bytes) -> bytes:
    position = rng.randrange(len(data))
    return data[:position] + bytes([data[position] ^ 1 << rng.randrange(8)]) + data[position + 1 :]


def mutated_path(rng: random.Random, path: tuple[bytes, ...]) -> tuple[bytes, ...]:
    """Flip a bit, drop a hash, repeat one, or exchange two neighbours (which always differ)."""
    i = rng.randrange(len(path))
    kind = rng.randrange(4) if len(path) > 1 else rng.randrange(3)
    if kind == 0:
        return (*path[:i], flipped(rng, path[i]), *path[i + 1 :])
    if kind == 1:
        return path[:i] + path[i + 1 :]
    if kind == 2:
        return (*path[: i + 1], *path[i:])
    i = max(i, 1)
    return (*path[: i - 1], path[i], path[i - 1], *path[i + 1 :])


def mutated_inclusion(
    rng: random.Random, index: int, size: int, leaf: bytes, root: bytes, path: tuple[bytes, ...]
) -> tuple[int, int, bytes, bytes, tuple[bytes, ...]]:
    changes: list[Callable[[], tuple[int, int, bytes, bytes, tuple[bytes, ...]]]] = [
        lambda: (index, size, flipped(rng, leaf), root, path),
        lambda: (index, size, leaf, flipped(rng, root), path),
        lambda: (index ^ 1 << rng.randrange(len(path)), size, leaf, root, path),
        lambda: (index, size, leaf, root, mutated_path(rng, path)),
        lambda: (index, index, leaf, root, path),
        lambda: (-1 - index, size, leaf, root, path),
    ]
    return rng.choice(changes)()


def mutated_consistency(
    rng: random.Random, old: int, new: int, old_root: bytes, new_root: bytes, path: tuple[bytes, ...]
) -> tuple[int, int, bytes, bytes, tuple[bytes, ...]]:
    changes: list[Callable[[], tuple[int, int, bytes, bytes, tuple[bytes, ...]]]] = [
        lambda: (old, new, flipped(rng, old_root), new_root, path),
        lambda: (old, new, old_root, flipped(rng, new_root), path),
        lambda: (old, new, new_root, old_root, path),
        lambda: (old, new, old_root, new_root, mutated_path(rng, path)),
        lambda: (new, old, old_root, new_root, path),
        lambda: (old, new, old_root, new_root, ()),
        lambda: (0, new, old_root, new_root, path),
    ]
    return rng.choice(changes)()


@pytest.mark.parametrize(
    ("old", "new", "same", "accepted"),
    [(0, 0, True, True), (0, 5, True, True), (5, 5, True, True), (5, 5, False, False), (0, 5, False, False)],
)
def test_consistency_that_needs_no_proof(grown: Grown, old: int, new: int, same: bool, accepted: bool) -> None:
    old_root = grown.roots[old] if same else grown.roots[7]
    if accepted:
        verify_consistency(old, new, old_root, grown.roots[new], ())
        with pytest.raises(TamperedError, match="needs no nodes"):
            verify_consistency(old, new, old_root, grown.roots[new], (old_root,))
    else:
        with pytest.raises(TamperedError, match="different roots"):
            verify_consistency(old, new, old_root, grown.roots[new], ())


def test_tiles_have_the_coordinates_of_the_specification() -> None:
    # The examples of c2sp.org/tlog-tiles, "Merkle Tree" and "Partial Tiles".
    assert number_path(1234067) == "x001/x234/067"
    tiles = list(tiles_of(70_000))
    assert [t.path for t in tiles if t.width < 256] == ["tile/0/273.p/112", "tile/1/001.p/17", "tile/2/000.p/1"]
    assert sum(t.level == 0 and t.width == 256 for t in tiles) == 273
    assert [t.path for t in tiles if t.level == 1 and t.width == 256] == ["tile/1/000"]
    assert list(tiles_of(256)) == [Tile(0, 0), Tile(1, 0, 1)]
    assert list(tiles_of(0)) == []


@pytest.mark.parametrize("stored", [None, b"", b"x" * 31])
def test_a_lost_tile_is_named(grown: Grown, stored: bytes | None) -> None:
    broken = TileReader(300, lambda level, number: stored if (level, number) == (0, 1) else grown.tiles[level, number])
    with pytest.raises(TamperedError, match="tile 0/1 holds"):
        tree.root(300, broken.node)
