"""`pratique verify TARGET`: is this what was signed, by whom, and if not, what differs.

Exit codes: 0 it is; 1 the signature, the attestation or the model is not; 2 usage; 3 it could not be completed.
"""

from __future__ import annotations

import argparse
import os
import sys
from functools import partial
from typing import TYPE_CHECKING, Any

from pratique.attest import keys, trust
from pratique.cli.main import ADMITTED, INCOMPLETE, NOT_ADMITTED
from pratique.cli.sign import default_output
from pratique.domain.errors import TamperedError, UsageError

if TYPE_CHECKING:
    from pratique.attest.model import Authority, Verification

SHOWN_CHANGES = 100


def run(words: list[str]) -> int:
    options = _parser().parse_args(words)
    target = options.target.rstrip("/") or "/"
    if not os.path.exists(target):
        raise UsageError(f"{target}: no such file or folder")
    path = options.attestation or options.signature or default_output(target)
    from pratique.attest.bundle import MAX_BUNDLE_BYTES

    data = keys.read(path, MAX_BUNDLE_BYTES)
    authority = _authority(options)
    try:
        document = _document(target, path, data, authority, options)
    except TamperedError as error:
        document = {"verified": False, "target": target, "signature": path, "error": str(error)}
    if options.format == "json":
        import json

        print(json.dumps(document, indent=2, sort_keys=True))
    else:
        _show(document)
    return _code(document)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="pratique verify",
        formatter_class=partial(argparse.HelpFormatter, max_help_position=28, width=100),
        description="Check a model against its signature: who signed, and which files differ, were added, removed or renamed. "
        "Only signers that are named here or, if none is, in the trust file count.",
        epilog="Exit codes: 0 it is what was signed; 1 it is not; 2 usage; 3 could not be completed.",
    )
    add = parser.add_argument
    add("target", metavar="TARGET")
    add("--signature", "-s", metavar="FILE", help="the bundle (default: TARGET/model.sig or TARGET.sig)")
    add("--attestation", metavar="FILE", help="check this attestation about TARGET instead")
    add("--type", metavar="TYPE", help="the predicate type that the attestation must have")
    add("--key", action="append", default=[], metavar="PEM", help="a public key to trust, may be repeated")
    add("--root", action="append", default=[], metavar="PEM", help="a root certificate to trust, may be repeated")
    add("--identity", metavar="WHO", help="a keyless signer to trust")
    add("--issuer", metavar="URL", help="the OpenID Connect issuer of --identity")
    add("--trust", metavar="FILE", help="the trust file (default: $PRATIQUE_TRUST or that of `pratique keys`)")
    add("--sigstore-root", metavar="FILE", help="trusted_root.json of a Sigstore instance")
    add("--offline", action="store_true", help="do not refresh Sigstore's root of trust")
    add("--allow-expired", action="store_true", help="accept a certificate that was valid once")
    add("--sha256", action="store_true", help="read by SHA-256 even where the faster BLAKE3 digests are signed too")
    add("--strict", action="store_true", help="refuse files that the signature does not cover")
    add("--format", choices=("text", "json"), default="text")
    return parser


def _authority(options: argparse.Namespace) -> Authority:
    """What is named on the command line, or else the trust file; what that revokes is never accepted."""
    from pratique.attest.keyless import SigstoreTrust
    from pratique.attest.model import Authority

    named_file = options.trust or os.environ.get("PRATIQUE_TRUST")
    if named_file and not os.path.exists(named_file):  # without it, what it revokes would be accepted
        raise UsageError(f"{named_file}: no such file")
    kept = trust.load(named_file or trust.path_in(os.environ))
    if (options.identity is None) != (options.issuer is None):
        raise UsageError("--identity and --issuer go together")
    if options.key or options.root or options.identity:
        named = trust.Trust(revoked=kept.revoked)
        for path in options.key:
            named = _named_key(named, path)
        for path in options.root:
            from pratique.attest import certificates

            for certificate in certificates.load(keys.read(path), path):
                named = named.with_root(certificate, path)
        if options.identity:
            named = named.with_identity(trust.Identity(options.identity, options.issuer))
        kept = named
    return Authority(kept, options.allow_expired, SigstoreTrust(options.sigstore_root, options.offline))


def _named_key(named: trust.Trust, path: str) -> trust.Trust:
    try:
        return named.with_key(keys.load_public(path), path)
    except TamperedError as error:
        raise UsageError(f"{path}: {error}") from None


def _document(target: str, path: str, data: bytes, authority: Authority, options: argparse.Namespace) -> dict[str, Any]:
    head = {"target": target, "signature": path}
    if options.attestation:
        from pratique.attest.about import verify_attestation

        found = verify_attestation(target, data, authority, options.type)
        said = {"type": found.predicate_type, "subject": found.subject_digest, "issuedAt": found.issued_at}
        return {**head, "verified": True, "method": "attestation", "signer": found.signer, "attestation": said}
    from pratique.attest import bundle as bundles

    if os.path.isfile(target) and bundles.parse(data).envelope is None:
        from pratique.attest.artifact import verify_artifact
        from pratique.attest.digests import file_sha256

        signer = verify_artifact(data, file_sha256(target), authority)
        return {**head, "verified": True, "method": "artifact", "signer": signer}
    from pratique.attest.model import verify_model

    result = verify_model(target, data, authority, path, fast=not options.sha256)
    return {**head, **_said(result, strict=options.strict)}


def _said(result: Verification, *, strict: bool) -> dict[str, Any]:
    changes = [
        {"kind": change.kind.value, "path": change.path, "detail": change.detail, "was": change.was}
        for change in result.changes
    ]
    return {
        "verified": result.holds and not (strict and result.not_covered),
        "method": result.method,
        "signer": result.signer,
        "name": result.name,
        "root": str(result.root) if result.root else None,
        "algorithm": result.algorithm,
        "files": result.files,
        "changes": changes,
        "notCovered": list(result.not_covered),
        "notes": list(result.notes),
    }


def _code(document: dict[str, Any]) -> int:
    if document["verified"]:
        return ADMITTED
    kinds = {change["kind"] for change in document.get("changes", [])}
    return INCOMPLETE if kinds == {"unreadable"} else NOT_ADMITTED


def _show(document: dict[str, Any]) -> None:
    target = _plain(document["target"])
    if "error" in document:
        print(f"NOT VERIFIED  {target}: {_plain(document['error'])}", file=sys.stderr)
        return
    changes = document.get("changes", [])
    print(f"{'VERIFIED' if document['verified'] else 'NOT VERIFIED'}  {target}")
    print(f"  signed by   {_plain(document['signer'])} ({document['method']})")
    if document["method"] == "attestation":
        print(f"  states      {_plain(document['attestation']['type'])}")
    if document.get("root"):
        print(f"  root        {document['root']}")
    if "files" in document:
        print(f"  compared    {document['files']} files by {document['algorithm']}")
    for change in changes[:SHOWN_CHANGES]:
        print(f"  {change['kind']:<13} {_plain(change['path'])}  ({_plain(change['detail'])})")
    if len(changes) > SHOWN_CHANGES:
        print(f"  … and {len(changes) - SHOWN_CHANGES} more; --format json has them all")
    for path in document.get("notCovered", [])[:SHOWN_CHANGES]:
        print(f"  not signed    {_plain(path)}")
    for note in document.get("notes", []):
        print(f"  note: {note}")


def _plain(text: str) -> str:
    """Without control characters: a path must not write on the terminal."""
    return "".join(c if c.isprintable() else ascii(c)[1:-1] for c in text)
