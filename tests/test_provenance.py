"""PEP 740 provenance: what is claimed, what is verified, and what is refused.

The attestations and the files that they are about are those of the source archive of `pypi-attestations`, which is downloaded; the
real-data tests are skipped where no index is within reach. Each negative case changes one thing of a valid document.
"""

from __future__ import annotations

import base64
import copy
import hashlib
import io
import json
import os
import sys
import tarfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pratique import inspect
from pratique.attest import keyless
from pratique.attest.keyless import SigstoreTrust
from pratique.attest.provenance import Verified, verifier
from pratique.domain.artifact import Publisher
from pratique.domain.errors import TamperedError, UnavailableError, UsageError
from pratique.domain.held import Reference
from pratique.sources.pypi import PyPI
from pratique.sources.quarantine import FolderQuarantine
from tests.test_pypi import Index, wheel

CACHE = Path(os.environ.get("PRATIQUE_TEST_CACHE", Path.home() / ".cache" / "pratique-tests"))
RELEASE = "pypi-attestations==0.0.29"
SDIST_SHA256 = "2daf3ec46ff4c7123184ec892852b4d4599b78128f01f742a44406a73200c5df"
ASSETS = "pypi_attestations-0.0.29/test/assets/"
GITHUB = {"kind": "GitHub", "repository": "trailofbits/pypi-attestations", "workflow": "release.yml"}
MODELS = {"kind": "GitHub", "repository": "trailofbits/pypi-attestation-models", "workflow": "release.yml"}
GITLAB = {"kind": "GitLab", "repository": "facutuesca/gitlab-oidc-project", "workflow_filepath": ".gitlab-ci.yml"}
GOOGLE = {"kind": "Google", "email": "919436158236-compute@developer.gserviceaccount.com"}
FILE = "pypi_attestations-0.0.19.tar.gz"
quiet = pytest.mark.filterwarnings(
    "ignore::DeprecationWarning", "ignore::cryptography.utils.CryptographyDeprecationWarning"
)
Document = dict[str, Any]


OFFLINE = Verified(SigstoreTrust(offline=True))


def statement(name: str, digest: str, **more: Any) -> Document:
    document = {
        "_type": "https://in-toto.io/Statement/v1",
        "subject": [{"name": name, "digest": {"sha256": digest}}],
        "predicateType": "https://docs.pypi.org/attestations/publish/v1",
        "predicate": None,
    }
    return {**document, **more}


def provenance(publisher: object, *attestations: object) -> Document:
    return {"version": 1, "attestation_bundles": [{"publisher": publisher, "attestations": list(attestations)}]}


def attestation(held: Document) -> Document:
    def text(data: bytes) -> str:
        return base64.b64encode(data).decode()

    return {
        "version": 1,
        "verification_material": {"certificate": text(b"certificate"), "transparency_entries": [{"logIndex": "1"}]},
        "envelope": {"statement": text(json.dumps(held).encode()), "signature": text(b"signature")},
    }


def asked(document: object, name: str, sha256: str, by: Verified | None = None) -> tuple[Publisher, ...]:
    return (by or Verified()).publishers(json.dumps(document).encode(), name, sha256)


# What needs no signature: steps 1 to 6.

NAME, DIGEST = "drill_bit-1.0-py3-none-any.whl", "ab" * 32
PUBLISHER = {"kind": "GitHub", "repository": "example/drill", "workflow": "release.yml"}
GOOD = provenance(PUBLISHER, attestation(statement(NAME, DIGEST)))
TWO = statement(NAME, DIGEST, subject=[{"name": NAME, "digest": {"sha256": DIGEST}}] * 2)
REFUSED = [
    ("no document", [], "version 1"),
    ("another version", {**GOOD, "version": 2}, "version 1"),
    ("no bundles", {"version": 1}, "attestation_bundles must be"),
    ("bundles of nothing", {"version": 1, "attestation_bundles": [1]}, "attestation_bundles must be"),
    ("too many bundles", {"version": 1, "attestation_bundles": GOOD["attestation_bundles"] * 17}, "1 to 16"),
    ("no publisher", provenance(None, attestation(statement(NAME, DIGEST))), "no publisher"),
    ("no workflow", provenance({**PUBLISHER, "workflow": None}, attestation(statement(NAME, DIGEST))), "no usable workflow"),
    ("a control character", provenance({**PUBLISHER, "workflow": "a\n"}, attestation(statement(NAME, DIGEST))), "no usable"),
    ("no attestations", provenance(PUBLISHER), "attestations must be"),
    ("no envelope", provenance(PUBLISHER, {"version": 1}), "statement is missing"),
    ("no subject", provenance(PUBLISHER, attestation(statement(NAME, DIGEST, subject=[]))), "subjects"),
    ("two subjects", provenance(PUBLISHER, attestation(TWO)), "exactly one subject"),
    ("other bytes", provenance(PUBLISHER, attestation(statement(NAME, "cd" * 32))), "other bytes"),
    ("another version's name", provenance(PUBLISHER, attestation(statement(NAME.replace("1.0", "1.1"), DIGEST))), "another file"),
    ("another tag", provenance(PUBLISHER, attestation(statement(NAME.replace("any", "win32"), DIGEST))), "another file"),
    ("the source archive", provenance(PUBLISHER, attestation(statement("drill_bit-1.0.tar.gz", DIGEST))), "another file"),
    ("no name", provenance(PUBLISHER, attestation(statement("", DIGEST))), "no name of a wheel"),
    ("another type", provenance(PUBLISHER, attestation(statement(NAME, DIGEST, predicateType="x:y"))), "does not publish"),
    ("no version", provenance(PUBLISHER, {**attestation(statement(NAME, DIGEST)), "version": 2}), "not of version 1"),
]  # fmt: skip


