"""`pratique sign`, `verify` and `keys`, as users see them."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest

from pratique.cli.main import main
from tests.attest.chains import certify


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PRATIQUE_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("PRATIQUE_TRUST", raising=False)
    monkeypatch.delenv("PRATIQUE_KEY_PASSWORD", raising=False)
    return tmp_path / "home"


@pytest.fixture
def pair(tmp_path: Path) -> tuple[str, str]:
    assert main(["keys", "generate", str(tmp_path / "k")]) == 0
    return str(tmp_path / "k"), str(tmp_path / "k.pub")


def test_sign_and_verify(model: Path, pair: tuple[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    private, public = pair
    assert main(["sign", str(model), "--key", private]) == 0
    assert (model / "model.sig").exists()
    assert main(["verify", str(model), "--key", public]) == 0
    assert "VERIFIED" in capsys.readouterr().out
    (model / "weights.bin").rename(model / "w.bin")
    (model / ".git" / "x\x1b[2J").write_bytes(b"")
    assert main(["verify", str(model), "--key", public]) == 1
    out = capsys.readouterr().out
    assert "NOT VERIFIED" in out
    assert "renamed       w.bin  (was 'weights.bin')" in out
    assert "\x1b" not in out
    assert main(["verify", str(model), "--key", public, "--format", "json"]) == 1
    document = json.loads(capsys.readouterr().out)
    assert {(c["kind"], c["path"]) for c in document["changes"]} == {("renamed", "w.bin"), ("added", ".git/x\x1b[2J")}
    assert not document["verified"]


def test_exit_codes(model: Path, pair: tuple[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    private, public = pair
    assert main(["verify", str(model)]) == 2  # there is no signature
    assert main(["sign", str(model), "--key", private]) == 0
    assert main(["verify", str(model)]) == 2  # nobody is trusted
    assert main(["verify", str(tmp_path / "absent"), "--key", public]) == 2
    assert main(["sign", str(model)]) == 2
    assert main(["sign", str(model), "--key", public]) == 2
    assert main(["verify", str(model), "--key", private]) == 2
    other = str(tmp_path / "other")
    assert main(["keys", "generate", other]) == 0
    assert main(["verify", str(model), "--key", other + ".pub"]) == 1
    (model / "model.sig").write_bytes(b'{"mediaType": ')
    capsys.readouterr()
    assert main(["verify", str(model), "--key", public]) == 1
    assert "the bundle is not JSON" in capsys.readouterr().err
    os.mkfifo(model / "pipe")
    before = (model / "model.sig").read_bytes()
    assert main(["sign", str(model), "--key", private]) == 3
    assert (model / "model.sig").read_bytes() == before
    assert not list(model.glob("*.partial"))


def test_the_trust_file_decides(model: Path, pair: tuple[str, str], home: Path, tmp_path: Path) -> None:
    private, public = pair
    assert main(["sign", str(model), "--key", private]) == 0
    assert main(["keys", "trust", private]) == 2
    assert main(["keys", "trust", public, "--name", "release"]) == 0
    assert main(["verify", str(model)]) == 0
    assert main(["keys", "show"]) == 0
    assert main(["keys", "revoke", public, "--reason", "lost"]) == 0
    assert main(["verify", str(model)]) != 0
    assert main(["verify", str(model), "--key", public]) == 2  # naming it does not make it good again
    assert main(["keys", "trust", public]) == 3
    (home / "trust.json").write_text("{")
    assert main(["verify", str(model)]) == 2


def test_a_trust_file_that_is_named_must_be_there(
    model: Path, pair: tuple[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    private, public = pair
    assert main(["sign", str(model), "--key", private]) == 0
    assert main(["verify", str(model), "--key", public, "--trust", str(tmp_path / "absent")]) == 2
    monkeypatch.setenv("PRATIQUE_TRUST", str(tmp_path / "absent"))
    assert main(["verify", str(model), "--key", public]) == 2
    assert main(["keys", "trust", public]) == 0
    assert main(["verify", str(model)]) == 0


def test_names_that_are_not_text(model: Path, pair: tuple[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    private, public = pair
    name = os.path.join(os.fsencode(model), b"odd-\xff\n.bin")
    with open(name, "wb") as file:
        file.write(b"x")
    assert main(["sign", str(model), "--key", private]) == 0
    assert main(["verify", str(model), "--key", public]) == 0
    os.unlink(name)
    capsys.readouterr()
    assert main(["verify", str(model), "--key", public]) == 1
    assert "removed       odd-\\udcff\\n.bin" in capsys.readouterr().out


def test_a_signature_is_not_written_through_a_link(model: Path, pair: tuple[str, str], tmp_path: Path) -> None:
    (tmp_path / "precious").write_text("keep")
    (model / "model.sig").symlink_to(tmp_path / "precious")
    assert main(["sign", str(model), "--key", pair[0]]) == 2
    assert (tmp_path / "precious").read_text() == "keep"


def test_strict_refuses_what_is_not_covered(model: Path, pair: tuple[str, str], tmp_path: Path) -> None:
    private, public = pair
    assert main(["sign", str(model), "--key", private]) == 0
    (model / "model.sig").rename(tmp_path / "s")
    (model / "model.sig").write_text("something else")
    words = ["verify", str(model), "--key", public, "--signature", str(tmp_path / "s")]
    assert main(words) == 0
    assert main([*words, "--strict"]) == 1


def test_encrypted_keys(model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    secret = tmp_path / "password"
    secret.write_text("correct horse\n")
    private = str(tmp_path / "k")
    assert main(["keys", "generate", private, "--password-file", str(secret), "--kind", "ecdsa-p384"]) == 0
    assert main(["sign", str(model), "--key", private]) == 2
    monkeypatch.setenv("PRATIQUE_KEY_PASSWORD", "wrong")
    assert main(["sign", str(model), "--key", private]) == 2
    monkeypatch.setenv("PRATIQUE_KEY_PASSWORD", "correct horse")
    assert main(["sign", str(model), "--key", private]) == 0
    assert main(["sign", str(model), "--key", private, "--password-file", str(secret)]) == 0


def test_certificates(model: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from cryptography.hazmat.primitives.serialization import Encoding

    from pratique.attest import keys

    root = certify("root", ca=True)
    signer, stranger = certify("signer", root), certify("stranger", root)
    keys.save(signer.key, str(tmp_path / "s"), None)
    for name, party in {"s.pem": signer, "x.pem": stranger, "root.pem": root}.items():
        (tmp_path / name).write_bytes(party.certificate.public_bytes(Encoding.PEM))
    words = ["sign", str(model), "--key", str(tmp_path / "s"), "--certificate"]
    assert main([*words, str(tmp_path / "x.pem")]) == 2
    assert main([*words, str(tmp_path / "s.pem")]) == 0
    assert main(["verify", str(model), "--root", str(tmp_path / "root.pem")]) == 0
    assert "CN=signer (certificate)" in capsys.readouterr().out
    assert main(["keys", "revoke", str(tmp_path / "s.pem"), "--reason", "left"]) == 0
    assert main(["verify", str(model), "--root", str(tmp_path / "root.pem")]) == 1


def test_attestations(model: Path, pair: tuple[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from tests.attest.predicate_examples import EXAMPLES

    private, public = pair
    predicate = tmp_path / "p.json"
    predicate.write_text(json.dumps(EXAMPLES["vetting"]))
    words = ["sign", str(model), "--key", private, "--predicate", str(predicate), "--attest"]
    assert main([*words, "vetting"]) == 0
    assert main([*words, "drift"]) == 2
    assert main([*words, "nonsense"]) == 2
    file = str(model / "model.vetting.att.json")
    assert main(["verify", str(model), "--attestation", file, "--key", public, "--type", "vetting"]) == 0
    assert "https://pratique.dev/vetting/v1" in capsys.readouterr().out
    assert main(["verify", str(model), "--attestation", file, "--key", public, "--type", "vsa"]) == 1
    (model / "config.json").write_bytes(b"[]")
    assert main(["verify", str(model), "--attestation", file, "--key", public]) == 1


def test_keyless_without_its_package_says_so(
    model: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "sigstore", None)
    assert main(["sign", str(model), "--keyless"]) == 3
    assert "pratique[sigstore]" in capsys.readouterr().err
    assert main(["sign", str(model), "--keyless", "--key", "x"]) == 2


def test_keyless_without_a_token_says_so(model: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("sigstore", reason="the package sigstore is not installed")
    assert main(["sign", str(model), "--keyless"]) == 2
    assert "token" in capsys.readouterr().err
    (model / "token").write_text("not.a.token")
    assert main(["sign", str(model), "--keyless", "--identity-token", str(model / "token")]) == 2
    assert "cannot be used" in capsys.readouterr().err
    assert not (model / "model.sig").exists()


def test_a_small_signature_costs_little(model: Path, pair: tuple[str, str]) -> None:
    private, public = pair
    for words, most in ((["sign", str(model), "--key", private], 0.5), (["verify", str(model), "--key", public], 0.5)):
        costs = []
        for _ in range(3):
            before = resource.getrusage(resource.RUSAGE_CHILDREN)
            subprocess.run([sys.executable, "-m", "pratique", *words], check=True, stdout=subprocess.DEVNULL)
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
            costs.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
        assert min(costs) < most  # 0.15 on a quiet computer; the rest is for a busy one
