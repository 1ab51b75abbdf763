"""OpenSSF Model Signing v1.0 statements (ossf/model-signing-spec, spec/v1.0.md): what is signed about a model."""

from __future__ import annotations

import hashlib
import posixpath
import re
from dataclasses import dataclass
from typing import Any

from pratique.attest import binding as names
from pratique.attest import statement as intoto
from pratique.attest.binding import Binding
from pratique.attest.statement import Statement, Subject
from pratique.domain.errors import TamperedError

PREDICATE_TYPE = "https://model_signing/signature/v1.0"
# What model-signing leaves out unless told otherwise; a verifier of its command line leaves these out again.
GIT_PATHS = (".git", ".gitattributes", ".github", ".gitignore")
SINGLE_FILE = "."  # the resource name of a model that is one file
MAX_RESOURCES = 1_000_000
_DIGEST_HEX_LENGTH = {"sha256": 64, "blake2b": 128, "blake3": 64}
_HEX = re.compile(r"[0-9a-f]+")


@dataclass(frozen=True, slots=True)
class Resource:
    """A file, or the bytes `start` to `end` of one, and its digest (hexadecimal)."""

    path: str
    digest: str
    start: int = 0
    end: int | None = None


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a signature says of a model."""

    name: str
    algorithm: str
    resources: tuple[Resource, ...]
    shard_bytes: int | None
    follows_links: bool
    ignored: frozenset[str]
    binding: Binding | None

    def ignores(self, path: str) -> bool:
        """Whether the path is, or lies below, one that was left out."""
        ends = (i for i, character in enumerate(path + "/") if character == "/")
        return bool(self.ignored) and any(path[:end] in self.ignored for end in ends)


def build(name: str, binding: Binding, *, single: bool, linked: frozenset[str]) -> Statement:
    """The statement for model-signing's own verifier, with the name binding as an annotation of its subject.

    Links and git's files are ignored paths here, because that verifier leaves them out or refuses them; the binding has them.
    `linked` are files that stand behind links (a Hugging Face cache): they are hashed as files.
    """
    links = sorted(bound.member.path for bound in binding.entries if bound.member.type == "link")
    ignored = () if single else (*GIT_PATHS, *binding.excluded, *links)
    files = [bound for bound in binding.entries if bound.member.type == "file"]
    algorithm = binding.algorithms()[0]
    scope = Manifest(name, algorithm, (), None, False, frozenset(ignored), None)
    covered = [bound for bound in files if single or not scope.ignores(bound.member.path)]
    listed = {SINGLE_FILE if single else bound.member.path: bound.digest(algorithm) for bound in covered}
    ordered = sorted(listed.items(), key=lambda item: item[0].split("/"))
    predicate: dict[str, Any] = {
        "resources": [{"name": path, "algorithm": algorithm, "digest": digest} for path, digest in ordered],
        "serialization": {"method": "files", "hash_type": algorithm, "allow_symlinks": bool(links or linked)},
    }
    if ignored:
        predicate["serialization"]["ignore_paths"] = list(ignored)
    subject = Subject(name, {"sha256": root_digest(tuple(digest for _, digest in ordered))}, {})
    subject = Subject(subject.name, subject.digest, {names.BINDING_TYPE: binding.to_document()})
    return Statement((subject,), PREDICATE_TYPE, predicate)


def root_digest(digests: tuple[str, ...]) -> str:
    """SHA-256 over all digests in the order of the resources (it does not bind names)."""
    return hashlib.sha256(b"".join(bytes.fromhex(digest) for digest in digests)).hexdigest()


def read(payload: bytes) -> Manifest:
    """Steps: (1) an in-toto statement, (2) of this predicate type, (3) one subject; (4) serialization, (5) resources,
    (6) the root of the digests is the subject's; (7) the name binding, if there, agrees with the resources.

    Raises `TamperedError`, which says what is wrong.
    """
    statement = intoto.parse(payload)  # (1)
    if statement.predicate_type != PREDICATE_TYPE:  # (2)
        raise TamperedError(
            f"the predicate type is {statement.predicate_type[:120]!r}, not {PREDICATE_TYPE!r}: "
            "it is no model signature, but may be an attestation (--attestation)"
        )
    if len(statement.subjects) != 1:  # (3)
        raise TamperedError(f"a model signature has one subject, not {len(statement.subjects)}")
    subject = statement.subjects[0]
    algorithm, shard_bytes, follows, ignored = _serialization(statement.predicate.get("serialization"))  # (4)
    resources = _resources(statement.predicate.get("resources"), algorithm, shard_bytes)  # (5)
    if subject.digest.get("sha256") != root_digest(tuple(resource.digest for resource in resources)):  # (6)
        raise TamperedError("the statement contradicts itself: its subject's digest is not that of its resources")
    annotation = (subject.annotations or {}).get(names.BINDING_TYPE)
    binding = None if annotation is None else names.parse(annotation)
    manifest = Manifest(subject.name, algorithm, resources, shard_bytes, follows, ignored, binding)
    if binding is not None:
        _agree(manifest, binding)  # (7)
    return manifest


def _serialization(entry: object) -> tuple[str, int | None, bool, frozenset[str]]:
    if not isinstance(entry, dict):
        raise TamperedError("the predicate has no serialization")
    method, algorithm, shard_bytes = entry.get("method"), entry.get("hash_type"), entry.get("shard_size")
    if isinstance(shard_bytes, float) and shard_bytes.is_integer():
        shard_bytes = int(shard_bytes)  # model-signing writes numbers through protobuf's Struct, as 1000.0
    ignored = entry.get("ignore_paths", [])
    if method not in ("files", "shards"):
        raise TamperedError(f"the serialization method {str(method)[:40]!r} is neither 'files' nor 'shards'")
    if algorithm not in _DIGEST_HEX_LENGTH:
        raise TamperedError(f"the hash type {str(algorithm)[:40]!r} is none of {', '.join(_DIGEST_HEX_LENGTH)}")
    if not isinstance(entry.get("allow_symlinks"), bool):
        raise TamperedError("the serialization does not say whether links are followed (allow_symlinks)")
    if (method == "shards") != (isinstance(shard_bytes, int) and not isinstance(shard_bytes, bool) and shard_bytes > 0):
        raise TamperedError("a shard_size is needed for 'shards', and only there")
    if not isinstance(ignored, list) or not all(isinstance(path, str) and path for path in ignored):
        raise TamperedError("the serialization's ignore_paths are not a list of paths")
    paths = frozenset(posixpath.normpath(path) for path in ignored)
    if "." in paths:
        raise TamperedError("the signature ignores the whole model")
    return algorithm, shard_bytes, entry["allow_symlinks"], paths


def _resources(entries: object, algorithm: str, shard_bytes: int | None) -> tuple[Resource, ...]:
    if not isinstance(entries, list) or len(entries) > MAX_RESOURCES:
        raise TamperedError(f"the predicate must list at most {MAX_RESOURCES} resources")
    resources = tuple(_resource(entry, algorithm, shard_bytes) for entry in entries)
    if len({(resource.path, resource.start) for resource in resources}) != len(resources):
        raise TamperedError("a resource is listed twice")
    return resources


def _resource(entry: object, algorithm: str, shard_bytes: int | None) -> Resource:
    if not isinstance(entry, dict) or not isinstance(entry.get("name"), str):
        raise TamperedError("a resource has no name")
    name, digest = entry["name"], entry.get("digest")
    # The specification says `sha256`; model-signing writes `sha256-sharded-1000000000` for a shard.
    if entry.get("algorithm") not in (algorithm, f"{algorithm}-sharded-{shard_bytes}"):
        raise TamperedError(f"the resource {name[:80]!r} is not hashed by {algorithm}")
    if not isinstance(digest, str) or not _HEX.fullmatch(digest) or len(digest) != _DIGEST_HEX_LENGTH[algorithm]:
        raise TamperedError(f"the digest of the resource {name[:80]!r} is malformed")
    resource = _shard(name, digest) if shard_bytes is not None else Resource(name, digest)
    if resource.path != SINGLE_FILE and not names.is_plain(resource.path):
        raise TamperedError(f"the resource {name[:80]!r} does not stay below the model's folder")
    return resource


def _shard(name: str, digest: str) -> Resource:
    path, *bounds = name.rsplit(":", 2)
    if len(bounds) != 2 or not all(b.isascii() and b.isdigit() and len(b) < 20 for b in bounds):
        raise TamperedError(f"the resource {name[:80]!r} is not of the form path:start:end")
    start, end = int(bounds[0]), int(bounds[1])
    if start >= end:
        raise TamperedError(f"the resource {name[:80]!r} ends before it starts")
    return Resource(path, digest, start, end)


def _agree(manifest: Manifest, binding: Binding) -> None:
    """Two readers of one signature must see the same files with the same digests."""
    if manifest.algorithm not in binding.algorithms() or manifest.shard_bytes is not None:
        raise TamperedError("a name binding goes with whole files, hashed as its entries are")
    bound = {b.member.path: b.digest(manifest.algorithm) for b in binding.entries if b.member.type == "file"}
    single = [resource for resource in manifest.resources if resource.path == SINGLE_FILE]
    if single:
        if len(manifest.resources) != 1 or list(bound.values()) != [single[0].digest]:
            raise TamperedError("the name binding contradicts the signature's only resource")
        return
    expected = {path: digest for path, digest in bound.items() if not manifest.ignores(path)}
    if expected != {resource.path: resource.digest for resource in manifest.resources}:
        raise TamperedError("the name binding and the resources list different files")