@pytest.mark.parametrize(("fault", "document", "says"), REFUSED, ids=[row[0] for row in REFUSED])
def test_a_document_that_is_about_something_else(fault: str, document: object, says: str) -> None:
    with pytest.raises(TamperedError, match=says):
        asked(document, NAME, DIGEST)


@pytest.mark.parametrize("body", [b"", b"\xff", b"[" * 100_000, b'{"version": 1, "version": 1}', b"null", b"1" * 5000])
def test_a_document_that_is_nonsense(body: bytes) -> None:
    with pytest.raises(TamperedError, match=NAME):
        Verified().publishers(body, NAME, DIGEST)


def test_without_the_package_it_stays_claimed_and_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sigstore", None)
    (found,) = asked(GOOD, NAME, DIGEST)
    assert str(found) == f"GitHub example/drill release.yml (claimed: {keyless.INSTALL})"


def test_without_a_root_of_trust_it_stays_claimed_and_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    def unreachable(trust: SigstoreTrust) -> None:
        raise UnavailableError("no network")

    monkeypatch.setattr(keyless, "root_of", unreachable)
    (found,) = asked(GOOD, NAME, DIGEST)
    assert "PRATIQUE_SIGSTORE_ROOT" in found.unverified


def test_a_publisher_that_has_no_certificates_stays_claimed() -> None:
    document = provenance({"kind": "ActiveState", "organization": "drill"}, attestation(statement(NAME, DIGEST)))
    (found,) = asked(document, NAME, DIGEST)
    assert str(found).startswith("ActiveState drill (claimed: no certificate is known")


@quiet
def test_what_nobody_signed_is_refused() -> None:
    pytest.importorskip("sigstore", reason="the package sigstore is not installed")
    with pytest.raises(TamperedError, match="Sigstore"):
        asked(GOOD, NAME, DIGEST, Verified(SigstoreTrust(offline=True)))


def test_a_root_that_is_not_there() -> None:
    with pytest.raises(UsageError, match="no such file"):
        verifier({"PRATIQUE_SIGSTORE_ROOT": "/nowhere"})


def test_a_release_says_who_published_each_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sigstore", None)
    index = Index()
    try:
        data = wheel()
        held = statement("drill-1.0-py3-none-any.whl", hashlib.sha256(data).hexdigest())
        index.release(data, provenance=f"{index.url}/provenance")
        for made, right in (
            (held, True),
            ({**held, "subject": statement("drill-1.0.tar.gz", DIGEST)["subject"]}, False),
        ):
            body = json.dumps(provenance(PUBLISHER, attestation(made))).encode()
            index.pages["/provenance"] = (200, "application/json", body)
            if right:
                found = inspect("pypi:drill==1.0", index_url=f"{index.url}/simple")
                origin = found.report.artifact.origin
                assert origin.publisher == f"GitHub example/drill release.yml (claimed: {keyless.INSTALL})"
                assert [(p.file, len(p.publishers)) for p in origin.published or ()] == [
                    ("drill-1.0-py3-none-any.whl", 1)
                ]
                assert found.document["artifact"]["publisher"] == origin.publisher
            else:
                with pytest.raises(TamperedError, match="another file"):
                    inspect("pypi:drill==1.0", index_url=f"{index.url}/simple")
    finally:
        index.server.shutdown()
        index.server.server_close()
        index.thread.join()


def at_random(document: object, steps: list[int], value: object) -> object:
    """The document with the value that the steps lead to replaced."""
    changed = copy.deepcopy(document)
    above: Any = None
    key: Any = None
    at: Any = changed
    for step in steps:
        keys = list(at) if isinstance(at, dict) else list(range(len(at))) if isinstance(at, list) else []
        if not keys:
            break
        above, key = at, keys[step % len(keys)]
        at = above[key]
    if above is None:
        return value
    above[key] = value
    return changed


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


@quiet
@settings(max_examples=150, deadline=None)
@given(steps=st.lists(st.integers(0, 9), max_size=9), value=JSON_VALUES, outside=st.booleans())
def test_whatever_an_index_says_it_is_refused_or_claimed(steps: list[int], value: object, outside: bool) -> None:
    held = statement(NAME, DIGEST)
    document = (
        at_random(GOOD, steps, value) if outside else provenance(PUBLISHER, attestation(at_random(held, steps, value)))
    )  # type: ignore[arg-type]
    try:
        found = asked(document, NAME, DIGEST, OFFLINE)
    except TamperedError:
        return
    assert all(publisher.unverified for publisher in found)


# Real attestations.


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


@pytest.mark.real
@quiet
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


@pytest.mark.real
@quiet
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


@pytest.mark.real
@quiet
def test_an_attestation_of_another_instance_of_sigstore(assets: dict[str, bytes]) -> None:
    name = "rfc8785-0.1.2-py3-none-any.whl"
    document = read(assets, f"{name}.publish.attestation", {**GITHUB, "repository": "trailofbits/rfc8785.py"})
    with pytest.raises(TamperedError, match="certificate chain"):
        asked(document, name, hashlib.sha256(assets[name]).hexdigest(), OFFLINE)


@pytest.mark.real
@quiet
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
