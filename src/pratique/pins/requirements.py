"""Requirement files as pip reads them.

Source: pip, "Requirements File Format", and pip/_internal/req/req_file.py (continuations, comments, options).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from pratique.domain.locator import Locator
from pratique.pins.model import Option, Pin, PinFile, normalised

MAX_LINES = 100_000
MAX_LINE_CHARACTERS = 64_000
COMMENT = re.compile(r"(?:^|\s)#.*$")
OPTION = re.compile(r"^(--?[a-zA-Z][\w-]*)(?:[=\s]\s*(.*))?$")
HASH = re.compile(r"--hash[=\s]\s*([a-z0-9]+):([0-9a-fA-F]+)")
NAMED = re.compile(r"^([A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)\s*(?:\[[^\]]*\])?\s*(.*)$", re.DOTALL)
EXACT = re.compile(r"^\(?\s*={2,3}\s*([^\s,;*)]+)\s*\)?$")
VCS = re.compile(r"^(?:git|hg|svn|bzr)\+")
EGG = re.compile(r"[#&]egg=([A-Za-z0-9._-]+)")
SHORT = {"-i": "index-url", "-f": "find-links", "-r": "requirement", "-c": "constraint", "-e": "editable"}
WITHOUT_VALUE = frozenset({"no-index", "pre", "prefer-binary", "require-hashes"})


def read(text: str, where: Locator) -> PinFile:
    """The pins and options of a requirement file. Lines that are neither are counted as skipped."""
    found = PinFile(where, "requirements", lock=False)
    for number, line in _logical(text):
        option = OPTION.match(line)
        if option is not None:
            _option(option[1], (option[2] or "").strip(), number, found)
            continue
        pin = requirement(line, number)
        if pin is None:
            found.skipped += 1
        else:
            found.add(pin)
    required = any(option.name == "require-hashes" for option in found.options)
    found.lock = required or any(pin.hashes for pin in found.pins)
    return found


def _logical(text: str) -> Iterator[tuple[int, str]]:
    """Lines with their continuations joined and comments cut, and the number of their first."""
    pending, start = "", 0
    for number, raw in enumerate(text.splitlines()[:MAX_LINES], 1):
        line = raw[:MAX_LINE_CHARACTERS]
        start = start or number
        if line.endswith("\\") and not line.lstrip().startswith("#"):
            pending = (pending + line[:-1] + " ")[:MAX_LINE_CHARACTERS]
            continue
        whole = COMMENT.sub("", pending + line).strip()
        if whole:
            yield start, whole
        pending, start = "", 0
    if pending.strip():
        yield start, COMMENT.sub("", pending).strip()


def _option(flag: str, value: str, line: int, found: PinFile) -> None:
    name = SHORT.get(flag[:2], "") if not flag.startswith("--") else flag[2:]
    if name == "editable":
        pin = requirement(value, line)
        found.add(pin or Pin(normalised(value.rsplit("/", 1)[-1]) or "?", source="path", location=value, line=line))
    elif name and (value or name in WITHOUT_VALUE):
        found.options.append(Option(name, value.strip("\"'"), line))
    else:
        found.skipped += 1


def requirement(line: str, number: int = 0) -> Pin | None:
    """One requirement (PEP 508, or pip's URL and path forms), or None when it is none."""
    hashes = tuple(f"{m[1].lower()}:{m[2].lower()}" for m in HASH.finditer(line))
    text = re.split(r"\s--[a-z]", line, maxsplit=1)[0].strip()
    if VCS.match(text) or "://" in text.split(" ")[0] or text.startswith(("./", "../", "/", "~")):
        return _located("", text, hashes, number)
    match = NAMED.match(text)
    if match is None:
        return None
    name, rest = normalised(match[1]), match[2].strip()
    if rest.startswith("@"):
        return _located(name, rest[1:].strip(), hashes, number)
    specifier = rest.partition(";")[0].strip().strip("()")
    if specifier and not re.match(r"^[=<>!~\s\w.*+,\-]+$", specifier):
        return None
    exact = EXACT.match(specifier)
    return Pin(name, exact[1] if exact else None, specifier, hashes, line=number)


def _located(name: str, text: str, hashes: tuple[str, ...], line: int) -> Pin:
    address = text.partition(" ;")[0].strip().split(" ")[0]
    egg = EGG.search(address)
    bare = address.partition("#")[0]
    fragment = re.search(r"[#&](sha256|sha384|sha512|sha1|md5)=([0-9a-fA-F]+)", address)
    hashes += (f"{fragment[1]}:{fragment[2].lower()}",) if fragment else ()
    tail = bare.rstrip("/").rsplit("/", 1)[-1]
    known = name or (normalised(egg[1]) if egg else normalised(re.sub(r"(?:\.git)?(?:@.*)?$", "", tail)))
    if VCS.match(bare):
        path = _path(bare)
        revision = path.rpartition("@")[2] if "@" in path else ""
        return Pin(known, None, "", hashes, "vcs", bare, revision, line=line)
    kind = "url" if "://" in bare and not bare.startswith("file:") else "path"
    return Pin(known, None, "", hashes, kind, bare, files=(tail,), line=line)


def _path(address: str) -> str:
    try:
        return urlsplit(address.partition("+")[2]).path
    except ValueError:
        return ""
