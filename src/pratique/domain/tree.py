"""The fingerprint that binds names: every path, type, execute bit, length and digest (`docs/spec/fingerprint.md`)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from pratique.domain.artifact import ArtifactMember
from pratique.domain.fingerprint import Fingerprint, FingerprintKind

TREE_SCHEME = "tree-sha256/1"
BLAKE3_TREE_SCHEME = "tree-blake3/1"  # the same, but for a file's digest


def tree_fingerprint(members: Iterable[ArtifactMember], scheme: str = TREE_SCHEME) -> Fingerprint:
    """The tree fingerprint of all members under `scheme`, which says what their digests are.

    Nothing is left out, and the order that the members come in does not matter.
    """
    tree = hashlib.sha256(f"{scheme}\n".encode())
    for member in sorted(members, key=lambda m: m.path.encode("utf-8", "surrogateescape")):
        path = member.path.encode("utf-8", "surrogateescape")
        line = f"{member.type} {int(member.executable)} {member.size_bytes} {member.digest or '-'} {len(path)}:"
        tree.update(line.encode() + path + b"\n")
    return Fingerprint(FingerprintKind.TREE, scheme, tree.hexdigest())
