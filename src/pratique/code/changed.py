"""What a release has that the one before had not: modules that changed, and the call sites and hosts that are new in them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from pratique.code import calls, sensitive
from pratique.code.calls import Site
from pratique.code.package import Module, Package
from pratique.code.places import Places

MAX_MODULES = 4000
HOST = re.compile(r"(?:https?|wss?|ftp)://([A-Za-z0-9][A-Za-z0-9.-]*\.[A-Za-z]{2,}|\d{1,3}(?:\.\d{1,3}){3})")
_SPACES = re.compile(r"\s+")


def changed_modules(before: Package, after: Package) -> Iterator[tuple[Module, Module | None]]:
    """Modules whose source is not in the release before, with the one that stood at their path. Moved files are no change."""
    places = Places(before.modules, set().union(*before.dropped.values()))
    for count, module in enumerate(m for m in after.modules if not m.aside):
        if count >= MAX_MODULES:
            after.skipped += 1
            return
        if not places.holds(module):
            yield module, places.counterpart(module)


def new_sites(module: Module, old: Module | None) -> Iterator[Site]:
    """Call sites that reach outside of the program and were not in the module before. A call that only moved is not new."""
    there = Counter(_key(site) for site in calls.read(old.source).sites) if old is not None else Counter()
    for site in calls.read(module.source).sites:
        if there[_key(site)] > 0:
            there[_key(site)] -= 1
        elif reaches_out(site.name):
            yield site


def _key(site: Site) -> tuple[str, str]:
    """A call without what formatters change: spaces, the kind of quotes, trailing commas."""
    text = _SPACES.sub("", site.text).replace("'", '"')
    return site.name, re.sub(r",([)\]}])", r"\1", text)


def reaches_out(name: str) -> bool:
    """Whether a callable executes, starts, fetches, sends or decodes."""
    return (
        name in sensitive.EXECUTE
        or name in sensitive.DECODERS
        or name in sensitive.UNMARSHALLERS
        or name in sensitive.FETCH_TO_FILE
        or name in sensitive.KEYRING
        or sensitive.is_process(name)
        or sensitive.is_fetch(name)
        or sensitive.is_send(name)
    )


def hosts(package: Package) -> dict[str, tuple[Module, int]]:
    """Hosts that stand in the sources, with the first module and line that names each."""
    found: dict[str, tuple[Module, int]] = {}
    for module in package.modules[:MAX_MODULES]:
        if module.aside:
            continue
        source = module.source
        for match in HOST.finditer(source):
            host = match[1].lower()
            if host not in found:
                found[host] = (module, source.count("\n", 0, match.start()) + 1)
    return found
