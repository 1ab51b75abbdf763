"""identify: `Held -> Identified`. Fingerprints, and the formats of every file by content."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pratique.domain.artifact import Artifact, ArtifactKind, ArtifactMember
from pratique.domain.errors import UnavailableError
from pratique.domain.fingerprint import Fingerprint, FingerprintKind
from pratique.domain.locator import Locator
from pratique.domain.report import Gap
from pratique.domain.tree import tree_fingerprint
from pratique.engine.isolate import isolated
from pratique.flow.acquire import Held, sha256_of
from pratique.flow.seal import Seal, check
from pratique.formats.contract import Format
from pratique.formats.identify import identify as identify_content
from pratique.formats.window import Budget, Window

if TYPE_CHECKING:
    from pratique.domain.held import HeldEntry

BYTES_SCHEME = "bytes-sha256/1"


@dataclass(frozen=True, slots=True)
class IdentifiedFile:
    """A regular file and the formats of its content."""

    path: str
    formats: tuple[Format, ...]


@dataclass(frozen=True, slots=True)
class Identified:
    """What the artifact is. Only `identify` makes one."""

    held: Held
    artifact: Artifact
    fingerprints: tuple[Fingerprint, ...]
    files: tuple[IdentifiedFile, ...]
    gaps: tuple[Gap, ...]
    seal: Seal

    def __post_init__(self) -> None:
        check(self.seal, "Identified")


_SEAL = Seal("Identified")


def identify(held: Held, on_bytes: Callable[[int], None] = lambda count: None) -> Identified:
    """Hash every file once and look at its content. `on_bytes` is told how many bytes were hashed, for progress."""
    single = not os.path.isdir(held.root)
    members: list[ArtifactMember] = []
    files: list[IdentifiedFile] = []
    gaps: list[Gap] = []
    for entry in held.entries:
        member = _member(held, entry, gaps)
        members.append(member)
        if member.type == "file":
            files.append(IdentifiedFile(entry.path, _formats(held, entry.path, gaps)))
            on_bytes(entry.size_bytes)
        elif entry.type == "link" and not _lands_inside(held, entry):
            reason = f"a link to {entry.target!r}, outside of what was inspected, is not followed"
            gaps.append(Gap("unreadable", Locator(entry.path), reason))
    fingerprints = fingerprints_of(members, single=single)
    kind, format_ = _nature(files, single=single)
    artifact = Artifact(fingerprints[0], kind, format_, held.origin, tuple(members))
    return Identified(held, artifact, fingerprints, tuple(files), tuple(gaps), _SEAL)


def _member(held: Held, entry: HeldEntry, gaps: list[Gap]) -> ArtifactMember:
    digest = ""
    type_ = entry.type
    if entry.type == "file":
        try:
            digest = sha256_of(held.quarantine, held.root, entry.path)
        except (UnavailableError, OSError) as error:
            gaps.append(Gap("unreadable", Locator(entry.path), str(error), entry.size_bytes))
            type_ = "other"
    elif entry.type == "link":
        digest = hashlib.sha256((entry.target or "").encode("utf-8", "surrogateescape")).hexdigest()
    elif entry.error is not None:
        gaps.append(Gap("unreadable", Locator(entry.path), entry.error))
    return ArtifactMember(entry.path, entry.size_bytes, digest, type_, entry.executable, entry.target)


def _formats(held: Held, path: str, gaps: list[Gap]) -> tuple[Format, ...]:
    found: list[Format] = []

    def failed(kind: str, reason: str) -> None:
        gaps.append(Gap("budget" if kind == "budget" else "broken", Locator(path), f"identification: {reason}"))

    try:
        handle = held.quarantine.open(held.root, path)
    except UnavailableError:
        return ()
    try:
        window = Window(handle.read_at, handle.size_bytes, Budget())
        found.extend(isolated(lambda: iter(identify_content(window, path)), failed))
    finally:
        handle.close()
    return tuple(found)


def _lands_inside(held: Held, entry: HeldEntry) -> bool:
    """Whether the link's target is another entry of the artifact (which is then inspected as itself)."""
    try:
        root = os.path.realpath(held.root)
        target = os.path.realpath(os.path.join(root, entry.path))
        return os.path.exists(target) and os.path.commonpath((root, target)) == root
    except (OSError, ValueError):
        return False


def fingerprints_of(members: list[ArtifactMember], *, single: bool) -> tuple[Fingerprint, ...]:
    """A file's identity is its SHA-256; a folder's is `tree-sha256/1` (`docs/spec/fingerprint.md`)."""
    if single and members and members[0].type == "file":
        return (Fingerprint(FingerprintKind.BYTES, BYTES_SCHEME, members[0].digest),)
    return (tree_fingerprint(members),)


_KIND_ORDER = (ArtifactKind.MODEL, ArtifactKind.ADAPTER, ArtifactKind.PACKAGE, ArtifactKind.DATASET, ArtifactKind.CODE)


def _nature(files: list[IdentifiedFile], *, single: bool) -> tuple[ArtifactKind, str]:
    """The kind of the weightiest format; the format of a single file, or `folder`."""
    names = {file.path.rsplit("/", 1)[-1] for file in files}
    kinds = {format_.kind for file in files for format_ in file.formats}
    if "adapter_config.json" in names:
        kind = ArtifactKind.ADAPTER
    else:
        kind = next((k for k in _KIND_ORDER if k in kinds), ArtifactKind.DATASET)
    if not single:
        return kind, "folder"
    formats = files[0].formats if files else ()
    if files and files[0].path.endswith(".whl") and any(f.id == "zip" for f in formats):
        kind = ArtifactKind.PACKAGE
    return kind, "+".join(f.id for f in formats) or "unknown"
