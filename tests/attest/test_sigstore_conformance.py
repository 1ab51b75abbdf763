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

CASES = Path(__file__).parents[3] / "shared" / "vectors" / "sigstore-conformance" / "bundle-verify"
if not CASES.is_dir():
    CASES = Path("/work/shared/vectors/sigstore-conformance/bundle-verify")
IDENTITY = (
    "https://github.com/sigstore-conformance/extremely-dangerous-public-oidc-beacon/.github/workflows/"
    "extremely-dangerous-oidc-beacon.yml@refs/heads/main"
)
ISSUER = "https://token.actions.githubusercontent.com"
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


@pytest.mark.skipif(not FOLDERS, reason="the conformance data is not here (/work/shared/vectors)")
@pytest.mark.parametrize("case", FOLDERS, ids=lambda path: path.name)
@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::cryptography.utils.CryptographyDeprecationWarning")
def test_bundle_verification(case: Path) -> None:
    pytest.importorskip("sigstore", reason="the package sigstore is not installed")
    own = case / "artifact"
    digest = hashlib.sha256((own if own.exists() else CASES / "a.txt").read_bytes()).digest()
    data = (case / "bundle.sigstore.json").read_bytes()
    if case.name.endswith("_fail"):
        with pytest.raises((TamperedError, UsageError)) as refusal:
            verify_artifact(data, digest, authority_of(case))
        assert str(refusal.value)
    else:
        assert verify_artifact(data, digest, authority_of(case))


def test_the_cases_are_all_there() -> None:
    if not FOLDERS:
        pytest.skip("the conformance data is not here (/work/shared/vectors)")
    assert len(FOLDERS) >= 60
    assert any(not folder.name.endswith("_fail") for folder in FOLDERS)
