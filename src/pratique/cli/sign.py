"""`pratique sign TARGET`: a model's signature (OpenSSF Model Signing bundle with name binding), or an attestation about it."""

from __future__ import annotations

import argparse
import os
from functools import partial
from typing import TYPE_CHECKING

from pratique.attest import keys
from pratique.cli.main import ADMITTED
from pratique.domain.errors import UnavailableError, UsageError

if TYPE_CHECKING:
    from pratique.attest.model import BundleSigner

MAX_PREDICATE_BYTES = 64 << 20
DIGESTS = {"sha256": ("sha256",), "blake3": ("blake3",), "sha256+blake3": ("sha256", "blake3")}
PASSWORD_VARIABLE = "PRATIQUE_KEY_PASSWORD"  # noqa: S105 - the name of a variable


def run(words: list[str]) -> int:
    options = _parser().parse_args(words)
    if bool(options.attest) != bool(options.predicate):
        raise UsageError("--attest TYPE and --predicate FILE go together")
    target = options.target.rstrip("/") or "/"
    output = options.signature or default_output(target, attestation=options.attest)
    if options.attest:
        from pratique.attest.about import attest

        if not options.key:
            raise UsageError("an attestation is signed with --key")
        key = keys.load_private(options.key, password(options.password_file))
        data = attest(target, output, options.attest, keys.read(options.predicate, MAX_PREDICATE_BYTES), key)
        replace(output, data)
        print(f"{output}: {options.attest} attestation about {target}")
        return ADMITTED
    from pratique.attest.model import sign_model

    algorithms = DIGESTS[options.digest] if options.digest else None
    signed = sign_model(target, _signer(options), output, algorithms=algorithms)
    replace(output, signed.bundle)
    print(f"{output}: {signed.files} files, {signed.size_bytes:,} bytes, {signed.root}")
    for link in signed.links[:10]:
        print(f"  note: {link} is a link; what it points to was named, not read")
    return ADMITTED


def default_output(target: str, *, attestation: str | None = None) -> str:
    """`model.sig` in a folder, `FILE.sig` beside a file; of an attestation, `TYPE.att.json` instead of `sig`."""
    suffix = f"{attestation}.att.json" if attestation else "sig"
    return os.path.join(target, f"model.{suffix}") if os.path.isdir(target) else f"{target}.{suffix}"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="pratique sign",
        formatter_class=partial(argparse.HelpFormatter, max_help_position=28, width=100),
        description="Sign a model (a folder or a file) so that `pratique verify` and `model_signing verify` can check it, "
        "or state something about it. Nothing in it is loaded or executed.",
        epilog=f"An encrypted key's password is read from ${PASSWORD_VARIABLE} or --password-file.",
    )
    add = parser.add_argument
    add("target", metavar="TARGET")
    add("--key", metavar="PEM", help="private key (ECDSA P-256, P-384, P-521, or Ed25519)")
    add("--password-file", metavar="FILE", help="the key's password, in the file's first line")
    add("--certificate", metavar="PEM", help="the key's certificate, followed by its issuers")
    add("--keyless", action="store_true", help="sign with Sigstore, as the holder of an OpenID Connect token")
    add("--identity-token", metavar="FILE", help="that token; else that of the CI job")
    add("--signature", "-o", metavar="FILE", help="where to put it (default: TARGET/model.sig or TARGET.sig)")
    add("--digest", choices=sorted(DIGESTS), help="default: sha256+blake3; blake3 alone is two to three times as fast")
    add("--attest", metavar="TYPE", help="state a predicate instead: vsa, slsa-provenance, openvex, fingerprint, …")
    add("--predicate", metavar="FILE", help="the predicate's JSON")
    return parser


def _signer(options: argparse.Namespace) -> BundleSigner:
    if options.keyless == bool(options.key):
        raise UsageError("sign with either --key PEM or --keyless")
    if options.keyless:
        from pratique.attest.keyless import KeylessSigner

        return KeylessSigner(
            keys.read(options.identity_token).decode("utf-8", "replace").strip() if options.identity_token else None
        )
    from pratique.attest.model import CertificateSigner, KeySigner

    key = keys.load_private(options.key, password(options.password_file))
    if options.certificate is None:
        return KeySigner(key)
    from pratique.attest import certificates

    return CertificateSigner(key, certificates.load(keys.read(options.certificate), options.certificate))


def password(file: str | None) -> bytes | None:
    """From the file's first line, or the environment; never from the command line, which others can see."""
    if file is not None:
        return keys.read(file).split(b"\n", 1)[0].rstrip(b"\r") or None
    return os.environ.get(PASSWORD_VARIABLE, "").encode("utf-8", "surrogateescape") or None


def replace(path: str, data: bytes) -> None:
    """Put `data` there whole, or leave what was there."""
    partial_name = f"{path}.{os.getpid()}.partial"
    try:
        with open(partial_name, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(partial_name, path)
    except OSError as error:
        raise UnavailableError(f"{path}: {error.strerror}") from None
    finally:
        if os.path.exists(partial_name):
            os.unlink(partial_name)
