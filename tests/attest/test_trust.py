"""Keys on disk, the trust file, and its updates by TUF."""

from __future__ import annotations

import json
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from pratique.attest import dsse, keys, trust
from pratique.attest.trust import Identity, Revocation, Trust
from pratique.domain.errors import TamperedError, UnavailableError, UsageError
from tests.attest.chains import certify
from tests.attest.test_attestations import KEY, VECTORS

REVOKED = Revocation("ab" * 32, "lost", "2026-11-24T00:00:00Z")


@pytest.mark.parametrize("kind", keys.KINDS)
def test_a_key_pair_is_written_for_its_owner_only(tmp_path: Path, kind: str) -> None:
    key, path = keys.generate(kind), tmp_path / "k"
    public = keys.save(key, str(path), b"secret")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert b"ENCRYPTED" in path.read_bytes()
    assert keys.kind_of(keys.load_public(public)) == kind
    loaded = keys.load_private(str(path), b"secret")
    assert dsse.key_id(loaded.public_key()) == dsse.key_id(key.public_key())
    for wrong in (None, b"wrong"):
        with pytest.raises(UsageError, match=str(path)):
            keys.load_private(str(path), wrong)


def test_a_key_is_never_overwritten_or_shared(tmp_path: Path) -> None:
    path = tmp_path / "k"
    keys.save(keys.generate("ed25519"), str(path), None)
    before = path.read_bytes()
    with pytest.raises(UsageError, match="never overwritten"):
        keys.save(keys.generate("ed25519"), str(path), None)
    (tmp_path / "k.pub").unlink()
    with pytest.raises(UsageError, match="never overwritten"):
        keys.save(keys.generate("ed25519"), str(path), None)
    assert path.read_bytes() == before
    (tmp_path / "link").symlink_to(tmp_path / "target")
    with pytest.raises(UsageError, match="never overwritten"):
        keys.save(keys.generate("ed25519"), str(tmp_path / "link"), None)
    assert not (tmp_path / "target").exists()
    path.chmod(0o644)
    with pytest.raises(UsageError, match="chmod 600"):
        keys.load_private(str(path), None)
    with pytest.raises(UnavailableError):
        keys.save(keys.generate("ed25519"), str(tmp_path / "no" / "folder"), None)


def test_damaged_keys_are_refused_with_words(tmp_path: Path) -> None:
    path = tmp_path / "k"
    keys.save(keys.generate("ecdsa-p256"), str(path), None)
    for data in (b"", b"junk", path.read_bytes()[:60], b"\xff" * 100):
        path.write_bytes(data)
        with pytest.raises(UsageError, match=f"{path}: not a"):
            keys.load_private(str(path), None)
        with pytest.raises(UsageError, match=f"{path}: not a"):
            keys.load_public(str(path))
    path.write_bytes(b"x" * (keys.MAX_KEY_BYTES + 1))
    with pytest.raises(UsageError, match="larger"):
        keys.load_public(str(path))


def full() -> Trust:
    filled = Trust().with_key(KEY.public_key(), "vectors").with_root(certify("root", ca=True).certificate, "root")
    return filled.with_identity(Identity("me@example.org", "https://issuer")).without(REVOKED)


def test_the_trust_file_comes_back_as_it_was(tmp_path: Path) -> None:
    path = str(tmp_path / "a" / "trust.json")
    assert trust.load(path) == Trust()
    filled = full()
    trust.save(filled, path)
    loaded = trust.load(path)
    assert loaded == filled
    assert loaded.version == 4
    assert [dsse.key_id(key) for key in loaded.public_keys()] == [dsse.key_id(KEY.public_key())]
    assert len(loaded.certificates()) == 1
    assert loaded.revoked == (REVOKED,)


def test_what_is_revoked_stays_revoked() -> None:
    id_ = dsse.key_id(KEY.public_key())
    gone = full().without(Revocation(id_, "lost", "2026-11-24T00:00:00Z"))
    assert gone.public_keys() == ()
    with pytest.raises(TamperedError, match="lost"):
        gone.with_key(KEY.public_key(), "again")
    with pytest.raises(TamperedError, match="revoked"):
        gone.refuse_revoked("x", id_)


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"schema": "x"}, "pratique.trust/1"),
        ({"version": -1}, "version"),
        ({"version": True}, "version"),
        ({"keys": {}}, "list"),
        ({"keys": [{"id": "x"}]}, "texts"),
        ({"keys": [{"id": "00" * 32, "name": "n", "pem": "junk"}]}, "PEM"),
        ({"keys": [{"id": "00" * 32, "name": "n", "pem": keys.public_pem(KEY.public_key()).decode()}]}, "another id"),
        ({"roots": [{"id": "00" * 32, "name": "n", "pem": "junk"}]}, "certificates"),
        ({"identities": [{"identity": "a", "issuer": 1}]}, "texts"),
        ({"revoked": [{"id": "short", "reason": "r", "at": "t"}]}, "SHA-256"),
    ],
)
def test_a_malformed_trust_file_is_refused(change: dict[str, object], word: str) -> None:
    document = json.loads(full().to_json()) | change
    with pytest.raises(TamperedError, match=word):
        trust.parse(json.dumps(document).encode())


