"""Signed capability updates: verified before anything is installed, atomic, never backwards."""

from __future__ import annotations

import base64
import json
from pathlib import Path

import pytest

from pratique.attest import dsse
from pratique.cli.main import main
from pratique.domain.errors import TamperedError, UsageError
from pratique.pins import popularity
from pratique.store.intel import PAYLOAD_TYPE, POPULARITY, IntelStore

cryptography = pytest.importorskip("cryptography")


def key_pair(folder: Path, name: str, curve: bool = False) -> tuple[Path, Path]:
    from cryptography.hazmat.primitives.asymmetric import ec, ed25519
    from cryptography.hazmat.primitives.serialization import (
        Encoding,
        NoEncryption,
        PrivateFormat,
        PublicFormat,
    )

    key = ec.generate_private_key(ec.SECP256R1()) if curve else ed25519.Ed25519PrivateKey.generate()
    private, public = folder / f"{name}.key", folder / f"{name}.pub"
    private.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    public.write_bytes(key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    return private, public


def test_the_published_dsse_vector() -> None:
    # github.com/secure-systems-lab/dsse, protocol.md, "Test Vectors"
    encoded = dsse.pre_authentication_encoding("http://example.com/HelloWorld", b"hello world")
    assert encoded == b"DSSEv1 29 http://example.com/HelloWorld 11 hello world"


@pytest.mark.parametrize("curve", [False, True])
def test_a_signature_binds_type_and_payload(tmp_path: Path, curve: bool) -> None:
    private, public = key_pair(tmp_path, "a", curve)
    _, stranger = key_pair(tmp_path, "b", curve)
    key = dsse.load_public_key(public.read_bytes())
    envelope = dsse.sign(b"payload", "t", dsse.load_private_key(private.read_bytes()))
    assert dsse.verify(envelope, "t", (key,)).payload == b"payload"
    with pytest.raises(TamperedError, match="trusted key"):
        dsse.verify(envelope, "t", (dsse.load_public_key(stranger.read_bytes()),))
    with pytest.raises(TamperedError, match="not 'u'"):
        dsse.verify(envelope, "u", (key,))
    document = json.loads(envelope)
    for change in (
        {"payload": base64.b64encode(b"payloaD").decode()},
        {"payload": "*"},
        {"payload": 1},
        {"signatures": []},
        {"signatures": [1]},
        {"signatures": [{"sig": "AAAA"}]},
    ):
        with pytest.raises(TamperedError):
            dsse.verify(json.dumps(document | change).encode(), "t", (key,))
    for end in range(len(envelope)):
        with pytest.raises(TamperedError):
            dsse.verify(envelope[:end], "t", (key,))


def test_update_show_reset(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("PRATIQUE_HOME", str(tmp_path / "home"))
    private, public = key_pair(tmp_path, "a")
    _, stranger = key_pair(tmp_path, "b")
    tables = tmp_path / "tables"
    tables.mkdir()
    table = {
        "schema": "pratique.capabilities/1",
        "version": "2026.12.01",
        "library": "mylab",
        "entries": [{"effect": "INERT_CLASS", "reason": "r", "source": "s", "modules": {"mylab.nets": ["Net"]}}],
    }
    (tables / "mylab.json").write_text(json.dumps(table))

    def build(version: str) -> str:
        out = str(tmp_path / f"{version}.json")
        words = ["intel", "build", str(tables), "--version", version, "--key", str(private), "--output", out]
        assert main(words) == 0
        return out

    model = tmp_path / "model.pkl"
    model.write_bytes(b"\x80\x02cmylab.nets\nNet\n)\x81.")
    assert main(["inspect", str(model)]) == 1
    new = build("2026.12.01")
    assert main(["intel", "update", new, "--key", str(stranger)]) == 3
    assert IntelStore(str(tmp_path / "home")).current() is None
    assert main(["intel", "update", new, "--key", str(public)]) == 0
    assert main(["inspect", str(model)]) == 0
    assert main(["intel", "update", build("2026.11.30"), "--key", str(public)]) == 3
    capsys.readouterr()
    assert main(["intel", "show"]) == 0
    assert "2026.12.01 (updated)" in capsys.readouterr().out
    assert main(["intel", "reset"]) == 0
    assert main(["inspect", str(model)]) == 1


def test_a_malformed_table_is_not_installed(tmp_path: Path) -> None:
    store = IntelStore(str(tmp_path))
    for payload in (b"", b"[]", b'{"schema":"pratique.intel/1","version":"../../x","capabilities":{"a":{}}}'):
        with pytest.raises(TamperedError):
            store.install(payload)
    document = {"schema": "pratique.intel/1", "version": "2026.12.01", "capabilities": {"../x": {}}}
    with pytest.raises(TamperedError):
        store.install(json.dumps(document).encode())
    assert store.current() is None


def test_only_https_is_fetched() -> None:
    from pratique.sources.http import download

    with pytest.raises(UsageError, match="only https"):
        download("http://host.invalid/x", 10)


def test_keys_of_other_kinds_are_refused() -> None:
    with pytest.raises(UsageError):
        dsse.load_public_key(b"-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n")
    assert PAYLOAD_TYPE.endswith("+json")


def test_popular_names_are_updated_apart(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PRATIQUE_HOME", str(tmp_path / "home"))
    private, public = key_pair(tmp_path, "a")
    names = tmp_path / "names.txt"
    pins = tmp_path / "requirements.txt"
    pins.write_text("drillarium==1.0\n")

    def build(version: str, day: str) -> str:
        names.write_text(f"# of {day}\ndrillariun\nrequests\n")
        out = str(tmp_path / f"{version}.json")
        words = ["intel", "build", "--popularity", str(names), "--version", version, "--key", str(private)]
        assert main([*words, "--output", out]) == 0
        return out

    assert main(["inspect", str(pins)]) == 0
    assert main(["intel", "update", build("2026.12.01", "2026-11-30"), "--key", str(public)]) == 0
    store = IntelStore(str(tmp_path / "home"))
    assert (store.current(), store.current(POPULARITY)) == (None, "2026.12.01")
    capsys.readouterr()
    assert main(["inspect", str(pins), "--format", "json"]) == 1
    document = json.loads(capsys.readouterr().out)
    assert document["tool"]["popularity"] == "2026.12.01 2026-11-30"
    assert document["findings"][0]["measure"]["name"] == "popularity-ratio"
    assert main(["intel", "show"]) == 0
    assert "popular names of 2026-11-30 (2026.12.01, updated): 2" in capsys.readouterr().out
    assert main(["intel", "update", build("2026.11.30", "2026-11-29"), "--key", str(public)]) == 3
    assert main(["intel", "reset"]) == 0
    assert main(["inspect", str(pins)]) == 0


@pytest.mark.parametrize(
    "table",
    (
        [],
        {},
        {"date": "2026-11-30", "ranks": {}},
        {"date": "2026-11-30\n1\tx", "ranks": {"a": 1}},
        {"date": "2026-11-30", "ranks": {"a\n1\tb": 1}},
        {"date": "2026-11-30", "ranks": {"a": "1"}},
        {"date": "2026-11-30", "ranks": {"a": True}},
    ),
)
def test_a_malformed_popularity_table_is_not_installed(tmp_path: Path, table: object) -> None:
    store = IntelStore(str(tmp_path))
    document = {"schema": "pratique.intel/1", "version": "2026.12.01", "popularity": table}
    with pytest.raises(TamperedError):
        store.install(json.dumps(document).encode())
    assert store.current(POPULARITY) is None


@pytest.mark.parametrize(
    "ranks", ({"A": 1}, {"a": 1, "b": 1}, {"a": 0}, {"a": 10**9}, {str(i): i for i in range(200_002)})
)
def test_a_popularity_table_is_checked_as_it_will_be_read(ranks: dict[str, int]) -> None:
    with pytest.raises(TamperedError):
        popularity.check_table({"date": "2026-11-30", "ranks": ranks})


def test_one_version_is_one_bundle(tmp_path: Path) -> None:
    store = IntelStore(str(tmp_path))
    document = {"schema": "pratique.intel/1", "version": "2026.12.01", "capabilities": {"a": {}}}
    store.install(json.dumps(document).encode())
    document = {
        "schema": "pratique.intel/1",
        "version": "2026.12.01",
        "popularity": {"date": "2026-11-30", "ranks": {"a": 1}},
    }
    with pytest.raises(TamperedError, match="two bundles"):
        store.install(json.dumps(document).encode())


def test_estimates_fall_with_the_rank() -> None:
    estimates = [popularity.downloads(rank) for rank in (1, 2, 10, 50, 100, 1000, 2058, 5000, 15_000, 100_000)]
    assert estimates == sorted(estimates, reverse=True)
    assert popularity.downloads(2058) == pytest.approx(1_000_000)
