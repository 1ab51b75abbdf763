"""OpenSSF Model Signing: its published vectors, and both ways with its reference implementation, model-signing."""

from __future__ import annotations

import os
import warnings
from pathlib import Path

import pytest

from pratique.attest import bundle as bundles
from pratique.attest import certificates, dsse, keys, oms
from pratique.attest.model import Authority, CertificateSigner, KeySigner, sign_model, verify_model
from pratique.attest.statement import PAYLOAD_TYPE
from pratique.attest.trust import Trust
from pratique.domain.errors import TamperedError
from tests.attest import VECTORS
from tests.attest.chains import certify

OMS = VECTORS / "oms" / "test-vectors"
PUBLISHED = sorted(OMS.glob("*/*.json"))
needs_vectors = pytest.mark.skipif(not PUBLISHED, reason="the OMS vectors are not in ../shared/vectors")


@needs_vectors
@pytest.mark.parametrize("path", PUBLISHED, ids=lambda path: path.name)
def test_published_vector(path: Path) -> None:
    data = path.read_bytes()
    if path.parent.name == "invalid":
        with pytest.raises(TamperedError):
            bundles.parse(data)
        return
    envelope = bundles.parse(data).envelope
    assert envelope is not None
    payload = dsse.decode_base64(dsse.strict_json(envelope, "x")["payload"], "x")
    if path.parent.name == "invalid-payload":
        with pytest.raises(TamperedError, match="predicate type"):
            oms.read(payload)
        return
    manifest = oms.read(payload)
    assert [resource.path for resource in manifest.resources] == ["signme-1", "signme-2"]
    assert manifest.ignores("ignore-me/x")


@needs_vectors
def test_there_are_eight() -> None:
    assert len(PUBLISHED) == 8


@needs_vectors
def test_the_published_certificate_signature_is_valid() -> None:
    bundle = bundles.parse((OMS / "valid" / "certificate.bundle.json").read_bytes())
    assert bundle.envelope is not None
    from cryptography.x509 import load_der_x509_certificate

    top = load_der_x509_certificate(bundle.chain[-1])
    chain = certificates.verify(bundle.chain, (top,), certificates.now(), allow_expired=True)
    assert dsse.verify(bundle.envelope, PAYLOAD_TYPE, (chain.key,)).payload


@pytest.fixture
def reference():  # type: ignore[no-untyped-def]
    """The reference implementation; it warns about its own dependencies."""
    pytest.importorskip("OpenSSL", reason="pyOpenSSL, which model-signing needs, is not installed")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        pytest.importorskip("model_signing", reason="model-signing is not installed (extra `interop`)")
        import model_signing

        yield model_signing


def pair(folder: Path, kind: str) -> tuple[Path, Path]:
    private = folder / f"{kind}.key"
    return private, Path(keys.save(keys.generate(kind), str(private), None))


def trusting(public: Path) -> Authority:
    return Authority(Trust().with_key(keys.load_public(str(public)), "k"))


KINDS = [kind for kind in keys.KINDS if kind != "ed25519"]  # model-signing has no Ed25519


@pytest.mark.parametrize("kind", KINDS)
def test_it_verifies_ours(model: Path, tmp_path: Path, reference, kind: str) -> None:  # type: ignore[no-untyped-def]
    private, public = pair(tmp_path, kind)
    (model / "sub.txt").write_text("sorts between sub and sub/")
    (model / "naïve – 名.bin").write_bytes(b"x")
    signature = model / "model.sig"
    signer = KeySigner(keys.load_private(str(private), None))
    signature.write_bytes(sign_model(str(model), signer, str(signature)).bundle)
    theirs = reference.verifying.Config().use_elliptic_key_verifier(public_key=str(public))
    theirs.verify(model, signature)
    default = reference.hashing.Config().set_ignored_paths(paths=[signature])  # as its command line does
    theirs.set_hashing_config(default).verify(model, signature)
    (model / "weights.bin").write_bytes(b"\x01" * 4999 + b"\x00")
    with pytest.raises(ValueError, match="mismatch"):
        theirs.verify(model, signature)


def test_it_verifies_ours_by_blake3(model: Path, tmp_path: Path, reference) -> None:  # type: ignore[no-untyped-def]
    private, public = pair(tmp_path, "ecdsa-p256")
    signature = model / "model.sig"
    signer = KeySigner(keys.load_private(str(private), None))
    signature.write_bytes(sign_model(str(model), signer, str(signature), algorithms=("blake3",)).bundle)
    reference.verifying.Config().use_elliptic_key_verifier(public_key=str(public)).verify(model, signature)


def test_it_verifies_ours_with_links(model: Path, tmp_path: Path, reference) -> None:  # type: ignore[no-untyped-def]
    private, public = pair(tmp_path, "ecdsa-p256")
    (model / "link").symlink_to("weights.bin")
    signature = tmp_path / "s.sig"
    signer = KeySigner(keys.load_private(str(private), None))
    signature.write_bytes(sign_model(str(model), signer, str(signature)).bundle)
    theirs = reference.verifying.Config().use_elliptic_key_verifier(public_key=str(public))
    with pytest.raises(ValueError, match="symlink"):
        theirs.verify(model, signature)  # it refuses every link, unless told otherwise (its option --allow_symlinks)
    allowing = reference.hashing.Config().set_allow_symlinks(True)
    theirs.set_hashing_config(allowing).verify(model, signature)
    assert verify_model(str(model), signature.read_bytes(), trusting(public), str(signature)).holds


