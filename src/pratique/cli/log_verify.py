"""`pratique log verify`: the whole log, or proofs that need no log."""

from __future__ import annotations

import argparse
import hashlib
import os
from typing import TYPE_CHECKING, Any

from pratique.domain.errors import PratiqueError, TamperedError, UsageError
from pratique.ledger import checkpoint as checkpoints
from pratique.ledger import files
from pratique.ledger.note import MAX_NOTE_BYTES

if TYPE_CHECKING:
    from pratique.cli.log import Place
    from pratique.ledger.audit import Audit
    from pratique.ledger.checkpoint import Checkpoint
    from pratique.ledger.log import Log
    from pratique.ledger.note import VerifierKey


def add_to(add: Any) -> None:
    verify = add("verify", help="check the whole log, or a proof offline")
    verify.add_argument("proof", nargs="*", metavar="PROOF", help="files of `pratique log prove`; none: the whole log")
    verify.add_argument("--statement", metavar="FILE", help="what the one PROOF must be about")
    verify.add_argument("--digest", metavar="HEX", help="the same, as the SHA-256 of the statement")
    verify.add_argument(
        "--against", action="append", default=[], metavar="FILE", help="a checkpoint that must be part of the log"
    )
    verify.add_argument(
        "--remember", metavar="FILE", help="as --against, and replaced by the new checkpoint afterwards"
    )
    verify.add_argument("--witness", action="append", default=[], metavar="VKEY", help="a trusted witness: key or file")
    verify.add_argument(
        "--quorum", type=int, metavar="N", help="how many witnesses must have cosigned (default: all given)"
    )
    verify.set_defaults(act=_verify)


def _verify(options: argparse.Namespace, place: Place) -> None:
    from pratique.cli.log import verifier

    witnesses = tuple(map(verifier, options.witness))
    quorum = len(witnesses) if options.quorum is None else options.quorum
    if not 0 <= quorum <= len(witnesses):
        raise UsageError(f"--quorum takes a number from 0 to {len(witnesses)}, the number of --witness keys")
    if options.proof:
        _verify_proofs(options, verifier(place.key), witnesses, quorum)
    elif options.statement or options.digest:
        raise UsageError("--statement and --digest go with one PROOF")
    else:
        _verify_log(options, place, witnesses, quorum)


def _verify_proofs(
    options: argparse.Namespace, log: VerifierKey, witnesses: tuple[VerifierKey, ...], quorum: int
) -> None:
    from pratique.ledger import proof_bundle

    expected = _expected(options)
    for path in options.proof:
        try:
            bundle = proof_bundle.parse(files.read_file(path, MAX_NOTE_BYTES))
            proven = proof_bundle.verify(bundle, log, expected, witnesses, quorum)
        except TamperedError as error:
            raise TamperedError(f"{path}: {error}") from None
        checkpoint = proven.signed.checkpoint
        print(f"{path}: {proven.entry.hex()} is entry {proven.index} of {checkpoint.size} in {checkpoint.origin}")
        _print_witnesses(proven.signed.witnesses)


def _expected(options: argparse.Namespace) -> bytes | None:
    from pratique.cli.log import MAX_STATEMENT_BYTES

    if (options.statement or options.digest) and len(options.proof) != 1:
        raise UsageError("--statement and --digest go with one PROOF")
    digests = []
    if options.statement:
        digests.append(hashlib.sha256(files.read_file(options.statement, MAX_STATEMENT_BYTES)).digest())
    if options.digest:
        if len(options.digest) != 64 or not set(options.digest.lower()) <= set("0123456789abcdef"):
            raise UsageError("--digest takes 64 hexadecimal digits")
        digests.append(bytes.fromhex(options.digest))
    if len(set(digests)) > 1:
        raise TamperedError(f"{options.statement} does not have the digest {options.digest}")
    return digests[0] if digests else None


def _verify_log(options: argparse.Namespace, place: Place, witnesses: tuple[VerifierKey, ...], quorum: int) -> None:
    from pratique.cli.log import verifier
    from pratique.ledger.audit import audit

    remembered = _remembered(options, verifier(place.key))
    try:
        log = place.open()
    except UsageError as error:
        if not remembered:
            raise
        size = max(checkpoint.size for checkpoint in remembered)
        raise TamperedError(f"the log is gone ({error}), and a checkpoint of {size} entries is known") from None
    found = audit(log, remembered)
    print(f"{found.signed.checkpoint.origin}: {found.entries} entries in {found.tiles} tiles lead to the signed root")
    print(f"known checkpoints that it extends: {found.remembered} remembered, {found.cosigned} cosigned")
    print(f"records that say what was logged: {_check_records(log, found)} of {found.entries}")
    if witnesses:
        kept = log.kept()
        if not kept:
            raise TamperedError("no checkpoint of the log is cosigned")
        signed = checkpoints.open_note(kept[-1].note, log.key, witnesses, quorum)
        print(f"cosigned up to entry {signed.checkpoint.size}")
        _print_witnesses(signed.witnesses)
    if options.remember:
        files.replace_file(options.remember, bytes(found.signed.note))


def _remembered(options: argparse.Namespace, key: VerifierKey) -> list[Checkpoint]:
    """The checkpoints that were given, each signed by the log. What to `--remember` need not exist the first time."""
    names = list(options.against)
    if options.remember and os.path.exists(options.remember):
        names.append(options.remember)
    found = []
    for name in names:
        try:
            found.append(checkpoints.open_note(files.read_file(name, MAX_NOTE_BYTES), key).checkpoint)
        except PratiqueError as error:
            raise type(error)(f"the remembered checkpoint {name}: {error}") from None
    return found


def _check_records(log: Log, found: Audit) -> int:
    from pratique.flow.recorded import check_record
    from pratique.store.records import Records

    count = 0
    for record in Records(log.database).records():
        if record.entry >= log.current().checkpoint.size:
            raise TamperedError(f"a record is of entry {record.entry}, and the log has {found.entries}")
        check_record(record, log.stored_entry(record.entry))
        count += 1
    return count


def _print_witnesses(witnesses: tuple[tuple[VerifierKey, int], ...]) -> None:
    from datetime import datetime, timezone

    for witness, seconds in witnesses:
        try:
            at = datetime.fromtimestamp(seconds, timezone.utc).isoformat()
        except (OverflowError, ValueError, OSError):
            at = f"{seconds} seconds after 1970"
        print(f"  cosigned by {witness.name} at {at}")
