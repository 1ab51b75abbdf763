"""sigstore-conformance, bundle verification: a case whose folder ends in `_fail` must be refused, every other accepted."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from pratique.attest import dsse
from pratique.attest.artifact import verify_artifact
from pratique.attest.keyless import SigstoreTrust
from pratique.attest.model import Authority
from pratique.attest.trust import Identity, Trust
from pratique.domain.errors import TamperedError, UsageError
from tests.attest import VECTORS

CASES = VECTORS / "sigstore-conformance" / "bundle-verify"
IDENTITY = (
    "https://github.com/sigstore-conformance/extremely-dangerous-public-oidc-beacon/.github/workflows/"
    "extremely-dangerous-oidc-beacon.yml@refs/heads/main"
)
ISSUER = "https://token.actions.githubusercontent.com"
# Refused, though they should be accepted, by sigstore-python 4.5.1 as well (on the safe side).
BEYOND_SIGSTORE_PYTHON = {
    "intoto-with-custom-trust-root": "dsse/hashedrekord",  # log entries of the kind intoto/0.0.2
    "trust-root-tsa-validity-end-inclusive": "verified time",  # the last second of a timestamp authority
}
FOLDERS = sorted(path for path in CASES.glob("*") if path.is_dir())


def text(path: Path, default: str) -> str:
    return path.read_text().strip() if path.exists() else default


def authority_of(case: Path) -> Authority:
    import importlib.resources

    trust = Trust()
    if (case / "key.pub").exists():
        trust = trust.with_key(dsse.load_public_key((case / "key.pub").read_bytes()), "given")
    else:
        trust = trust.with_identity(Identity(text(case / "identity", IDENTITY), text(case / "issuer", ISSUER)))
    own = case / "trusted_root.json"
    public = (
        importlib.resources.files("sigstore._store") / "https%3A%2F%2Ftuf-repo-cdn.sigstore.dev" / "trusted_root.json"
    )
    return Authority(trust, sigstore=SigstoreTrust(str(own if own.exists() else public)))


@pytest.mark.skipif(not FOLDERS, reason="the conformance data is not in ../shared/vectors")
@pytest.mark.parametrize("case", FOLDERS, ids=lambda path: path.name)
@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::cryptography.utils.CryptographyDeprecationWarning")
def test_bundle_verification(case: Path) -> None:
    pytest.importorskip("sigstore", reason="the package sigstore is not installed")
    own = case / "artifact"
    digest = hashlib.sha256((own if own.exists() else CASES / "a.txt").read_bytes()).digest()
    data = (case / "bundle.sigstore.json").read_bytes()
    if case.name.endswith("_fail"):
        # Without any usable key there is nothing to verify with; everything else must be refused as false.
        kind = UsageError if case.name in ("managed-key-no-key_fail", "managed-key-wrong-key_fail") else TamperedError
        with pytest.raises(kind):
            verify_artifact(data, digest, authority_of(case))
    elif case.name in BEYOND_SIGSTORE_PYTHON:
        with pytest.raises(TamperedError, match=BEYOND_SIGSTORE_PYTHON[case.name]):
            verify_artifact(data, digest, authority_of(case))
        pytest.xfail("sigstore-python 4.5 refuses it too")
    else:
        assert verify_artifact(data, digest, authority_of(case))


def test_the_cases_are_all_there() -> None:
    if not FOLDERS:
        pytest.skip("the conformance data is not in ../shared/vectors")
    assert len(FOLDERS) >= 60
    assert any(not folder.name.endswith("_fail") for folder in FOLDERS)
