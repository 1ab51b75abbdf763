"""`pratique keys generate|show|trust|revoke|update`: key pairs, and whose signatures count here (`docs/spec/trust.md`)."""

from __future__ import annotations

import argparse
import os
import re
from functools import partial

from pratique.attest import dsse, keys, trust
from pratique.cli.main import ADMITTED
from pratique.domain.errors import UsageError


def run(words: list[str]) -> int:
    options = _parser().parse_args(words)
    path = options.trust or trust.path_in(os.environ)
    if options.action == "generate":
        _generate(options)
    elif options.action == "show":
        _show(options.file, path)
    elif options.action == "trust":
        _trust(options, path)
    elif options.action == "revoke":
        _revoke(options, path)
    else:
        _update(options, path)
    return ADMITTED


def _parser() -> argparse.ArgumentParser:
    wide = partial(argparse.HelpFormatter, max_help_position=28, width=100)
    parser = argparse.ArgumentParser(
        prog="pratique keys", formatter_class=wide, description="Make keys, and say whose signatures count."
    )
    parser.add_argument(
        "--trust", metavar="FILE", help="the trust file (default: $PRATIQUE_TRUST, or in Pratique's data folder)"
    )
    actions = parser.add_subparsers(dest="action", required=True, metavar="generate|show|trust|revoke|update")
    generate = actions.add_parser("generate", help="make a key pair: FILE (readable by you only) and FILE.pub")
    generate.add_argument("file", metavar="FILE")
    generate.add_argument("--kind", choices=keys.KINDS, default="ecdsa-p256", help="model_signing verifies ECDSA only")
    generate.add_argument(
        "--password-file", metavar="FILE", help="encrypt it with the password in the file's first line"
    )
    show = actions.add_parser("show", help="what a key or certificate file holds, or without FILE who is trusted")
    show.add_argument("file", nargs="?", metavar="FILE")
    trusting = actions.add_parser("trust", help="trust a public key, a root certificate or a keyless identity")
    trusting.add_argument("file", nargs="?", metavar="PEM")
    trusting.add_argument("--name", metavar="NAME", help="what to call it")
    trusting.add_argument("--identity", metavar="WHO", help="a keyless signer")
    trusting.add_argument("--issuer", metavar="URL", help="its OpenID Connect issuer")
    revoke = actions.add_parser("revoke", help="never again accept a key or certificate")
    revoke.add_argument("key", metavar="ID|PEM", help="its id (SHA-256, hexadecimal), or its file")
    revoke.add_argument("--reason", required=True)
    update = actions.add_parser("update", help="take the trust file of a TUF repository")
    update.add_argument("url", metavar="URL", help="the repository's metadata; https, or a folder")
    update.add_argument("--root", metavar="FILE", help="the repository's first root.json (needed once)")
    return parser


def _generate(options: argparse.Namespace) -> None:
    from pratique.cli.sign import password

    key = keys.generate(options.kind)
    public = keys.save(key, options.file, password(options.password_file))
    print(f"{options.file}: {options.kind}, private; {public}: public, id {dsse.key_id(key.public_key())}")


def _show(file: str | None, path: str) -> None:
    if file is not None:
        kind, id_ = _identify(file)
        print(f"{kind}  {id_}")
        return
    kept = trust.load(path)
    print(f"{path}: version {kept.version}")
    for key in kept.keys:
        print(f"  key       {key.id}  {key.name}")
    for root in kept.roots:
        print(f"  root      {root.id}  {root.name}")
    for identity in kept.identities:
        print(f"  identity  {identity.identity}  ({identity.issuer})")
    for entry in kept.revoked:
        print(f"  revoked   {entry.id}  {entry.at[:10]}  {entry.reason}")


def _identify(file: str) -> tuple[str, str]:
    """Kind and id of a key or certificate file. A private key shows its public half, and nothing of itself."""
    from pratique.attest import certificates
    from pratique.cli.sign import password

    data = keys.read(file)
    if b"CERTIFICATE-----" in data:
        return "certificate", certificates.fingerprint(certificates.load(data, file)[0])
    key = (
        keys.load_private(file, password(None)).public_key() if b"PRIVATE KEY-----" in data else keys.load_public(file)
    )
    return keys.kind_of(key), dsse.key_id(key)


def _trust(options: argparse.Namespace, path: str) -> None:
    kept = trust.load(path)
    if bool(options.identity) != bool(options.issuer):
        raise UsageError("--identity and --issuer go together")
    if bool(options.file) == bool(options.identity):
        raise UsageError("give either a PEM file, or --identity and --issuer")
    if options.identity:
        kept = kept.with_identity(trust.Identity(options.identity, options.issuer))
    else:
        name = options.name or os.path.basename(options.file)
        kept = _with_file(kept, options.file, name)
    trust.save(kept, path)
    print(f"{path}: version {kept.version}")


def _with_file(kept: trust.Trust, file: str, name: str) -> trust.Trust:
    from pratique.attest import certificates

    data = keys.read(file)
    if b"PRIVATE KEY-----" in data:
        raise UsageError(f"{file}: that is a private key; trust its public half (`{file}.pub`)")
    if b"CERTIFICATE-----" in data:
        for certificate in certificates.load(data, file):
            kept = kept.with_root(certificate, name)
        return kept
    return kept.with_key(keys.load_public(file), name)


def _revoke(options: argparse.Namespace, path: str) -> None:
    from pratique.attest.certificates import now

    id_ = options.key.lower() if re.fullmatch(r"[0-9a-fA-F]{64}", options.key) else _identify(options.key)[1]
    kept = trust.load(path).without(trust.Revocation(id_, options.reason, now().strftime("%Y-%m-%dT%H:%M:%SZ")))
    trust.save(kept, path)
    print(f"{id_} revoked; {path}: version {kept.version}")


def _update(options: argparse.Namespace, path: str) -> None:
    from pratique.attest.trust_update import update

    first = keys.read(options.root) if options.root else None
    before, after = update(options.url, path, first)
    print(f"{path}: version {after}" + ("" if after > before else " (unchanged)"))
