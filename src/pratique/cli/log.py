"""`pratique log create|key|show|prove|verify|export|witness`: the tamper-evident log of verdicts."""

from __future__ import annotations

import argparse
import json
import os
import sys
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, Any

from pratique.cli import settings as configuration
from pratique.cli.main import ADMITTED, NOT_ADMITTED
from pratique.domain.errors import TamperedError, UsageError
from pratique.ledger import files, note
from pratique.ledger.note import MAX_NOTE_BYTES
from pratique.store.database import default_path, open_database
from pratique.store.intel import home

if TYPE_CHECKING:
    from pratique.domain.ports import Database
    from pratique.domain.record import Record
    from pratique.ledger.checkpoint import Signed
    from pratique.ledger.log import Log
    from pratique.ledger.note import VerifierKey

MAX_STATEMENT_BYTES = 1 << 30
SIGNING_KEY, VERIFIER_KEY = "log.key", "log.vkey"  # below the user's data folder


@dataclass(frozen=True, slots=True)
class Place:
    """Where the log of this run is, and the key that it must be signed with."""

    store: str
    key: str
    closing: ExitStack

    def open(self) -> Log:
        from pratique.ledger.log import Log

        key = verifier(self.key)  # before the store, so that a missing store is told from a bad key
        return Log(self.database(), key)

    def database(self, create: bool = False) -> Database:
        database = open_database(self.store, create)
        self.closing.callback(database.close)
        return database


def run(words: list[str]) -> int:
    """0 when all is well, 1 when a verification fails: something is not what was signed."""
    options = _parser().parse_args(words)
    chosen = configuration.load([], os.environ)
    folder = home(os.environ)
    store = options.store or chosen.store or default_path(folder)
    key = options.key or chosen.log_key or os.path.join(folder, VERIFIER_KEY)
    try:
        with ExitStack() as closing:
            options.act(options, Place(store, key, closing))
    except TamperedError as error:
        print(f"pratique: verification failed: {error}", file=sys.stderr)
        return NOT_ADMITTED
    return ADMITTED


def _parser() -> argparse.ArgumentParser:
    from pratique.cli import log_verify, log_witness

    formatter = partial(
        argparse.HelpFormatter, max_help_position=28, width=100
    )  # a given width spares the import of shutil
    shared = argparse.ArgumentParser(add_help=False, formatter_class=formatter)
    shared.add_argument(
        "--store", metavar="URL", help="a path or postgresql://… (default: store.db in the data folder)"
    )
    shared.add_argument(
        "--key", metavar="VKEY", help="the log's verifier key, or a file that holds it (default: log.vkey)"
    )
    parser = argparse.ArgumentParser(prog="pratique log", description=__doc__, formatter_class=formatter)
    actions = parser.add_subparsers(
        prog="pratique log", required=True, metavar="create|key|show|prove|verify|export|witness"
    )
    add = partial(actions.add_parser, parents=[shared], formatter_class=formatter)

    create = add("create", help="begin a log, and make its key unless there is one")
    create.add_argument(
        "name", metavar="NAME", help="the log's origin, best a URL without scheme: example.com/pratique"
    )
    create.set_defaults(act=_create)
    key = add("key", help="make a key")
    key.add_argument("name", metavar="NAME")
    key.add_argument("--output", "-o", required=True, metavar="FILE", help="where the signing key goes")
    key.add_argument("--witness", action="store_true", help="for cosignatures")
    key.set_defaults(act=_make_key)
    show = add("show", help="the signed state, and the last entries or one of them")
    show.add_argument(
        "entry", nargs="?", metavar="ENTRY", help="an index, the digest of a statement, or an artifact id"
    )
    show.add_argument("--last", type=int, default=10, metavar="N", help="how many entries (default 10)")
    show.add_argument("--format", choices=("text", "json"), default="text")
    show.set_defaults(act=_show)
    prove = add("prove", help="write a proof that anybody can check offline")
    prove.add_argument("entry", metavar="ENTRY", help="an index, the digest of a statement, or an artifact id")
    prove.add_argument("--output", "-o", metavar="FILE", help="write there instead of standard output")
    prove.set_defaults(act=_prove)
    export = add("export", help="write the log as static files (C2SP tlog-tiles)")
    export.add_argument("folder", metavar="FOLDER")
    export.set_defaults(act=_export)
    log_verify.add_to(add)
    log_witness.add_to(add, parents=[shared], formatter_class=formatter)
    return parser


