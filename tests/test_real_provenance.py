"""Real PEP 740 attestations, and forgeries of them: each changes one thing.

The attestations and the files that they are about are those of the source archive of `pypi-attestations`, which is downloaded once
into the cache folder; where no index is within reach, the tests are skipped with that reason.
"""

from __future__ import annotations

import base64
import copy
import hashlib
import io
import json
import os
import tarfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from pratique import inspect
from pratique.domain.errors import TamperedError, UnavailableError, UsageError
from pratique.domain.held import Reference
from pratique.sources.pypi import PyPI
from pratique.sources.quarantine import FolderQuarantine
from tests.test_provenance import OFFLINE, Document, asked, provenance, quiet
from tests.test_pypi import Index

CACHE = Path(os.environ.get("PRATIQUE_TEST_CACHE", Path.home() / ".cache" / "pratique-tests"))
RELEASE = "pypi-attestations==0.0.29"
SDIST_SHA256 = "2daf3ec46ff4c7123184ec892852b4d4599b78128f01f742a44406a73200c5df"
ASSETS = "pypi_attestations-0.0.29/test/assets/"
GITHUB = {"kind": "GitHub", "repository": "trailofbits/pypi-attestations", "workflow": "release.yml"}
MODELS = {"kind": "GitHub", "repository": "trailofbits/pypi-attestation-models", "workflow": "release.yml"}
GITLAB = {"kind": "GitLab", "repository": "facutuesca/gitlab-oidc-project", "workflow_filepath": ".gitlab-ci.yml"}
GOOGLE = {"kind": "Google", "email": "919436158236-compute@developer.gserviceaccount.com"}
FILE = "pypi_attestations-0.0.19.tar.gz"
pytestmark = [pytest.mark.real, quiet]


@pytest.fixture(scope="module")
def assets() -> Iterator[dict[str, bytes]]:
    pytest.importorskip("sigstore", reason="the package sigstore is not installed")
    folder = CACHE / RELEASE
    path = folder / RELEASE.replace("pypi-attestations==", "") / f"pypi_attestations-{RELEASE[-6:]}.tar.gz"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        try:
            root, _ = PyPI().fetch(Reference(f"pypi:{RELEASE}#sdist"), FolderQuarantine(str(folder)))
        except (UnavailableError, UsageError) as error:
            pytest.skip(f"{RELEASE} could not be downloaded: {error}")
        path.parent.mkdir(exist_ok=True)
        next(Path(root).iterdir()).rename(path)
    data = path.read_bytes()
    assert hashlib.sha256(data).hexdigest() == SDIST_SHA256
    with tarfile.open(fileobj=io.BytesIO(data)) as archive:
        inside = (m for m in archive if m.isfile() and m.name.startswith(ASSETS))
        yield {m.name.removeprefix(ASSETS): archive.extractfile(m).read() for m in inside}  # type: ignore[union-attr]


REAL = [
    (FILE, "pypi_attestations-0.0.19.tar.gz.provenance", None, "GitHub trailofbits/pypi-attestations release.yml"),
    (FILE, "pypi_attestations-0.0.19.tar.gz.publish.attestation", GITHUB, "GitHub trailofbits/pypi-attestations release.yml"),
    (FILE, "pypi_attestations-0.0.19.tar.gz.slsa.attestation", GITHUB, "GitHub trailofbits/pypi-attestations release.yml"),
    ("pypi_attestation_models-0.0.4a2.tar.gz", "pypi_attestation_models-0.0.4a2.tar.gz.attestation", MODELS, "GitHub "),
    ("gitlab_oidc_project-0.0.3.tar.gz", "gitlab_oidc_project-0.0.3.tar.gz.publish.attestation", GITLAB, "GitLab "),
    ("gcb_attestation_test-0.0.0.tar.gz", "gcb_attestation_test-0.0.0.tar.gz.provenance", None, "Google 919436158236-"),
]  # fmt: skip


def read(assets: dict[str, bytes], name: str, publisher: Document | None) -> Document:
    found = json.loads(assets[name])
    return found if publisher is None else provenance(publisher, found)


@pytest.mark.parametrize(("file", "document", "publisher", "says"), REAL, ids=[row[1] for row in REAL])
def test_real_attestations_are_verified(
    assets: dict[str, bytes], file: str, document: str, publisher: Document | None, says: str
) -> None:
    digest = hashlib.sha256(assets[file]).hexdigest()
    (found,) = asked(read(assets, document, publisher), file, digest, OFFLINE)
    assert str(found).startswith(says)
    assert not found.unverified


def change(document: Document, *path: str | int) -> Callable[[Any], Document]:
    def to(value: Any) -> Document:
        changed = copy.deepcopy(document)
        at: Any = changed["attestation_bundles"][0]
        for key in path[:-1]:
            at = at[key]
        at[path[-1]] = value(at[path[-1]]) if callable(value) else value
        return changed

    return to


def flipped(text: str) -> str:
    data = bytearray(base64.b64decode(text))
    data[-1] ^= 1
    return base64.b64encode(data).decode()


