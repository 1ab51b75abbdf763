"""Releases from a Python package index: `pypi:NAME==VERSION`, with what the index says of every file checked.

Sources: the simple repository API (PEP 503 HTML, PEP 691 JSON), yanked files (PEP 592), sizes and upload times (PEP 700),
provenance (PEP 740), file names (binary and source distribution formats). Nothing of what is downloaded is opened here.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urljoin, urlsplit

from pratique.domain.artifact import Origin, Published
from pratique.domain.errors import TamperedError, UnavailableError, UsageError
from pratique.sources.http import download, get, save

if TYPE_CHECKING:
    from pratique.domain.held import Reference
    from pratique.domain.ports import Provenance, Quarantine

SCHEME = "pypi:"
DEFAULT_INDEX = "https://pypi.org/simple/"
ACCEPT = "application/vnd.pypi.simple.v1+json, application/vnd.pypi.simple.v1+html;q=0.2, text/html;q=0.1"
MAX_PAGE_BYTES = 64 << 20
MAX_FILE_BYTES = 4 << 30
MAX_FILES = 300
MAX_PROVENANCE_BYTES = 8 << 20
REFERENCE = re.compile(r"pypi:\s*([A-Za-z0-9][A-Za-z0-9._-]*)\s*==\s*([A-Za-z0-9.!+_-]+)(?:#(all|wheel|sdist|here))?$")
CHOICES = ("here", "all", "wheel", "sdist")


@dataclass(frozen=True, slots=True)
class File:
    """One file of a release, as the index describes it."""

    name: str
    url: str
    sha256: str
    size_bytes: int | None
    yanked: str | None  # the reason; None when it is not
    uploaded: str
    provenance: str  # the URL of its provenance, or ""


class PyPI:
    """The `Source` of releases. `index` is the root of a simple repository."""

    def __init__(self, index: str = "", provenance: Provenance | None = None) -> None:
        self._index = (index or DEFAULT_INDEX).rstrip("/") + "/"
        self._provenance = provenance

    def accepts(self, reference: Reference) -> bool:
        return reference.text.startswith(SCHEME)

    def resolve(self, reference: Reference) -> str:
        """The digests of the release's files as one digest: it changes when a file is added, replaced or yanked."""
        files = self.files(*_parsed(reference.text)[:2])
        lines = sorted(f"{f.name} {f.sha256} {f.yanked is not None}\n" for f in files)
        return "sha256:" + hashlib.sha256("".join(lines).encode()).hexdigest()

    def fetch(self, reference: Reference, quarantine: Quarantine) -> tuple[str, Origin]:
        """Download the chosen files of a release into a folder of quarantine, each compared with the index.

        Raises `UsageError` for a reference without a version or a release that is not there, `TamperedError` where bytes are not
        what the index promises, `UnavailableError` where it does not answer.
        """
        name, version, choice = _parsed(reference.text)
        chosen = list(_chosen(self.files(name, version), choice))
        if not chosen:
            raise UsageError(
                f"{reference.text}: no file of the release is meant for this machine; add #all for the others"
            )
        root = quarantine.place(f"{name}-{version}")
        try:
            os.mkdir(root)
            for file in chosen:
                _fetch(file, os.path.join(root, file.name))
        except OSError as error:
            raise UnavailableError(f"{root}: {error.strerror or error}") from None
        lines = sorted(f"{f.name} {f.sha256}\n" for f in chosen)
        revision = "sha256:" + hashlib.sha256("".join(lines).encode()).hexdigest()
        reasons = sorted({file.yanked for file in chosen if file.yanked is not None})
        revision += f" (yanked: {'; '.join(reasons)})"[:300] if reasons else ""
        published = self._published(chosen)
        names = sorted({str(publisher) for file in published or () for publisher in file.publishers})
        return root, Origin(reference.text, revision, "; ".join(names) or None, published=published)

    def _published(self, files: list[File]) -> tuple[Published, ...] | None:
        if self._provenance is None:
            return None
        found = []
        for file in files:
            document = download(file.provenance, MAX_PROVENANCE_BYTES) if file.provenance else b""
            publishers = self._provenance.publishers(document, file.name, file.sha256) if file.provenance else ()
            found.append(Published(file.name, publishers))
        return tuple(found)

    def files(self, name: str, version: str) -> list[File]:
        """The files of a release. Raises as `fetch` does."""
        from packaging.utils import canonicalize_name

        page = urljoin(self._index, f"{canonicalize_name(name)}/")
        body, kind, final = get(page, MAX_PAGE_BYTES, ACCEPT)
        listed = _from_json(body, final) if "json" in kind else _from_html(body, final)
        found = [file for file in listed if _is_of(file.name, name, version)]
        if not found:
            raise UsageError(f"{page} lists no file of {name} {version}")
        if len(found) > MAX_FILES:
            raise UsageError(f"{name} {version} has more than {MAX_FILES} files")
        return found


