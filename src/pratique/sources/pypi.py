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
from pratique.domain.release import Answers, Release, ReleaseFile, Standing
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
MAX_REASON = 500  # characters of why a file was yanked
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


@dataclass(frozen=True, slots=True)
class Listing:
    """The files that an index lists of a project, and how long its page was."""

    files: list[File]
    size_bytes: int


class PyPI:
    """The `Source` of releases. `index` is the root of a simple repository.

    `answers` is what it said of the release that was fetched last.
    """

    def __init__(self, index: str = "", provenance: Provenance | None = None) -> None:
        self.index = (index or DEFAULT_INDEX).rstrip("/") + "/"
        self.answers: Answers | None = None
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
        listed = self.files(name, version)
        self.answers = _answers(self.index, name, version, listed)
        chosen = list(_chosen(listed, choice))
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
        found = files_of(self.listed(name), name, version)
        if not found:
            raise UsageError(f"{self._page(name)} lists no file of {name} {version}")
        if len(found) > MAX_FILES:
            raise UsageError(f"{name} {version} has more than {MAX_FILES} files")
        return found

    def listed(self, name: str, max_bytes: int = MAX_PAGE_BYTES, seconds: float | None = None) -> Listing:
        """Every file of a project. Raises `MissingError` where the index has none of this name, and as `fetch` does."""
        body, kind, final = get(self._page(name), max_bytes, ACCEPT, seconds)
        files = _from_json(body, final) if "json" in kind else _from_html(body, final)
        return Listing(files, len(body))

    def _page(self, name: str) -> str:
        from packaging.utils import canonicalize_name

        return urljoin(self.index, f"{canonicalize_name(name)}/")


def files_of(listing: Listing, name: str, version: str) -> list[File]:
    """Those files of a project that belong to a release."""
    return [file for file in listing.files if _is_of(file.name, name, version)]


def release_of(files: list[File]) -> Release:
    """What an index's files of a release say, for rules."""
    told = (ReleaseFile(f.name, f.sha256, f.size_bytes, f.yanked, f.uploaded) for f in files)
    return Release(Standing.LISTED if files else Standing.NOT_LISTED, tuple(told))


def _answers(index: str, name: str, version: str, files: list[File]) -> Answers:
    from packaging.utils import canonicalize_name

    key = (str(canonicalize_name(name)), version)
    return Answers(index, {key: release_of(files)}, fetched=key)


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
        None if yanked is False else str("no reason given" if yanked is True else yanked)[:MAX_REASON],
        str(entry.get("upload-time") or "")[:64],
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
    try:
        parser.feed(body.decode("utf-8", "replace"))
        return [_linked(anchor, page) for anchor in parser.found if anchor.get("href")]
    except (ValueError, AssertionError, RecursionError) as error:
        raise UnavailableError(f"{page}: not what a simple repository answers: {error!r}") from None


def _linked(anchor: dict[str, str | None], page: str) -> File:
    url = urljoin(page, anchor["href"] or "")
    name = unquote(urlsplit(url).path.rsplit("/", 1)[-1])
    digest = re.search(r"sha256=([0-9a-fA-F]{64})", urlsplit(url).fragment)
    yanked = (anchor.get("data-yanked") or "no reason given")[:MAX_REASON] if "data-yanked" in anchor else None
    provenance = anchor.get("data-provenance") or ""
    return File(_safe(name), url.partition("#")[0], digest[1].lower() if digest else "", None, yanked, "", provenance)


def _safe(name: str) -> str:
    """A file name and nothing else: an index does not choose where files are written."""
    if not name.isprintable() or name in ("", ".", "..") or "/" in name or "\\" in name or len(name) > 255:
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
