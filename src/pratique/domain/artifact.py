"""What is being admitted: an artifact is the same wherever its bytes are found."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from pratique.domain.fingerprint import Fingerprint


class ArtifactKind(Enum):
    """What the artifact is used as."""

    MODEL = "MODEL"
    DATASET = "DATASET"
    PACKAGE = "PACKAGE"
    CODE = "CODE"
    ENDPOINT = "ENDPOINT"
    ADAPTER = "ADAPTER"
    TOOL = "TOOL"


@dataclass(frozen=True, slots=True)
class Publisher:
    """Who published a file, as its provenance says (PEP 740): a Trusted Publisher of an index."""

    kind: str  # "GitHub", "GitLab", "Google", or what the index says
    identity: str  # the repository, or the service account
    workflow: str = ""
    unverified: str = ""  # why this is only claimed; empty once it was verified

    def __str__(self) -> str:
        words = " ".join(word for word in (self.kind, self.identity, self.workflow) if word)
        return f"{words} (claimed: {self.unverified})" if self.unverified else f"{words} (verified)"


@dataclass(frozen=True, slots=True)
class Published:
    """A file of a release, and who published it: nobody, where it has no provenance."""

    file: str
    publishers: tuple[Publisher, ...] = ()


@dataclass(frozen=True, slots=True)
class Origin:
    """Where the artifact came from, as far as its source says."""

    reference: str
    revision: str | None = None
    publisher: str | None = None
    retrieved_at: str | None = None  # RFC 3339, UTC
    published: tuple[Published, ...] | None = None  # None where nobody was asked


@dataclass(frozen=True, slots=True)
class ArtifactMember:
    """One file, folder or link of an artifact."""

    path: str
    size_bytes: int
    digest: str  # SHA-256, hexadecimal; empty for a folder
    type: str  # "file", "folder", "link", "other"
    executable: bool = False
    target: str | None = None  # of a link


@dataclass(frozen=True, slots=True)
class Artifact:
    """A content-addressed set of files."""

    id: Fingerprint
    kind: ArtifactKind
    format: str
    origin: Origin
    members: tuple[ArtifactMember, ...]
