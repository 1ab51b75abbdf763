"""Where a pin's file comes from: which index a lock or requirement file names, and whether it is the one that was asked."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from pratique.pins.model import Pin, PinFile

# Public hosts of wheels: packages from them are nobody's private ones.
PUBLIC = re.compile(
    r"^https://(?:pypi\.org|download\.pytorch\.org|pypi\.nvidia\.com|pypi\.ngc\.nvidia\.com|data\.pyg\.org|wheels\.vllm\.ai"
    r"|storage\.googleapis\.com/(?:jax-releases|libtpu)|flashinfer\.ai|conda\.anaconda\.org|test\.pypi\.org)(?:/|$)"
)
# Those to which only their owners publish.
CURATED = re.compile(r"(?!https://(?:test\.pypi\.org|conda\.anaconda\.org)(?:/|$))" + PUBLIC.pattern.removeprefix("^"))
PYPI_HOSTS = frozenset({"pypi.org", "www.pypi.org", "pypi.python.org", "files.pythonhosted.org"})
SOURCES = frozenset({"index-url", "extra-index-url", "explicit-index", "find-links"})
NAME = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,212}[a-z0-9])?")


def shown(url: str) -> str:
    """An index's URL without credentials, for messages."""
    return on_one_line(re.sub(r"(?<=//)[^/@]*@", "", url[:1000]), 200)


def on_one_line(text: str, characters: int) -> str:
    """Text of others, cut, so that it cannot look like more than it is."""
    return " ".join("".join(c if c.isprintable() else " " for c in text[:characters]).split())


def same_index(url: str, asked: str) -> bool:
    """Whether a file from `url` is one that the asked index should list.

    The asked index stands for PyPI: as with installers, `index_url` replaces it.
    """
    there, here = _place(url), _place(asked)
    return there[0] in PYPI_HOSTS or there == here


def _place(url: str) -> tuple[str, str]:
    try:
        parts = urlsplit(url)
        port = f":{parts.port}" if parts.port else ""
        return f"{(parts.hostname or '').lower()}{port}", parts.path.rstrip("/").removesuffix("/simple")
    except ValueError:
        return "", url


def other_index(pin: Pin, asked: str) -> str:
    """The index that a lock names for a pin, if it is another one than was asked."""
    return pin.location if pin.location and not same_index(pin.location, asked) else ""


def other_sources(file: PinFile, asked: str) -> Iterator[str]:
    """Further places in which an installer that obeys the file looks, in their order."""
    for option in file.options:
        if option.name in SOURCES and option.value and not same_index(option.value, asked):
            yield option.value


def askable(pin: Pin) -> bool:
    """Whether an index of Python packages can be asked about it."""
    return pin.ecosystem == "PyPI" and pin.source == "index" and NAME.fullmatch(pin.name) is not None
