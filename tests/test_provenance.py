"""PEP 740 provenance: what is claimed, what is verified, and what is refused.

Each negative case changes one thing of a valid document. Real attestations: `tests/test_real_provenance.py`.
"""

from __future__ import annotations

import base64
import copy
import hashlib
import json
import sys
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
from tests.test_pypi import Index, wheel

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
LONG = NAME.replace("-py3", f"-{'1' * 5000}-py3")
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
    ("a long build number", provenance(PUBLISHER, attestation(statement(LONG, DIGEST))), "no name of a wheel"),
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
