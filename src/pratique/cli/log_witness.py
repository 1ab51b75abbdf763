"""`pratique log witness request|cosign|add|submit`: cosignatures, by file or over HTTPS (https://c2sp.org/tlog-witness)."""

from __future__ import annotations

import argparse
import sys
from functools import partial
from typing import TYPE_CHECKING, Any

from pratique.domain.errors import TamperedError, UnavailableError
from pratique.ledger import files, note
from pratique.ledger.note import MAX_NOTE_BYTES

if TYPE_CHECKING:
    from pratique.cli.log import Place
    from pratique.ledger.checkpoint import Signed
    from pratique.ledger.log import Log
    from pratique.ledger.witness import Request

MAX_ANSWER_BYTES = 1 << 16
_OK, _CONFLICT = 200, 409


def add_to(add: Any, **kept: Any) -> None:
    witness = add("witness", help="ask for cosignatures, give one, and keep them")
    actions = witness.add_subparsers(prog="pratique log witness", required=True, metavar="request|cosign|add|submit")
    action = partial(actions.add_parser, **kept)

    request = action("request", help="write what a witness needs to see")
    request.add_argument("--old", type=int, default=0, metavar="N", help="the size that the witness last cosigned")
    request.set_defaults(act=_request)
    cosign = action("cosign", help="as a witness: check a request, remember it, and print a cosignature")
    cosign.add_argument("request", metavar="REQUEST")
    cosign.add_argument("--signing-key", required=True, metavar="FILE", help="from `pratique log key --witness`")
    cosign.add_argument("--memory", required=True, metavar="FOLDER", help="what was cosigned before; must not be lost")
    cosign.set_defaults(act=_cosign)
    attach = action("add", help="as the log: keep cosignatures")
    attach.add_argument("cosignatures", metavar="FILE", help="what the witness answered")
    attach.add_argument("request", metavar="REQUEST", help="what it was asked")
    attach.add_argument(
        "--witness", action="append", required=True, metavar="VKEY", help="a trusted witness: key or file"
    )
    attach.set_defaults(act=_attach)
    submit = action("submit", help="as the log: ask a witness over HTTPS and keep its cosignature")
    submit.add_argument("url", metavar="URL", help="the witness's submission prefix")
    submit.add_argument(
        "--witness", action="append", required=True, metavar="VKEY", help="its key, or a file that holds it"
    )
    submit.set_defaults(act=_submit)


def _request(options: argparse.Namespace, place: Place) -> None:
    sys.stdout.write(bytes(_made(place.open(), options.old)).decode())


def _cosign(options: argparse.Namespace, place: Place) -> None:
    from pratique.cli.log import verifier
    from pratique.ledger.witness import Witness

    key = note.parse_signer(files.read_file(options.signing_key, MAX_NOTE_BYTES).decode("utf-8", "replace"))
    witness = Witness(key, (verifier(place.key),), options.memory)
    sys.stdout.write(witness.cosign(files.read_file(options.request, MAX_NOTE_BYTES)))


def _attach(options: argparse.Namespace, place: Place) -> None:
    from pratique.ledger.witness import parse

    request = parse(files.read_file(options.request, MAX_NOTE_BYTES))
    _keep(options, place.open(), request, files.read_file(options.cosignatures, MAX_ANSWER_BYTES))


def _submit(options: argparse.Namespace, place: Place) -> None:
    """(1) Start from the last checkpoint that was cosigned; (2) where the witness is at another size, start from there, once."""
    log = place.open()
    kept = log.kept()
    request = _made(log, kept[-1].checkpoint.size if kept else 0)  # (1)
    status, answer = _post(options.url, request)
    if status == _CONFLICT:  # (2)
        request = _made(log, _size(options.url, answer, log))
        status, answer = _post(options.url, request)
    if status == _CONFLICT:
        raise TamperedError(f"{options.url} knows another tree of the same size: the log was forked")
    if status != _OK:
        raise UnavailableError(f"{options.url} answered {status}: {answer[:200].decode('utf-8', 'replace').strip()}")
    _keep(options, log, request, answer)


def _made(log: Log, old: int) -> Request:
    from pratique.ledger.witness import Request

    path, signed = log.consistency(old)
    return Request(old, path, signed.note)


def _size(url: str, answer: bytes, log: Log) -> int:
    text = answer.decode("ascii", "replace").strip()
    if not text.isdecimal() or len(text) > 19:
        raise UnavailableError(f"{url} answered a conflict without the size that it knows")
    if int(text) > log.current().checkpoint.size:
        raise TamperedError(
            f"{url} has cosigned a tree of {text} entries, which this log does not have: it was rolled back"
        )
    return int(text)


def _post(url: str, request: Request) -> tuple[int, bytes]:
    from pratique.sources.http import post

    return post(f"{url.rstrip('/')}/add-checkpoint", bytes(request), MAX_ANSWER_BYTES)


def _keep(options: argparse.Namespace, log: Log, request: Request, answer: bytes) -> None:
    from pratique.cli.log import verifier
    from pratique.ledger.checkpoint import parse

    signatures = note.parse_signatures(answer.decode("utf-8", "replace"))
    size = parse(request.note.text).size
    cosigned: Signed = log.attach(size, signatures, tuple(map(verifier, options.witness)))
    names = ", ".join(witness.name for witness, _ in cosigned.witnesses)
    print(f"the checkpoint of {size} entries is cosigned by {names}")
