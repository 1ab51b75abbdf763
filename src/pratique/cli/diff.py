"""`pratique diff BEFORE AFTER`: what a release has that the one before had not, and the verdict on that."""

from __future__ import annotations

import argparse
import os
import sys
from functools import partial

from pratique import wiring
from pratique.cli import settings as configuration
from pratique.cli.inspect import FORMATS, opened
from pratique.cli.main import ADMITTED, NOT_ADMITTED
from pratique.domain.errors import UsageError
from pratique.domain.verdict import Decision
from pratique.policy import parse


def run(words: list[str]) -> int:
    options = _parser().parse_args(words)
    chosen = configuration.load([options.before, options.after], os.environ)
    if chosen.ignored:
        print(f"pratique: {chosen.ignored} lies inside what is compared and is not obeyed", file=sys.stderr)
    format_ = options.format or chosen.format
    if format_ not in FORMATS:
        raise UsageError(f"format must be one of {', '.join(FORMATS)}, not {format_!r}")
    found = wiring.compare(
        _reference(options.before),
        _reference(options.after),
        policy=parse.load(options.policy or chosen.policy),
        limits=configuration.limits_of(chosen),
        index_url=options.index_url or chosen.index_url,
        ask_index=chosen.ask_index,
        cooldown_days=chosen.cooldown_days,
    )
    with opened(options.output, stream=format_ == "jsonl") as out:
        from pratique.cli.output import writer

        writer(format_)(iter([found.document]), out)
    return ADMITTED if found.verdict.decision is Decision.ADMIT else NOT_ADMITTED


def _reference(text: str) -> str:
    """`NAME==VERSION` stands for `pypi:NAME==VERSION`, unless there is such a file."""
    release = "==" in text and "/" not in text and ":" not in text
    return f"pypi:{text}" if release and not os.path.lexists(text) else text


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="pratique diff",
        formatter_class=partial(argparse.HelpFormatter, max_help_position=28, width=100),
        description="Say what AFTER has that BEFORE had not: calls, code that runs by itself, machine code, hosts, metadata, and "
        "every finding that is new. Both are files, folders, or releases (pypi:NAME==VERSION, or NAME==VERSION).",
        epilog="Exit codes: 0 what is new is admitted; 1 held or refused; 2 usage; 3 could not be completed.",
    )
    parser.add_argument("before", metavar="BEFORE")
    parser.add_argument("after", metavar="AFTER")
    parser.add_argument(
        "--policy", metavar="NAME|FILE", help="strict, balanced (default), research, or a policy document"
    )
    parser.add_argument("--format", metavar="FORMAT", help=", ".join(FORMATS))
    parser.add_argument("--output", "-o", metavar="FILE", help="write there instead of standard output")
    parser.add_argument("--index-url", metavar="URL", help="the package index of releases")
    return parser
