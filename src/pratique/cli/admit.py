"""`pratique admit TARGET`: the whole way, from quarantine to the record and the shelf."""

from __future__ import annotations

import argparse
import os
import sys
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from pratique.cli import settings as configuration
from pratique.cli.main import ADMITTED, NOT_ADMITTED
from pratique.domain.errors import TamperedError
from pratique.domain.held import Reference
from pratique.store.intel import home

if TYPE_CHECKING:
    from pratique.admission import Admission
    from pratique.attest.dsse import PrivateKey

SIGNING_KEY = "signing.key"  # below the user's data folder


def run(words: list[str]) -> int:
    options = _parser().parse_args(words)
    chosen = configuration.load([options.target], os.environ)
    if chosen.ignored:
        print(f"pratique: {chosen.ignored} lies inside what is inspected and is not obeyed", file=sys.stderr)
    from pratique.admission import Installation, admit
    from pratique.policy import parse, waivers

    accepted = tuple(w for name in (*chosen.waivers, *options.waivers) for w in waivers.load(name))
    policy = parse.load(options.policy or chosen.policy)
    policy = replace(policy, waivers=(*policy.waivers, *accepted))
    try:
        made = admit(
            Reference(options.target, options.sha256),
            policy,
            _key(options),
            Installation(options.store or chosen.store, chosen.log_key, options.log_secret or ""),
            shelf=options.shelf,
            limits=configuration.limits_of(chosen),
            disabled_rules=chosen.disable,
            vex=chosen.vex,
            advisory_days=chosen.advisory_days,
            index_url=chosen.index_url,
            ask_index=chosen.ask_index,
            cooldown_days=chosen.cooldown_days,
        )
    except TamperedError as error:
        print(f"pratique: verification failed: {error}", file=sys.stderr)
        return NOT_ADMITTED
    _tell(made, options.format)
    return ADMITTED if made.path is not None else NOT_ADMITTED


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="pratique admit",
        formatter_class=partial(argparse.HelpFormatter, max_help_position=28, width=100),
        description="Inspect TARGET, judge it, sign and log the verdict, and admit it if the verdict is ADMIT. With --shelf, a "
        "copy is inspected in quarantine and moved onto the shelf under its digest; without, TARGET stays where it lies.",
        epilog="Exit codes: 0 admitted; 1 held or refused, and recorded as that; 2 usage; 3 could not be completed.",
    )
    add = parser.add_argument
    add("target", metavar="TARGET", help="a file or folder")
    add("--shelf", metavar="DIR", help="where admitted artifacts stand")
    add("--policy", metavar="NAME|FILE", help="strict, balanced (default), research, or a policy document")
    add("--waivers", action="append", default=[], metavar="FILE", help="accepted findings (TOML), may be repeated")
    add("--sha256", metavar="HEX", help="the digest that a single file must have")
    add("--key", metavar="PEM", help="signs the statement (default: signing.key in the data folder, made on first use)")
    add("--password-file", metavar="FILE", help="the key's password, in the file's first line")
    add("--store", metavar="URL", help="a path or postgresql://… (default: store.db in the data folder)")
    add("--log-secret", metavar="FILE", help="the log's signing key (default: log.key in the data folder)")
    add("--format", choices=("text", "json"), default="text")
    return parser


def _key(options: argparse.Namespace) -> PrivateKey:
    from pratique.attest import keys
    from pratique.cli.sign import password

    path = options.key or os.path.join(home(os.environ), SIGNING_KEY)
    if options.key is None and not os.path.exists(path):
        os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
        public = keys.save(keys.generate("ed25519"), path, None)
        print(f"pratique: made a signing key, {path} (keep it secret); others check with {public}", file=sys.stderr)
    return keys.load_private(path, password(options.password_file))


def _tell(made: Admission, format_: str) -> None:
    from pratique.flow.document import dumps, inspection_document

    document = inspection_document(made.report, made.verdict)
    if format_ == "json":
        receipt = {
            "log": made.log,
            "entry": made.receipt.entry,
            "tree_size": made.receipt.proof.size,
            "path": made.path,
        }
        print(dumps({**document, "receipt": receipt}))
        return
    from pratique.cli.output.text import write

    write(iter([document]), sys.stdout)
    print(f"  recorded   entry {made.receipt.entry} of the log {made.log}")
    if made.path is not None:
        print(f"  admitted   {made.path}")
