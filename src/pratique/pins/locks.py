"""Lock files in TOML, JSON and YAML: `pylock.toml`, uv, Poetry, PDM, Pipenv, conda.

Sources: PEP 751; uv, "Structure and files" and uv-resolver/src/lock; Poetry, packages/locker.py; PDM, formats and `pdm.lock`;
Pipenv, "Pipfile.lock"; conda, "Managing environments" (explicit files) and conda-lock's schema v1.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from pratique.domain.locator import Locator
from pratique.domain.part import Json
from pratique.pins.model import MAX_PINS, Option, Pin, PinFile, normalised
from pratique.pins.requirements import EXACT, requirement

Table = dict[str, Json]
EXPLICIT = re.compile(
    r"^(https?://\S+/|file://\S+/|/\S+/)?([^/\s#]+?)-([^-/\s#]+)-([^-/\s#]+)\.(?:conda|tar\.bz2)(?:#(\S+))?$"
)


def _table(value: Json) -> Table:
    return value if isinstance(value, dict) else {}


def _tables(value: Json) -> Iterator[Table]:
    for item in (value if isinstance(value, list) else [])[:MAX_PINS]:
        if isinstance(item, dict):
            yield item


def _text(value: Json) -> str:
    return value if isinstance(value, str) else ""


def _hash(value: Json) -> tuple[str, ...]:
    text = _text(value).lower()
    return (text,) if ":" in text else ()


def pylock(value: Table, where: Locator) -> PinFile:
    """PEP 751."""
    found = PinFile(where, "pylock", lock=True)
    for package in _tables(value.get("packages")):
        vcs, archive, folder = (_table(package.get(key)) for key in ("vcs", "archive", "directory"))
        listed = [*_tables(package.get("wheels")), *([sdist] if (sdist := _table(package.get("sdist"))) else [])]
        listed += [archive] if archive else []
        hashes = [
            f"{k.lower()}:{h.lower()}" for f in listed for k, h in _table(f.get("hashes")).items() if isinstance(h, str)
        ]
        source = "vcs" if vcs else "url" if archive else "path" if folder else "index"
        found.add(
            Pin(
                normalised(_text(package.get("name"))),
                _text(package.get("version")) or None,
                hashes=tuple(hashes),
                source=source,
                location=_text((vcs or archive or folder or package).get("url")) or _text(package.get("index")),
                revision=_text(vcs.get("commit-id")),
                files=tuple(_name(f) for f in listed),
                uploaded=max((_text(f.get("upload-time")) for f in listed), default=""),
            )
        )
    return found


def _name(file: Table) -> str:
    return _text(file.get("name")) or _text(file.get("url")).rsplit("/", 1)[-1] or _text(file.get("path"))


def uv(value: Table, where: Locator) -> PinFile:
    found = PinFile(where, "uv", lock=True)
    for package in _tables(value.get("package")):
        origin = _table(package.get("source"))
        kind = next(
            (k for k in ("registry", "git", "url", "path", "directory", "editable", "virtual") if k in origin), ""
        )
        listed = [*_tables(package.get("wheels")), *([sdist] if (sdist := _table(package.get("sdist"))) else [])]
        location = _text(origin.get(kind))
        source = {"registry": "index", "git": "vcs", "url": "url", "": "index"}.get(kind, "path")
        found.add(
            Pin(
                normalised(_text(package.get("name"))),
                _text(package.get("version")) or None,
                hashes=tuple(h for f in listed for h in _hash(f.get("hash"))),
                source=source,
                location=location,
                revision=location.rpartition("#")[2] if source == "vcs" and "#" in location else "",
                files=tuple(_name(f) for f in listed),
                uploaded=max((_text(f.get("upload-time")) for f in listed), default=""),
            )
        )
    return found


def poetry(value: Table, where: Locator) -> PinFile:
    found = PinFile(where, "poetry", lock=True)
    old = _table(_table(value.get("metadata")).get("files"))  # before Poetry 1.5
    for package in _tables(value.get("package")):
        name = _text(package.get("name"))
        origin = _table(package.get("source"))
        kind = {"git": "vcs", "url": "url", "file": "path", "directory": "path"}.get(_text(origin.get("type")), "index")
        listed = [*_tables(package.get("files")), *_tables(old.get(name))]
        found.add(
            Pin(
                normalised(name),
                _text(package.get("version")) or None,
                hashes=tuple(h for f in listed for h in _hash(f.get("hash"))),
                source=kind,
                location=_text(origin.get("url")),
                revision=_text(origin.get("resolved_reference")) or _text(origin.get("reference"))
                if kind == "vcs"
                else "",
                files=tuple(_text(f.get("file")) for f in listed),
            )
        )
    return found


def pdm(value: Table, where: Locator) -> PinFile:
    found = PinFile(where, "pdm", lock=True)
    for package in _tables(value.get("package")):
        listed = list(_tables(package.get("files")))
        source = next(
            (kind for key, kind in (("git", "vcs"), ("url", "url"), ("path", "path")) if key in package), "index"
        )
        found.add(
            Pin(
                normalised(_text(package.get("name"))),
                _text(package.get("version")) or None,
                hashes=tuple(h for f in listed for h in _hash(f.get("hash"))),
                source=source,
                location=_text(package.get("git")) or _text(package.get("url")) or _text(package.get("path")),
                revision=_text(package.get("revision")) or _text(package.get("ref")),
                files=tuple(_text(f.get("file")) or _text(f.get("url")).rsplit("/", 1)[-1] for f in listed),
            )
        )
    return found


def pipenv(value: Table, where: Locator) -> PinFile:
    found = PinFile(where, "pipenv", lock=True)
    for group in ("default", "develop"):
        for name, entry in list(_table(value.get(group)).items())[:MAX_PINS]:
            package = _table(entry)
            exact = EXACT.match(_text(package.get("version")))
            source = next(
                (kind for key, kind in (("git", "vcs"), ("file", "url"), ("path", "path")) if key in package), "index"
            )
            listed = package.get("hashes")
            found.add(
                Pin(
                    normalised(name),
                    exact[1] if exact else None,
                    _text(package.get("version")),
                    tuple(h for item in (listed if isinstance(listed, list) else []) for h in _hash(item)),
                    source,
                    _text(package.get("git")) or _text(package.get("file")) or _text(package.get("path")),
                    _text(package.get("ref")),
                )
            )
    urls = [_text(s.get("url")) for s in _tables(_table(value.get("_meta")).get("sources"))]
    found.options += [Option("index-url" if at == 0 else "extra-index-url", url) for at, url in enumerate(urls) if url]
    return found


def conda_environment(value: Table, where: Locator) -> PinFile:
    """`environment.yml`: conda's own match specifications, and a list for pip."""
    found = PinFile(where, "conda", lock=False)
    listed = value.get("dependencies")
    for item in (listed if isinstance(listed, list) else [])[:MAX_PINS]:
        if isinstance(item, str):
            name, _, rest = re.sub(r"^\S+::", "", item.strip()).partition("=")
            version = rest.lstrip("=").split("=")[0]
            exact = bool(rest) and not re.search(r"[*<>,|]", version)
            found.add(
                Pin(normalised(re.split(r"[<>!\s]", name)[0]), version if exact else None, item, ecosystem="conda")
            )
        elif isinstance(item, dict):
            pips = item.get("pip")
            for line in (pips if isinstance(pips, list) else [])[:MAX_PINS]:
                pin = requirement(line) if isinstance(line, str) else None
                if pin is not None:
                    found.add(pin)
    return found