def _parsed(text: str) -> tuple[str, str, str]:
    match = REFERENCE.match(text)
    if match is None:
        raise UsageError(f"{text}: not pypi:NAME==VERSION (a release is named by its exact version)")
    return match[1], match[2], match[3] or "here"


def _from_json(body: bytes, page: str) -> list[File]:
    try:
        document = json.loads(body)
        entries = document["files"]
        return [_described(entry, page) for entry in entries if isinstance(entry, dict)]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise UnavailableError(f"{page}: not what a simple repository answers: {error!r}") from None


def _described(entry: dict[str, Any], page: str) -> File:
    yanked = entry.get("yanked", False)
    size = entry.get("size")
    return File(
        _safe(str(entry["filename"])),
        urljoin(page, str(entry["url"])),
        str(entry["hashes"].get("sha256", "")).lower(),
        size if isinstance(size, int) and size >= 0 else None,
        None if yanked is False else str(yanked if yanked is not True else "no reason given"),
        str(entry.get("upload-time") or ""),
        str(entry.get("provenance") or ""),
    )


class _Anchors(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[dict[str, str | None]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "a":
            self.found.append(dict(attrs))


def _from_html(body: bytes, page: str) -> list[File]:
    parser = _Anchors()
    parser.feed(body.decode("utf-8", "replace"))
    try:
        return _linked(parser.found, page)
    except ValueError as error:  # of URLs that are none
        raise UnavailableError(f"{page}: not what a simple repository answers: {error}") from None


def _linked(anchors: list[dict[str, str | None]], page: str) -> list[File]:
    found = []
    for anchor in anchors:
        url = urljoin(page, anchor.get("href") or "")
        name = unquote(urlsplit(url).path.rsplit("/", 1)[-1])
        digest = re.search(r"sha256=([0-9a-fA-F]{64})", urlsplit(url).fragment)
        yanked = (anchor.get("data-yanked") or "no reason given") if "data-yanked" in anchor else None
        provenance = anchor.get("data-provenance") or ""
        found.append(
            File(_safe(name), url.partition("#")[0], digest[1].lower() if digest else "", None, yanked, "", provenance)
        )
    return found


def _safe(name: str) -> str:
    """A file name and nothing else: an index does not choose where files are written."""
    if not name or name in (".", "..") or "/" in name or "\\" in name or "\0" in name or len(name) > 255:
        raise TamperedError(f"the index names a file {name[:80]!r}")
    return name


def _is_of(filename: str, name: str, version: str) -> bool:
    """Whether a file belongs to the release, by the names that its format prescribes."""
    from packaging.utils import canonicalize_name, parse_sdist_filename, parse_wheel_filename
    from packaging.version import Version

    try:
        if filename.endswith(".whl"):
            found_name, found_version = parse_wheel_filename(filename)[:2]
        else:
            found_name, found_version = parse_sdist_filename(filename)
        return found_name == canonicalize_name(name) and found_version == Version(version)
    except ValueError:  # of packaging, and of numbers that are too long
        return False


def _chosen(files: list[File], choice: str) -> Iterator[File]:
    """`here`: the source and the wheels that an installer on this machine may take."""
    here: frozenset[Any] = frozenset()
    if choice == "here":
        from packaging.tags import sys_tags

        here = frozenset(sys_tags())
    for file in files:
        wheel = file.name.endswith(".whl")
        fits = {"all": True, "wheel": wheel, "sdist": not wheel}.get(choice)
        if fits is None:
            fits = not wheel or bool(_tags(file.name) & here)
        if fits:
            yield file


def _tags(filename: str) -> frozenset[Any]:
    from packaging.utils import parse_wheel_filename

    return parse_wheel_filename(filename)[3]


def _fetch(file: File, path: str) -> None:
    if not file.sha256:
        raise TamperedError(f"{file.name}: the index gives no SHA-256, so what it serves cannot be checked")
    limit = file.size_bytes if file.size_bytes is not None else MAX_FILE_BYTES
    save(file.url, path, min(limit, MAX_FILE_BYTES))
    digest = hashlib.sha256()
    with open(path, "rb") as handle:
        while piece := handle.read(1 << 20):
            digest.update(piece)
    size = os.path.getsize(path)
    if file.size_bytes is not None and size != file.size_bytes:
        raise TamperedError(f"{file.name}: the index promises {file.size_bytes} bytes, and serves {size}")
    if digest.hexdigest() != file.sha256:
        raise TamperedError(f"{file.name}: the index promises sha256 {file.sha256}, and serves {digest.hexdigest()}")
