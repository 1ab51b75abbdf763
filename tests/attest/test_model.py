"""A signed model: whatever is done to it is seen, named, and nothing else is."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import json
import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pratique.attest import dsse, keys, oms
from pratique.attest.comparison import Kind
from pratique.attest.digests import has_blake3
from pratique.attest.model import Authority, KeySigner, Verification, sign_model, verify_model
from pratique.attest.statement import PAYLOAD_TYPE
from pratique.attest.trust import Revocation, Trust
from pratique.domain.errors import TamperedError, UnavailableError, UsageError
from pratique.sources.files import FileHandle


def verify(model: Path, signature: Path, authority: Authority, *, fast: bool = True) -> Verification:
    return verify_model(str(model), signature.read_bytes(), authority, str(signature), fast=fast)


def found_changes(verification: Verification) -> set[tuple[str, str]]:
    return {(change.kind.value, change.path) for change in verification.changes}


@pytest.mark.parametrize("fast", [True, False])
def test_what_was_signed_verifies(model: Path, signature: Path, authority: Authority, fast: bool) -> None:
    result = verify(model, signature, authority, fast=fast)
    assert result.holds
    assert result.not_covered == ()
    assert result.files == 9
    assert result.algorithm == ("blake3" if fast and has_blake3() else "sha256")
    assert result.method == "key"


def swap(model: Path) -> None:
    os.rename(model / "weights.bin", model / "x")
    os.rename(model / "other.bin", model / "weights.bin")
    os.rename(model / "x", model / "other.bin")


def link_over(model: Path) -> None:
    shutil.move(model / "config.json", model.parent / "elsewhere.json")
    (model / "config.json").symlink_to(model.parent / "elsewhere.json")


def to_folder(model: Path) -> None:
    (model / "config.json").unlink()
    (model / "config.json").mkdir()


ATTACKS: dict[str, tuple[Callable[[Path], object], set[tuple[str, str]]]] = {
    "one bit": (lambda m: (m / "weights.bin").write_bytes(b"\x01" * 4999 + b"\x00"), {("modified", "weights.bin")}),
    "renamed": (lambda m: (m / "weights.bin").rename(m / "w.bin"), {("renamed", "w.bin")}),
    "moved": (lambda m: (m / "weights.bin").rename(m / "sub/weights.bin"), {("renamed", "sub/weights.bin")}),
    "permuted": (swap, {("modified", "weights.bin"), ("modified", "other.bin")}),
    "added": (lambda m: (m / "evil.py").write_text("x"), {("added", "evil.py")}),
    "added, empty": (lambda m: (m / "sub/evil").write_bytes(b""), {("added", "sub/evil")}),
    "added to .git": (lambda m: (m / ".git/hooks").mkdir(), {("added", ".git/hooks")}),
    "added to .github": (lambda m: (m / ".github/w.yml").write_text("x"), {("added", ".github/w.yml")}),
    "changed in .git": (lambda m: (m / ".git/config").write_bytes(b"[evil]\n"), {("modified", ".git/config")}),
    ".gitignore": (lambda m: (m / ".gitignore").write_text("x"), {("added", ".gitignore")}),
    "executable": (lambda m: (m / "config.json").chmod(0o755), {("mode changed", "config.json")}),
    "not executable": (lambda m: (m / "run.sh").chmod(0o644), {("mode changed", "run.sh")}),
    "truncated": (lambda m: os.truncate(m / "weights.bin", 4999), {("truncated", "weights.bin")}),
    "emptied": (lambda m: os.truncate(m / "config.json", 0), {("truncated", "config.json")}),
    "filled": (lambda m: (m / "empty").write_bytes(b"x"), {("extended", "empty")}),
    "removed": (lambda m: (m / "weights.bin").unlink(), {("removed", "weights.bin")}),
    "empty file removed": (lambda m: (m / "empty").unlink(), {("removed", "empty")}),
    "empty folder removed": (lambda m: (m / "hollow").rmdir(), {("removed", "hollow")}),
    "link for a file": (link_over, {("type changed", "config.json")}),
    "link added": (lambda m: (m / "link").symlink_to("/etc/passwd"), {("added", "link")}),
    "folder for a file": (to_folder, {("type changed", "config.json")}),
    "pipe": (lambda m: os.mkfifo(m / "pipe"), {("added", "pipe")}),
    "signature's name as a folder": (
        lambda m: [(m / "model.sig").rename(m.parent / "kept"), (m / "model.sig").mkdir()],
        {("added", "model.sig")},
    ),
}


@pytest.mark.parametrize("name", ATTACKS)
@pytest.mark.parametrize("fast", [True, False])
def test_every_change_is_seen_and_named(
    model: Path, signature: Path, authority: Authority, name: str, fast: bool
) -> None:
    outside = model.parent / "copy.sig"
    shutil.copy(signature, outside)
    change, expected = ATTACKS[name]
    change(model)
    assert found_changes(verify(model, outside, authority, fast=fast)) == expected


def test_a_permutation_says_whose_content_it_is(model: Path, signature: Path, authority: Authority) -> None:
    swap(model)
    details = {change.path: change.detail for change in verify(model, signature, authority).changes}
    assert details == {
        "weights.bin": "now has the content of 'other.bin'",
        "other.bin": "now has the content of 'weights.bin'",
    }


def test_links_are_bound_by_target_and_not_followed(model: Path, key, authority: Authority) -> None:  # type: ignore[no-untyped-def]
    (model / "link").symlink_to("weights.bin")
    signature = model.parent / "s"
    signature.write_bytes(sign_model(str(model), KeySigner(key), str(signature)).bundle)
    assert verify(model, signature, authority).holds
    (model / "link").unlink()
    (model / "link").symlink_to("other.bin")
    assert found_changes(verify(model, signature, authority)) == {("modified", "link")}


def test_a_single_file(tmp_path: Path, key, authority: Authority) -> None:  # type: ignore[no-untyped-def]
    model, signature = tmp_path / "m.safetensors", tmp_path / "m.safetensors.sig"
    model.write_bytes(b"data")
    signature.write_bytes(sign_model(str(model), KeySigner(key), str(signature)).bundle)
    assert verify(model, signature, authority).holds
    model.rename(tmp_path / "n.safetensors")
    assert found_changes(verify(tmp_path / "n.safetensors", signature, authority)) == {("renamed", "n.safetensors")}
    (tmp_path / "n.safetensors").write_bytes(b"dato")
    assert not verify(tmp_path / "n.safetensors", signature, authority).holds


def test_the_published_name_binding(tmp_path: Path, key) -> None:  # type: ignore[no-untyped-def]
    pytest.importorskip("blake3")
    (tmp_path / "m" / "b").mkdir(parents=True)
    (tmp_path / "m" / "a").write_bytes(b"x")
    data = sign_model(str(tmp_path / "m"), KeySigner(key), str(tmp_path / "s")).bundle
    payload = base64.b64decode(json.loads(data)["dsseEnvelope"]["payload"])
    binding = json.loads(payload)["subject"][0]["annotations"][BINDING]
    page = (Path(__file__).parents[2] / "docs/spec/model-signing.md").read_text()
    blake3 = binding["entries"][0][4]
    assert f"BLAKE3 is `{blake3}`" in page
    assert f"`{binding['root']}`" in page
    for entry in binding["entries"]:
        assert json.dumps(entry, separators=(",", ":")).replace(blake3, "BLAKE3") in page


def test_without_blake3_it_is_sha256(
    model: Path,
    key,
    authority: Authority,
    monkeypatch: pytest.MonkeyPatch,  # type: ignore[no-untyped-def]
) -> None:
    monkeypatch.setitem(sys.modules, "blake3", None)
    signature = model.parent / "s"
    signature.write_bytes(sign_model(str(model), KeySigner(key), str(signature)).bundle)
    assert verify(model, signature, authority).algorithm == "sha256"


@pytest.mark.parametrize("algorithm", ["sha256", "blake3"])
def test_signed_by_one_digest_only(model: Path, key, authority: Authority, algorithm: str) -> None:  # type: ignore[no-untyped-def]
    if algorithm == "blake3":
        pytest.importorskip("blake3")
    signature = model.parent / "s"
    signed = sign_model(str(model), KeySigner(key), str(signature), algorithms=(algorithm,))
    signature.write_bytes(signed.bundle)
    assert signed.root.scheme == f"tree-{algorithm}/1"
    result = verify(model, signature, authority)
    assert result.holds
    assert result.algorithm == algorithm
    if algorithm == "blake3":
        with pytest.raises(UsageError, match="BLAKE3 digests only"):
            verify(model, signature, authority, fast=False)
    swap(model)
    assert found_changes(verify(model, signature, authority)) == ATTACKS["permuted"][1]


def test_a_large_file_is_read_in_two_threads(
    tmp_path: Path,
    key,
    authority: Authority,
    monkeypatch: pytest.MonkeyPatch,  # type: ignore[no-untyped-def]
) -> None:
    from pratique.attest import digests

    monkeypatch.setattr(digests, "LARGE_BYTES", 1)
    monkeypatch.setattr(digests, "SMALL_BYTES", 0)
    monkeypatch.setattr(digests, "PIECE_BYTES", 1000)
    model, signature = tmp_path / "m", tmp_path / "s"
    for size in (0, 1, 1999, 2000, 2001, 8000, 100_001):
        content = os.urandom(size)
        model.write_bytes(content)
        found = digests.digests_of(
            [digests.Request("m", lambda: FileHandle(str(model)), size, ("sha256", "blake2b"))], threads=2
        )["m"]
        assert found.by_algorithm["sha256"] == hashlib.sha256(content).hexdigest()
        assert found.by_algorithm["blake2b"] == hashlib.blake2b(content).hexdigest()
        assert found.size_bytes == size
        part = digests.Request("p", lambda: FileHandle(str(model)), size, ("sha256",), size // 3, size // 2)
        found = digests.digests_of([part], threads=2)["p"]
        assert found.by_algorithm["sha256"] == hashlib.sha256(content[size // 3 : size // 2]).hexdigest()
    signature.write_bytes(sign_model(str(model), KeySigner(key), str(signature)).bundle)
    assert verify(model, signature, authority).holds
    model.write_bytes(content[:50_000] + bytes([content[50_000] ^ 1]) + content[50_001:])
    assert found_changes(verify(model, signature, authority)) == {("modified", "m")}


def test_special_files_are_not_signed(model: Path, key) -> None:  # type: ignore[no-untyped-def]
    os.mkfifo(model / "pipe")
    with pytest.raises(UnavailableError, match="pipe"):
        sign_model(str(model), KeySigner(key), "x")
    with pytest.raises(UsageError, match="no such"):
        sign_model(str(model / "absent"), KeySigner(key), "x")


@pytest.mark.parametrize("kind", keys.KINDS)
def test_every_kind_of_key(model: Path, kind: str) -> None:
    key = keys.generate(kind)
    signature = model / "model.sig"
    signature.write_bytes(sign_model(str(model), KeySigner(key), str(signature)).bundle)
    trusted = Authority(Trust().with_key(key.public_key(), "k"))
    assert verify(model, signature, trusted).holds
    stranger = Authority(Trust().with_key(keys.generate(kind).public_key(), "k"))
    with pytest.raises(TamperedError, match="not trusted"):
        verify(model, signature, stranger)
    with pytest.raises(UsageError, match="no key is trusted"):
        verify(model, signature, Authority(Trust()))


def test_a_revoked_key_is_refused(model: Path, signature: Path, key, authority: Authority) -> None:  # type: ignore[no-untyped-def]
    id_ = dsse.key_id(key.public_key())
    revoked = authority.trust.without(Revocation(id_, "lost", "2026-11-01T00:00:00Z"))
    with pytest.raises((TamperedError, UsageError)):
        verify(model, signature, Authority(revoked))


def forged(signature: Path, key, change: Callable[[dict], None]) -> bytes:  # type: ignore[no-untyped-def, type-arg]
    """The signature over a changed statement, by the right key: what a careless or hostile signer could make."""
    bundle = json.loads(signature.read_bytes())
    statement = json.loads(base64.b64decode(bundle["dsseEnvelope"]["payload"]))
    change(statement)
    bundle["dsseEnvelope"] = json.loads(dsse.sign(json.dumps(statement).encode(), PAYLOAD_TYPE, key))
    return json.dumps(bundle).encode()


BINDING = "https://pratique.dev/name-binding/v1"
CONTRADICTIONS: dict[str, tuple[Callable[[dict], object], str]] = {  # type: ignore[type-arg]
    "root": (lambda s: s["subject"][0]["digest"].update(sha256="00" * 32), "contradicts itself"),
    "two subjects": (lambda s: s["subject"].append(s["subject"][0]), "one subject"),
    "no resources": (lambda s: s["predicate"].pop("resources"), "resources"),
    "twice": (lambda s: s["predicate"]["resources"].append(s["predicate"]["resources"][0]), "twice"),
    "escape": (lambda s: s["predicate"]["resources"][0].update(name="../x"), "below the model"),
    "absolute": (lambda s: s["predicate"]["resources"][0].update(name="/etc/passwd"), "below the model"),
    "algorithm": (lambda s: s["predicate"]["resources"][0].update(algorithm="md5"), "not hashed by"),
    "digest": (lambda s: s["predicate"]["resources"][0].update(digest="zz"), "malformed"),
    "method": (lambda s: s["predicate"]["serialization"].update(method="magic"), "neither"),
    "hash": (lambda s: s["predicate"]["serialization"].update(hash_type="crc32"), "none of"),
    "shards": (lambda s: s["predicate"]["serialization"].update(method="shards", shard_size=0), "shard_size"),
    "ignores all": (lambda s: s["predicate"]["serialization"].update(ignore_paths=["./."]), "whole model"),
    "predicate": (lambda s: s.update(predicateType="https://other"), "predicate type"),
    "statement": (lambda s: s.update(_type="https://in-toto.io/Statement/v0.1"), "in-toto statement"),
    "binding root": (lambda s: s["subject"][0]["annotations"][BINDING].update(root="x"), "root"),
    "binding path": (lambda s: s["subject"][0]["annotations"][BINDING]["entries"][0].__setitem__(5, ".."), "malformed"),
    "binding entry": (lambda s: s["subject"][0]["annotations"][BINDING]["entries"].append([1]), "six fields"),
    "digests missing": (
        lambda s: [
            entry.__setitem__(i, "") for entry in s["subject"][0]["annotations"][BINDING]["entries"] for i in (3, 4)
        ],
        "neither all|malformed",
    ),
    "binding less": (
        lambda s: s["predicate"]["serialization"]["ignore_paths"].append("weights.bin"),
        "different files",
    ),
}


@pytest.mark.parametrize("name", CONTRADICTIONS)
def test_a_statement_that_contradicts_itself_is_refused(
    model: Path,
    signature: Path,
    key,
    authority: Authority,
    name: str,  # type: ignore[no-untyped-def]
) -> None:
    change, message = CONTRADICTIONS[name]
    data = forged(signature, key, change)  # type: ignore[arg-type]
    with pytest.raises(TamperedError, match=message):
        verify_model(str(model), data, authority, str(signature))


def test_every_truncation_of_a_bundle_is_refused(model: Path, signature: Path, authority: Authority) -> None:
    data = signature.read_bytes().rstrip()
    for end in [*range(0, len(data), 37), len(data) - 1]:
        with pytest.raises(TamperedError):
            verify_model(str(model), data[:end], authority, str(signature))


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(position=st.integers(0, 10_000), value=st.integers(0, 255))
def test_a_flipped_byte_never_verifies_something_else(
    model: Path, signature: Path, authority: Authority, position: int, value: int
) -> None:
    data = bytearray(signature.read_bytes())
    data[position % len(data)] = value
    with contextlib.suppress(TamperedError, UsageError):
        result = verify_model(str(model), bytes(data), authority, str(signature))
        assert result.holds  # only where nothing that counts was changed
        assert result.files == 9


@settings(max_examples=200, deadline=None)
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(["resources", "serialization", "name"]), inner),
    )
)
def test_any_predicate_is_read_or_refused(predicate: object) -> None:
    statement = {
        "_type": "https://in-toto.io/Statement/v1",
        "subject": [{"name": "m", "digest": {"sha256": "00" * 32}}],
        "predicateType": oms.PREDICATE_TYPE,
        "predicate": predicate,
    }
    with pytest.raises(TamperedError):
        oms.read(json.dumps(statement).encode())


def test_an_unreadable_file_is_said_to_be(
    model: Path, signature: Path, authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(self: FileHandle, buffer: memoryview, offset: int) -> int:
        raise UnavailableError("reading failed: Input/output error")

    monkeypatch.setattr(FileHandle, "read_into", fail)
    kinds = {change.kind for change in verify(model, signature, authority).changes}
    assert kinds == {Kind.UNREADABLE}