def truncated(text: str) -> str:
    return base64.b64encode(base64.b64decode(text)[:-40]).decode()


def forgeries(good: Document, other: Document) -> Iterator[tuple[str, Document, str]]:
    first, theirs = ("attestations", 0), other["attestation_bundles"][0]["attestations"][0]
    material, envelope = (*first, "verification_material"), (*first, "envelope")
    yield "another repository", change(good, "publisher", "repository")("example/drill"), "certificate is of"
    yield "a longer repository", change(good, "publisher", "repository")(lambda r: r + "-models"), "certificate is of"
    yield "another workflow", change(good, "publisher", "workflow")("ci.yml"), "workflow"
    yield "a workflow with a reference", change(good, "publisher", "workflow")("release.yml@refs/tags/v0"), "workflow"
    yield "GitLab's", change(good, "publisher")(GITLAB), "issuer"
    yield "an account's", change(good, "publisher")(GOOGLE), "issuer"
    yield "a truncated certificate", change(good, *material, "certificate")(truncated), "Sigstore"
    yield "a certificate that was changed", change(good, *material, "certificate")(flipped), "Sigstore"
    yield (
        "another certificate",
        change(good, *material, "certificate")(theirs["verification_material"]["certificate"]),
        "Sigstore",
    )
    yield "a changed signature", change(good, *envelope, "signature")(flipped), "Sigstore"
    yield "another signature", change(good, *envelope, "signature")(theirs["envelope"]["signature"]), "Sigstore"
    yield (
        "a swapped log entry",
        change(good, *material, "transparency_entries")(theirs["verification_material"]["transparency_entries"]),
        "Sigstore",
    )
    yield "no log entry", change(good, *material, "transparency_entries")([]), "1 to 16"
    yield (
        "a log entry of another time",
        change(good, *material, "transparency_entries", 0, "integratedTime")("1700000000"),
        "Sigstore",
    )
    yield (
        "a log entry without its proof",
        change(good, *material, "transparency_entries", 0, "inclusionProof")(None),
        "Sigstore",
    )
    yield "a statement that was changed", change(good, *envelope, "statement")(
        lambda text: base64.b64encode(base64.b64decode(text) + b" ").decode()
    ), "Sigstore"  # fmt: skip


def test_forged_attestations_are_refused(assets: dict[str, bytes]) -> None:
    good = read(assets, f"{FILE}.publish.attestation", GITHUB)
    other = read(assets, "pypi_attestation_models-0.0.4a2.tar.gz.attestation", MODELS)
    digest = hashlib.sha256(assets[FILE]).hexdigest()
    for what, document, says in forgeries(good, other):
        with pytest.raises(TamperedError) as raised:
            asked(document, FILE, digest, OFFLINE)
        assert says in str(raised.value), f"{what}: {raised.value}"
    with pytest.raises(TamperedError, match="other bytes"):
        asked(good, FILE, hashlib.sha256(b"").hexdigest(), OFFLINE)
    with pytest.raises(TamperedError, match="another file"):
        asked(good, "pypi_attestations-0.0.20.tar.gz", digest, OFFLINE)


def test_an_attestation_of_another_instance_of_sigstore(assets: dict[str, bytes]) -> None:
    name = "rfc8785-0.1.2-py3-none-any.whl"
    document = read(assets, f"{name}.publish.attestation", {**GITHUB, "repository": "trailofbits/rfc8785.py"})
    with pytest.raises(TamperedError, match="certificate chain"):
        asked(document, name, hashlib.sha256(assets[name]).hexdigest(), OFFLINE)


def test_a_real_release_from_an_index_is_verified_and_a_forged_one_refused(
    assets: dict[str, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PRATIQUE_SIGSTORE_ROOT", "offline")
    index = Index()
    try:
        index.pages["/provenance"] = (200, "application/json", assets[f"{FILE}.provenance"])
        for data in (assets[FILE], assets["gitlab_oidc_project-0.0.3.tar.gz"]):
            index.pages[f"/files/{FILE}"] = (200, "application/octet-stream", data)
            entry = {"filename": FILE, "url": f"/files/{FILE}", "hashes": {"sha256": hashlib.sha256(data).hexdigest()}}
            body = json.dumps({"files": [{**entry, "provenance": f"{index.url}/provenance"}]}).encode()
            index.pages["/simple/pypi-attestations/"] = (200, "application/vnd.pypi.simple.v1+json", body)
            if data is assets[FILE]:
                found = inspect("pypi:pypi-attestations==0.0.19", index_url=f"{index.url}/simple")
                origin = found.report.artifact.origin
                assert origin.publisher == "GitHub trailofbits/pypi-attestations release.yml (verified)"
            else:
                with pytest.raises(TamperedError, match="other bytes"):
                    inspect("pypi:pypi-attestations==0.0.19", index_url=f"{index.url}/simple")
    finally:
        index.server.shutdown()
        index.server.server_close()
        index.thread.join()
