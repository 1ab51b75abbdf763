"""`pratique rules`: what is looked for, and in which formats."""

from __future__ import annotations

import argparse
import json

from pratique.inspections.index import RULES


def run(words: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="pratique rules", description="List the rules, or the formats.")
    parser.add_argument("--formats", action="store_true", help="list the formats that are read")
    parser.add_argument("--format", choices=("text", "json"), default="text")
    options = parser.parse_args(words)
    rows = _formats() if options.formats else _rules()
    if options.format == "json":
        print(json.dumps(rows, indent=2))
        return 0
    for row in rows:
        print(
            "  ".join(str(value).ljust(width) for value, width in zip(row.values(), (34, 9, 0), strict=True)).rstrip()
        )
    print(f"\n{len(rows)} {'formats' if options.formats else 'rules'}; `pratique explain ID` explains one")
    return 0


def _rules() -> list[dict[str, str]]:
    from pratique.engine.plan import load

    return [{"id": e.id, "severity": e.severity, "title": load(e.module).title} for e in RULES]


def _formats() -> list[dict[str, str]]:
    from pratique.formats.identify import load
    from pratique.formats.index import FORMATS

    return [{"id": e.id, "kind": e.kind, "title": load(e.id).title} for e in FORMATS]