def test_the_published_vector() -> None:
    published = (VECTORS / "trust.json").read_bytes()
    loaded = trust.parse(published)
    assert loaded.keys[0].id == dsse.key_id(KEY.public_key())
    import hashlib

    assert loaded.revoked[0].id == hashlib.sha256(b"revoked").hexdigest()
    assert loaded.to_json() == published


class Repository:
    """A TUF repository in a folder, with one Ed25519 key for all roles."""

    def __init__(self, folder: Path) -> None:
        from securesystemslib.signer import CryptoSigner
        from tuf.api.metadata import Metadata, MetaFile, Root, Snapshot, Targets, Timestamp

        self.folder = folder
        (folder / "targets").mkdir(parents=True)
        self.signer = CryptoSigner.generate_ed25519()
        expires = datetime.now(UTC).replace(microsecond=0) + timedelta(days=10)
        self.root, self.targets = Root(expires=expires, consistent_snapshot=False), Targets(expires=expires)
        self.snapshot, self.timestamp = Snapshot(expires=expires), Timestamp(expires=expires)
        for role in ("root", "targets", "snapshot", "timestamp"):
            self.root.add_key(self.signer.public_key, role)
        self.metadata, self.meta_file = Metadata, MetaFile
        self.write("1.root.json", self.root)

    def write(self, name: str, signed) -> bytes:  # type: ignore[no-untyped-def]
        metadata = self.metadata(signed)
        metadata.sign(self.signer)
        data: bytes = metadata.to_bytes()
        (self.folder / name).write_bytes(data)
        return data

    def publish(self, content: bytes) -> None:
        from tuf.api.metadata import TargetFile

        (self.folder / "targets" / "trust.json").write_bytes(content)
        self.targets.targets["trust.json"] = TargetFile.from_data("trust.json", content, ["sha256"])
        self.targets.version += 1
        self.snapshot.meta["targets.json"] = self.meta_file(version=self.targets.version)
        self.snapshot.version += 1
        self.timestamp.snapshot_meta = self.meta_file(version=self.snapshot.version)
        self.timestamp.version += 1
        self.write("targets.json", self.targets)
        self.write("snapshot.json", self.snapshot)
        self.write("timestamp.json", self.timestamp)


def test_updates_by_tuf(tmp_path: Path) -> None:
    pytest.importorskip("tuf", reason="the package tuf is not installed (extra `sigstore`)")
    from pratique.attest.trust_update import update

    repository, path = Repository(tmp_path / "repository"), str(tmp_path / "home" / "trust.json")
    root, url = (tmp_path / "repository" / "1.root.json").read_bytes(), str(tmp_path / "repository")
    repository.publish(full().to_json())
    with pytest.raises(UsageError, match="root of trust"):
        update(url, path, None)
    assert update(url, path, root) == (0, 4)
    assert trust.load(path).revoked == (REVOKED,)
    assert update(url, path, None) == (4, 4)
    present = trust.load(path)

    repository.publish(Trust(3).to_json())
    with pytest.raises(TamperedError, match="older"):
        update(url, path, None)
    repository.publish(Trust(9, present.keys).to_json())
    with pytest.raises(TamperedError, match="take back"):
        update(url, path, None)
    repository.publish(Trust(4, revoked=present.revoked).to_json())
    with pytest.raises(TamperedError, match="both are version 4"):
        update(url, path, None)
    repository.publish(b"{}")
    with pytest.raises(TamperedError, match="not pratique"):
        update(url, path, None)
    assert trust.load(path) == present

    newer = present.without(Revocation("cd" * 32, "stolen", "2026-11-24T00:00:00Z"))
    repository.publish(newer.to_json())
    (tmp_path / "repository" / "targets" / "trust.json").write_bytes(full().to_json())
    with pytest.raises(TamperedError, match="TUF refuses"):
        update(url, path, None)  # the target is not what the metadata say
    repository.publish(newer.to_json())
    assert update(url, path, None) == (4, 5)


def test_updates_from_elsewhere_are_refused(tmp_path: Path) -> None:
    pytest.importorskip("tuf", reason="the package tuf is not installed (extra `sigstore`)")
    from pratique.attest.trust_update import update

    mine, theirs = Repository(tmp_path / "mine"), Repository(tmp_path / "theirs")
    theirs.publish(full().to_json())
    root, path = (mine.folder / "1.root.json").read_bytes(), str(tmp_path / "home" / "trust.json")
    with pytest.raises(TamperedError, match="TUF refuses"):
        update(str(theirs.folder), path, root)
    assert trust.load(path) == Trust()
    with pytest.raises(UsageError, match="https"):
        update("http://example.org/", path, root)