def conda_lock(value: Table, where: Locator) -> PinFile:
    found = PinFile(where, "conda-lock", lock=True)
    for package in _tables(value.get("package")):
        conda = _text(package.get("manager")) != "pip"
        hashes = _table(package.get("hash"))
        found.add(
            Pin(
                normalised(_text(package.get("name"))),
                _text(package.get("version")) or None,
                hashes=tuple(f"{k.lower()}:{h.lower()}" for k, h in hashes.items() if isinstance(h, str)),
                location=_text(package.get("url")),
                files=(_text(package.get("url")).rsplit("/", 1)[-1],),
                ecosystem="conda" if conda else "PyPI",
            )
        )
    return found


def conda_explicit(text: str, where: Locator) -> PinFile:
    """What `conda list --explicit` writes."""
    found = PinFile(where, "conda-explicit", lock=True)
    for number, line in enumerate(text.splitlines()[:MAX_PINS], 1):
        match = EXPLICIT.match(line.strip())
        if match is not None:
            digest = match[5] or ""
            kind = {32: "md5:", 64: "sha256:"}.get(len(digest.removeprefix("sha256:")), "")
            hashes = (kind + digest.removeprefix("sha256:"),) if kind else ()
            name = normalised(match[2])
            found.add(Pin(name, match[3], hashes=hashes, location=match[1] or "", line=number, ecosystem="conda"))
        elif line.strip() and not line.startswith(("#", "@")):
            found.skipped += 1
    return found


def pyproject(value: Table, where: Locator) -> PinFile:
    """What a project depends on, what its build does, and the indexes that its tools are told to use."""
    found = PinFile(where, "pyproject", lock=False)
    project = _table(value.get("project"))
    groups = [project.get("dependencies"), *_table(project.get("optional-dependencies")).values()]
    groups += [_table(value.get("build-system")).get("requires"), *_table(value.get("dependency-groups")).values()]
    for group in groups:
        for line in (group if isinstance(group, list) else [])[:MAX_PINS]:
            pin = requirement(line) if isinstance(line, str) else None
            if pin is not None:
                found.add(pin)
    tool = _table(value.get("tool"))
    own = [_text(project.get("name")), *_table(_table(tool.get("uv")).get("sources"))]
    found.options += [Option("own-source", normalised(name)) for name in own[:MAX_PINS] if name]
    strategy = _text(_table(tool.get("uv")).get("index-strategy"))
    found.options += [Option("index-strategy", strategy)] if strategy else []
    for index in _tables(_table(tool.get("uv")).get("index")):
        explicit = index.get("explicit") is True or index.get("default") is True
        found.options.append(Option("explicit-index" if explicit else "extra-index-url", _text(index.get("url"))))
    for index in _tables(_table(tool.get("poetry")).get("source")):
        explicit = _text(index.get("priority")) in ("explicit", "primary", "default")
        found.options.append(Option("explicit-index" if explicit else "extra-index-url", _text(index.get("url"))))
    return found


READERS: dict[str, Callable[[Table, Locator], PinFile]] = {
    "uv.lock": uv,
    "poetry.lock": poetry,
    "pdm.lock": pdm,
    "Pipfile.lock": pipenv,
    "conda-lock.yml": conda_lock,
    "conda-lock.yaml": conda_lock,
    "environment.yml": conda_environment,
    "environment.yaml": conda_environment,
    "pyproject.toml": pyproject,
}


def reader_of(name: str) -> Callable[[Table, Locator], PinFile] | None:
    """The reader of a lock file by its name; PEP 751 allows `pylock.toml` and `pylock.NAME.toml`."""
    if re.fullmatch(r"pylock(?:\.[^.]+)?\.toml", name):
        return pylock
    return READERS.get(name)
