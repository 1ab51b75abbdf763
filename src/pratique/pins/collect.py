"""The requirement and lock files of one artifact, kept while it is read."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from pratique.code.package import NOT_IMPORTED
from pratique.domain.locator import Locator
from pratique.domain.part import Metadata, Part, Text
from pratique.pins.model import Pin, PinFile, normalised

MAX_FILES = 200
MAX_KEPT_BYTES = 32 << 20
REQUIREMENTS = re.compile(
    r"(?:^|/)[\w.-]*(?:requirements?|constraints?)[\w.-]*\.(?:txt|in|pip)$|(?:^|/)requirements/[\w.-]+\.(?:txt|in)$",
    re.I,
)
LOCKS = re.compile(
    r"(?:(?:uv|poetry|pdm|Pipfile)\.lock|pylock(?:\.[^.]+)?\.toml|pyproject\.toml|(?:conda-lock|environment)\.ya?ml)$"
)
METADATA = re.compile(r"(?:^|/)[^/]+\.dist-info/METADATA$|(?:^|/)PKG-INFO$")


@dataclass(slots=True)
class Pins:
    """Everything that was seen. `files` reads what was kept, once."""

    skipped: int = 0
    _texts: dict[tuple[str, ...], tuple[Locator, str]] = field(default_factory=dict)
    _documents: dict[tuple[str, ...], Metadata] = field(default_factory=dict)
    _kept_bytes: int = 0
    _files: list[PinFile] | None = None
    distributions: list[Pin] = field(default_factory=list)  # what METADATA and PKG-INFO say that a distribution is
    places: dict[Pin, Locator] = field(default_factory=dict)

    @property
    def anything(self) -> bool:
        return bool(self._texts or self._documents or self.distributions)

    @property
    def dated(self) -> bool:
        """Whether a lock records when something was uploaded."""
        return any(pin.uploaded for file in self.files() for pin in file.pins)

    def see(self, part: Part) -> None:
        """Keep a part of a file that pins."""
        if any(map(NOT_IMPORTED.search, part.where.members)):
            return  # what the tests of a package pin is never installed
        if isinstance(part, Text) and part.document != "json":  # those come as documents too
            path = _path(part.where)
            if METADATA.search(path):
                self._distribution(part)
            elif (
                REQUIREMENTS.search(path) or LOCKS.match(_name(path)) or part.text.startswith("# This file may be used")
            ):
                self._keep_text(part)
        elif isinstance(part, Metadata) and part.topic == "document" and LOCKS.match(_name(_path(part.where))):
            self._keep_document(part)

    def _keep_text(self, part: Text) -> None:
        self._kept_bytes += len(part.text)
        if len(self._texts) >= MAX_FILES or self._kept_bytes > MAX_KEPT_BYTES:
            self.skipped += 1
            return
        self._texts.setdefault((part.where.path, *part.where.members), (part.where, part.text))

    def _keep_document(self, part: Metadata) -> None:
        if len(self._documents) < MAX_FILES:
            self._documents.setdefault((part.where.path, *part.where.members), part)
        else:
            self.skipped += 1

    def _distribution(self, part: Text) -> None:
        head = part.text[: 1 << 14]
        name = re.search(r"^Name:\s*(\S+)", head, re.MULTILINE)
        version = re.search(r"^Version:\s*(\S+)", head, re.MULTILINE)
        if name and version and len(self.distributions) < MAX_FILES * 10:
            pin = Pin(normalised(name[1]), version[1])
            self.distributions.append(pin)
            self.places.setdefault(pin, part.where)

    def files(self) -> list[PinFile]:
        """The files, read. What does not parse is left to the reader of its format."""
        if self._files is None:
            self._files = [*self._read_texts(), *self._read_documents()]
        return self._files

    def _read_texts(self) -> list[PinFile]:
        from pratique.pins import locks, requirements

        found: list[PinFile] = []
        for where, text in self._texts.values():
            path = _path(where)
            if "\n@EXPLICIT" in text[:4096] or text.startswith("@EXPLICIT"):
                found.append(locks.conda_explicit(text, where))
            elif REQUIREMENTS.search(path):
                found.append(requirements.read(text, where))
        return found

    def _read_documents(self) -> list[PinFile]:
        from pratique.pins import locks

        found: list[PinFile] = []
        for key, part in self._documents.items():
            reader = locks.reader_of(_name(_path(part.where)))
            if reader is None or not isinstance(part.value, dict):
                continue
            file = reader(part.value, Locator(part.where.path, part.where.members))
            _, text = self._texts.get(key, (part.where, ""))
            found.append(_with_lines(file, text))
        return found


def _with_lines(file: PinFile, text: str) -> PinFile:
    """The lines on which a lock's entries are named, which parsers do not tell."""
    lines: dict[str, int] = {}
    for number, line in enumerate(text.splitlines(), 1):
        match = re.match(r"^\s*(?:name\s*=\s*)?[\"']?([A-Za-z0-9][\w.-]*)", line)
        if match and ("name" in line[:8] or file.kind == "pyproject"):
            lines.setdefault(normalised(match[1]), number)
    file.pins = [replace(pin, line=pin.line or lines.get(pin.name, 0)) for pin in file.pins]
    return file


def _path(where: Locator) -> str:
    return (where.members[-1] if where.members else where.path).replace("\\", "/")


def _name(path: str) -> str:
    return path.rsplit("/", 1)[-1]