def test_it_verifies_our_single_file(tmp_path: Path, reference) -> None:  # type: ignore[no-untyped-def]
    private, public = pair(tmp_path, "ecdsa-p256")
    model, signature = tmp_path / "m.bin", tmp_path / "m.bin.sig"
    model.write_bytes(b"content")
    signer = KeySigner(keys.load_private(str(private), None))
    signature.write_bytes(sign_model(str(model), signer, str(signature)).bundle)
    reference.verifying.Config().use_elliptic_key_verifier(public_key=str(public)).verify(model, signature)


def test_it_verifies_our_certificate_signature(model: Path, tmp_path: Path, reference) -> None:  # type: ignore[no-untyped-def]
    from cryptography.hazmat.primitives.serialization import Encoding

    root = certify("root", ca=True)
    issuer = certify("issuer", root, ca=True)
    signer = certify("signer", issuer)
    signature = model / "model.sig"
    ours = CertificateSigner(signer.key, (signer.certificate, issuer.certificate))
    signature.write_bytes(sign_model(str(model), ours, str(signature)).bundle)
    top = tmp_path / "root.pem"
    top.write_bytes(root.certificate.public_bytes(Encoding.PEM))
    theirs = reference.verifying.Config().use_certificate_verifier(certificate_chain=[str(top)])
    theirs.verify(model, signature)
    authority = Authority(Trust().with_root(root.certificate, "r"))
    result = verify_model(str(model), signature.read_bytes(), authority, str(signature))
    assert result.holds
    assert result.signer == "CN=signer"


def hashing_of(reference, method: str, algorithm: str):  # type: ignore[no-untyped-def]
    config = reference.hashing.Config()
    if method == "shards":
        return config.use_shard_serialization(hashing_algorithm=algorithm, shard_size=1000)
    return config.use_file_serialization(hashing_algorithm=algorithm)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("method", ["files", "shards"])
@pytest.mark.parametrize("algorithm", ["sha256", "blake2", "blake3"])
def test_we_verify_its(model: Path, tmp_path: Path, reference, kind: str, method: str, algorithm: str) -> None:  # type: ignore[no-untyped-def]
    private, public = pair(tmp_path, kind)
    signature = model / "model.sig"
    hashing = hashing_of(reference, method, algorithm).set_ignored_paths(paths=["model.sig"])
    reference.signing.Config().use_elliptic_key_signer(private_key=str(private)).set_hashing_config(hashing).sign(
        model, signature
    )

    def verify():  # type: ignore[no-untyped-def]
        return verify_model(str(model), signature.read_bytes(), trusting(public), str(signature))

    result = verify()
    extra = {("added", "empty")} if method == "shards" and algorithm != "blake3" else set()  # it signs no empty shard
    assert {(c.kind.value, c.path) for c in result.changes} == extra
    assert ".git/config" in result.not_covered
    assert result.root is None
    (model / "weights.bin").rename(model / "w.bin")
    (model / "config.json").write_bytes(b"[]")
    changed = {(c.kind.value, c.path) for c in verify().changes} - extra
    assert changed == {("renamed", "w.bin"), ("modified", "config.json")}


def test_we_verify_its_certificate_signature(model: Path, tmp_path: Path, reference) -> None:  # type: ignore[no-untyped-def]
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    root = certify("root", ca=True)
    signer = certify("signer", root)
    for name, data in {
        "key": signer.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()),
        "leaf": signer.certificate.public_bytes(Encoding.PEM),
        "root": root.certificate.public_bytes(Encoding.PEM),
    }.items():
        (tmp_path / name).write_bytes(data)
    signature = tmp_path / "c.sig"
    reference.signing.Config().use_certificate_signer(
        private_key=str(tmp_path / "key"),
        signing_certificate=str(tmp_path / "leaf"),
        certificate_chain=[str(tmp_path / "root")],
    ).sign(model, signature)
    authority = Authority(Trust().with_root(root.certificate, "r"))
    assert verify_model(str(model), signature.read_bytes(), authority, str(signature)).holds
    stranger = Authority(Trust().with_root(certify("root", ca=True).certificate, "r"))
    with pytest.raises(TamperedError, match="no trusted root"):
        verify_model(str(model), signature.read_bytes(), stranger, str(signature))


def test_we_verify_its_followed_links(model: Path, tmp_path: Path, reference) -> None:  # type: ignore[no-untyped-def]
    private, public = pair(tmp_path, "ecdsa-p256")
    (model / "link").symlink_to("weights.bin")
    signature = tmp_path / "s.sig"
    hashing = reference.hashing.Config().use_file_serialization(allow_symlinks=True).set_allow_symlinks(True)
    reference.signing.Config().use_elliptic_key_signer(private_key=str(private)).set_hashing_config(hashing).sign(
        model, signature
    )
    result = verify_model(str(model), signature.read_bytes(), trusting(public), str(signature))
    assert result.holds, result.changes
    os.unlink(model / "link")
    (model / "link").symlink_to("other.bin")
    result = verify_model(str(model), signature.read_bytes(), trusting(public), str(signature))
    assert [change.path for change in result.changes] == ["link"]
