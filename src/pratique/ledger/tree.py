"""The Merkle tree of RFC 6962: hashes, proofs, and their verification as in RFC 9162.

Proofs are made by the recursive definitions (RFC 6962 section 2.1) and verified by the loops of RFC 9162 section 2.1, so that the
two do not share their mistakes. Sizes and positions count entries; all hashes are 32 bytes of SHA-256.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from typing import TypeAlias

from pratique.domain.errors import TamperedError

HASH_BYTES = 32
MAX_SIZE = (1 << 63) - 1  # what a checkpoint may state
MAX_PATH = 63  # nodes of a proof: the height of the largest tree
EMPTY_ROOT = hashlib.sha256(b"").digest()  # RFC 6962 section 2.1: the hash of an empty list

Nodes: TypeAlias = Callable[[int, int], bytes]
"""`nodes(height, number)`: the root over the entries from `number << height` up to `(number + 1) << height`, all present."""


def leaf_hash(entry: bytes) -> bytes:
    """MTH({d}) of RFC 6962 section 2.1."""
    return hashlib.sha256(b"\0" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of an inner node of RFC 6962 section 2.1."""
    return hashlib.sha256(b"\1" + left + right).digest()


def perfect_root(hashes: Sequence[bytes]) -> bytes:
    """The root over a power of two of sibling hashes."""
    level = list(hashes)
    while len(level) > 1:
        level = [node_hash(level[i], level[i + 1]) for i in range(0, len(level), 2)]
    return level[0]


def root(size: int, nodes: Nodes) -> bytes:
    """MTH(D[0:size])."""
    return _range_root(0, size, nodes) if size else EMPTY_ROOT


def inclusion_path(index: int, size: int, nodes: Nodes) -> tuple[bytes, ...]:
    """PATH(index, D[0:size]) of RFC 6962 section 2.1.1, from the leaf's sibling up. Needs `index < size`."""
    return tuple(_inclusion(index, 0, size, nodes))


def consistency_path(old: int, new: int, nodes: Nodes) -> tuple[bytes, ...]:
    """PROOF(old, D[0:new]) of RFC 6962 section 2.1.2. Empty for an empty or equal old tree. Needs `old <= new`."""
    return tuple(_consistency(old, 0, new, nodes, True)) if 0 < old < new else ()


def _split(width: int) -> int:
    """The largest power of two below `width`, for `width` of at least 2."""
    return 1 << (width - 1).bit_length() - 1


def _range_root(begin: int, end: int, nodes: Nodes) -> bytes:
    """MTH(D[begin:end]) where `begin` is a multiple of a power of two that is at least `end - begin`."""
    peaks: list[bytes] = []
    while begin < end:
        height = (end - begin).bit_length() - 1
        peaks.append(nodes(height, begin >> height))
        begin += 1 << height
    result = peaks.pop()
    while peaks:
        result = node_hash(peaks.pop(), result)
    return result


def _inclusion(index: int, begin: int, end: int, nodes: Nodes) -> Iterator[bytes]:
    if end - begin == 1:
        return
    middle = begin + _split(end - begin)
    if index < middle:
        yield from _inclusion(index, begin, middle, nodes)
        yield _range_root(middle, end, nodes)
    else:
        yield from _inclusion(index, middle, end, nodes)
        yield _range_root(begin, middle, nodes)


def _consistency(old: int, begin: int, end: int, nodes: Nodes, whole: bool) -> Iterator[bytes]:
    """SUBPROOF(old, D[begin:end], whole): `whole` while the subtree at hand is the whole old tree."""
    if old == end:
        if not whole:
            yield _range_root(begin, end, nodes)
        return
    middle = begin + _split(end - begin)
    if old <= middle:
        yield from _consistency(old, begin, middle, nodes, whole)
        yield _range_root(middle, end, nodes)
    else:
        yield from _consistency(old, middle, end, nodes, False)
        yield _range_root(begin, middle, nodes)


def verify_inclusion(index: int, size: int, leaf: bytes, root_hash: bytes, path: Sequence[bytes]) -> None:
    """RFC 9162 section 2.1.3.2, with its step numbers; raises `TamperedError` unless `leaf` is at `index`."""
    if not 0 <= index < size <= MAX_SIZE:  # (1)
        raise TamperedError(f"the inclusion proof is for entry {index} of a tree of {size}")
    fn, sn, r = index, size - 1, leaf  # (2) (3)
    for p in path:  # (4)
        if sn == 0:
            raise TamperedError("the inclusion proof is too long")
        if fn & 1 or fn == sn:
            r = node_hash(p, r)
            fn, sn = _up_to_a_right_child(fn, sn)
        else:
            r = node_hash(r, p)
        fn, sn = fn >> 1, sn >> 1
    if sn != 0:  # (5)
        raise TamperedError("the inclusion proof is too short")
    if r != root_hash:
        raise TamperedError(f"the inclusion proof does not lead from entry {index} to the root of the tree of {size}")


def verify_consistency(old: int, new: int, old_root: bytes, new_root: bytes, path: Sequence[bytes]) -> None:
    """RFC 9162 section 2.1.4.2, with its step numbers; raises `TamperedError` unless the old tree is a prefix of the new."""
    if not 0 <= old <= new <= MAX_SIZE:
        raise TamperedError(f"the consistency proof is from a tree of {old} to one of {new}")
    if old in (0, new):
        _trivially_consistent(old, old_root, new_root, path, same=old == new)
        return
    if not path:  # (1)
        raise TamperedError("the consistency proof is empty")
    rest = list(path)
    if old & (old - 1) == 0:  # (2)
        rest.insert(0, old_root)
    fn, sn = old - 1, new - 1  # (3)
    while fn & 1:  # (4)
        fn, sn = fn >> 1, sn >> 1
    fr = sr = rest[0]  # (5)
    for c in rest[1:]:  # (6)
        if sn == 0:
            raise TamperedError("the consistency proof is too long")
        if fn & 1 or fn == sn:
            fr, sr = node_hash(c, fr), node_hash(c, sr)
            fn, sn = _up_to_a_right_child(fn, sn)
        else:
            sr = node_hash(sr, c)
        fn, sn = fn >> 1, sn >> 1
    if sn != 0:  # (7)
        raise TamperedError("the consistency proof is too short")
    if fr != old_root or sr != new_root:
        raise TamperedError(f"the tree of {old} is not a prefix of the tree of {new}: history was rewritten or forked")


def _up_to_a_right_child(fn: int, sn: int) -> tuple[int, int]:
    """Step 4.b.ii (6.b.ii): go up until `fn` is a right child or the root."""
    while fn and not fn & 1:
        fn, sn = fn >> 1, sn >> 1
    return fn, sn


def _trivially_consistent(old: int, old_root: bytes, new_root: bytes, path: Sequence[bytes], same: bool) -> None:
    if path:
        raise TamperedError("a consistency proof that needs no nodes has some")
    if (same and old_root != new_root) or (old == 0 and old_root != EMPTY_ROOT):
        raise TamperedError(f"two trees of {old} have different roots: history was rewritten or forked")