def _create(options: argparse.Namespace, place: Place) -> None:
    from pratique.ledger.log import create

    folder = home(os.environ)
    secret, public = os.path.join(folder, SIGNING_KEY), os.path.join(folder, VERIFIER_KEY)
    if not os.path.exists(secret):
        files.write_secret(secret, note.generate(options.name).text() + "\n")
    signer = note.parse_signer(files.read_file(secret, MAX_NOTE_BYTES).decode("utf-8", "replace"))
    if signer.verifier.name != options.name:
        raise UsageError(f"{secret} is the key of {signer.verifier.name}, not of {options.name}")
    files.replace_file(public, f"{signer.verifier}\n".encode())
    log = create(place.database(create=True), signer)
    print(f"a log begins in {log.database.place}")
    print(f"verifier key    {signer.verifier}")
    print(f"signing key     {secret}: keep it secret, and keep a copy")


def _make_key(options: argparse.Namespace, place: Place) -> None:
    key = note.generate(options.name, note.COSIGNATURE if options.witness else note.ED25519)
    files.write_secret(options.output, key.text() + "\n")
    print(key.verifier)


def _show(options: argparse.Namespace, place: Place) -> None:
    log = place.open()
    signed = log.current()
    size = signed.checkpoint.size
    if options.entry is None:
        indexes = range(max(0, size - max(options.last, 0)), size)
    else:
        index = locate(log, options.entry)
        indexes = range(index, index + 1)
    entries = [_entry(log, index) for index in indexes]
    if options.format == "json":
        print(json.dumps({"log": state(signed), "entries": entries}, indent=2))
        return
    print("\n".join(f"{name:<11}{value}" for name, value in state(signed).items()))
    for entry in entries:
        print(f"{entry['index']:>6}  {entry['digest']}  {entry.get('recorded_at', 'no record')}")
        if "decision" in entry:
            print(
                f"        {entry['decision']}  {entry['reference']}  by policy {entry['policy']}  {entry['artifact'][:16]}…"
            )


def _prove(options: argparse.Namespace, place: Place) -> None:
    log = place.open()
    proof = bytes(log.bundle(locate(log, options.entry)))
    if options.output:
        files.replace_file(options.output, proof)
    else:
        sys.stdout.write(proof.decode())


def _export(options: argparse.Namespace, place: Place) -> None:
    from pratique.ledger.audit import audit

    log = place.open()
    audit(log)  # what is published is whole
    count = files.export(log, options.folder)
    print(f"{options.folder}: {count} tiles and the checkpoint")


def state(signed: Signed) -> dict[str, Any]:
    """What a checkpoint says, for people."""
    checkpoint = signed.checkpoint
    return {"origin": checkpoint.origin, "entries": checkpoint.size, "root": checkpoint.root.hex()}


def locate(log: Log, text: str) -> int:
    """The index that an index, the digest of a statement, or an artifact id stands for."""
    if text.isascii() and text.isdecimal() and len(text) < 20:
        return int(text)
    if len(text) == 64 and set(text) <= set("0123456789abcdef"):
        found = log.find(bytes.fromhex(text))
        if found:
            return found[-1]
        from pratique.store.records import Records

        record = Records(log.database).latest(text)
        if record is not None:
            return record.entry
        raise UsageError(f"the log holds neither the digest nor the artifact {text}")
    raise UsageError(f"{text[:80]!r} is neither an index nor 64 hexadecimal digits")


def verifier(text: str) -> VerifierKey:
    """A verifier key, or the one in the file of this name."""
    if "+" in text and not os.path.exists(text):
        return note.parse_verifier(text)
    return note.parse_verifier(files.read_file(text, MAX_NOTE_BYTES).decode("utf-8", "replace"))


def _entry(log: Log, index: int) -> dict[str, Any]:
    from pratique.store.records import Records

    document: dict[str, Any] = {"index": index, "digest": log.entry(index).hex()}
    record = next(islice(Records(log.database).records(index - 1), 1), None)
    return document | (_summary(record) if record is not None and record.entry == index else {})


def _summary(record: Record) -> dict[str, Any]:
    return {
        "recorded_at": record.recorded_at,
        "decision": record.decision.value,
        "reference": record.reference,
        "policy": record.policy,
        "policy_digest": record.policy_digest,
        "artifact": record.artifact,
    }
