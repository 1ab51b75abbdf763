"""`pratique explain WHAT`: the page of a rule, a format, a gap kind or a builtin policy."""

from __future__ import annotations

import argparse
import textwrap
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

from pratique.domain.errors import UsageError
from pratique.domain.report import GAP_KINDS
from pratique.formats.index import FORMATS
from pratique.inspections.index import RULES
from pratique.policy import parse


def run(words: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="pratique explain", description="Explain a rule, format, gap kind or policy.")
    parser.add_argument("what", metavar="RULE|FORMAT|GAP|POLICY")
    what = parser.parse_args(words).what
    print("\n".join(_page(what)))
    return 0


def _page(what: str) -> Iterator[str]:
    rules = {entry.id: entry for entry in RULES}
    short = {id_.partition("/")[2]: id_ for id_ in rules}
    formats = {entry.id for entry in FORMATS}
    if what in rules or what in short:
        yield from _rule_page(rules[what if what in rules else short[what]].module)
    elif what in formats:
        yield from _format_page(what)
    elif what in GAP_KINDS:
        yield f"gap {what}: {GAP_KINDS[what]}"
        yield "A gap is something that was not seen. Under `balanced` it is held; a policy can allow it by kind."
    elif what in parse.BUILTIN:
        yield (Path(parse.__file__).parent / "builtin" / f"{what}.toml").read_text("utf-8").rstrip()
    else:
        known = (*rules, *formats, *GAP_KINDS, *parse.BUILTIN)
        near = parse.nearest(what, known) or parse.nearest(what, tuple(short))
        raise UsageError(f"nothing is named {what!r}{near} (`pratique rules` lists the rules)")


def _rule_page(module: str) -> Iterator[str]:
    from pratique.engine.plan import load

    rule = load(module)
    yield f"{rule.id}  ({rule.severity.name}, version {rule.version})"
    yield ""
    yield textwrap.dedent("    " + rule.page.strip()).strip()
    yield ""
    yield "## What to do"
    yield rule.remedy
    if rule.references:
        yield ""
        yield "Identifiers: " + ", ".join(rule.references)


def _format_page(id_: str) -> Iterator[str]:
    from pratique.formats.identify import load

    format_ = load(id_)
    yield f"{format_.id}: {format_.title} ({format_.kind.value})"
    yield f"Opening it executes: {format_.opens_with or 'nothing by itself'}"
    if format_.extensions:
        yield "Names that claim it: " + ", ".join(format_.extensions)
    yield ""
    yield (import_module(format_.read.__module__).__doc__ or "").strip()
