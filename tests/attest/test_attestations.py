"""Attestations: published vectors, every predicate's form, and what an attestation is about."""

from __future__ import annotations

import copy
import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from pratique.attest import about, dsse, keys, predicates
from pratique.attest import statement as intoto
from pratique.attest.model import Authority
from pratique.attest.predicates import vsa
from pratique.attest.statement import Statement, Subject
from pratique.attest.trust import Trust
from pratique.domain.errors import TamperedError, UsageError
from pratique.domain.verdict import Decision, Verdict
from tests.attest.predicate_examples import CONTRADICTIONS, EXAMPLES

VECTORS = Path(__file__).parent / "vectors"
SPEC = Path(__file__).parents[2] / "docs" / "spec"
# Ed25519 is deterministic: this seed makes the vectors byte for byte.
KEY = Ed25519PrivateKey.from_private_bytes(hashlib.sha256(b"pratique test vector key").digest())
SUBJECT = Subject("model", {"sha256": hashlib.sha256(b"pratique test vector subject").hexdigest()})


def envelope_of(name: str) -> bytes:
    return intoto.sign(Statement((SUBJECT,), predicates.TYPES[name], EXAMPLES[name]), KEY)


@pytest.mark.parametrize("name", predicates.TYPES)
def test_vector(name: str) -> None:
    published = (VECTORS / f"{name}.dsse.json").read_bytes().rstrip(b"\n")
    assert published == envelope_of(name)
    statement, signer = intoto.verify(published, (KEY.public_key(),))
    found = intoto.attestation_of(statement, signer, SUBJECT.digest["sha256"])
    assert found.predicate_type == predicates.TYPES[name]
    assert found.signer == dsse.key_id(KEY.public_key())


def test_the_public_key_of_the_vectors() -> None:
    assert (VECTORS / "key.pub").read_bytes() == keys.public_pem(KEY.public_key())


@pytest.mark.parametrize("name", predicates.TYPES)
def test_every_predicate_has_its_page(name: str) -> None:
    text = (SPEC / "attestations.md").read_text()
    assert f"`{predicates.TYPES[name]}`" in text
    page = SPEC / "predicates" / f"{name}.md"
    if predicates.TYPES[name].startswith("https://pratique.dev/"):
        for field in EXAMPLES[name]:
            assert f"`{field}`" in page.read_text(), field


def places(value: Any, at: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    found = []
    for key, inner in value.items() if isinstance(value, dict) else []:
        found += [(*at, key), *places(inner, (*at, key))]
    return found


@pytest.mark.parametrize("name", predicates.TYPES)
def test_contradictions_are_refused(name: str) -> None:
    predicates.check(predicates.TYPES[name], EXAMPLES[name])
    assert CONTRADICTIONS[name]
    for path, value, word in CONTRADICTIONS[name]:
        changed = copy.deepcopy(EXAMPLES[name])
        inner: Any = changed
        for key in path[:-1]:
            inner = inner[key]
        inner[path[-1]] = value
        with pytest.raises(UsageError, match=word):
            predicates.check(predicates.TYPES[name], changed)


OURS = [name for name, uri in predicates.TYPES.items() if uri.startswith("https://pratique.dev/")]


@pytest.mark.parametrize("name", OURS)
def test_our_predicates_are_closed(name: str) -> None:
    with pytest.raises(UsageError, match="not a field"):
        predicates.check(predicates.TYPES[name], EXAMPLES[name] | {"extra": 1})


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=300, deadline=None)
@given(name=st.sampled_from(sorted(predicates.TYPES)), choice=st.integers(0, 10_000), value=JSON)
def test_any_value_anywhere_is_accepted_or_refused_with_words(name: str, choice: int, value: Any) -> None:
    changed = copy.deepcopy(EXAMPLES[name])
    spots = places(changed)
    *path, last = spots[choice % len(spots)]
    inner: Any = changed
    for key in path:
        inner = inner[key]
    inner[last] = value
    try:
        predicates.check(predicates.TYPES[name], changed)
    except UsageError as error:
        assert str(error).startswith(name)  # noqa: PT017 - either outcome is right; an error must say where


def authority() -> Authority:
    return Authority(Trust().with_key(KEY.public_key(), "k"))


def test_about_a_folder(model: Path) -> None:
    output = model / "model.vetting.att.json"
    data = about.attest(str(model), str(output), "vetting", json.dumps(EXAMPLES["vetting"]).encode(), KEY)
    output.write_bytes(data)
    found = about.verify_attestation(str(model), data, authority(), "vetting")
    assert found.issued_at == EXAMPLES["vetting"]["issuedAt"]
    (model / "model.sig").write_bytes(b"a signature may come later")
    assert about.verify_attestation(str(model), data, authority(), "vetting") == found
    with pytest.raises(TamperedError, match="not 'https://slsa"):
        about.verify_attestation(str(model), data, authority(), "vsa")
    (model / ".git" / "config").write_bytes(b"[evil]")
    with pytest.raises(TamperedError, match="something else"):
        about.verify_attestation(str(model), data, authority(), "vetting")


def test_about_a_file(tmp_path: Path) -> None:
    file = tmp_path / "m.bin"
    file.write_bytes(b"x")
    data = about.attest(str(file), str(tmp_path / "o"), "drift", json.dumps(EXAMPLES["drift"]).encode(), KEY)
    assert about.verify_attestation(str(file), data, authority()).subject_digest == hashlib.sha256(b"x").hexdigest()
    stranger = Authority(Trust().with_key(keys.generate("ed25519").public_key(), "k"))
    with pytest.raises(TamperedError, match="trusted key"):
        about.verify_attestation(str(file), data, stranger)
    with pytest.raises(UsageError, match="no key"):
        about.verify_attestation(str(file), data, Authority(Trust()))
    for junk in (b"", b"{}", b"[]", data[:-5], b'{"mediaType":1}'):
        with pytest.raises(TamperedError):
            about.verify_attestation(str(file), junk, authority())
    with pytest.raises(UsageError, match="drift"):
        about.attest(str(file), "o", "drift", b"{}", KEY)


@pytest.mark.parametrize("decision", list(Decision))
def test_the_stamp_of_a_verdict(decision: Decision) -> None:
    verdict = Verdict(decision, "strict", "ab" * 32, "cd" * 32, (), expires="2027-01-01T00:00:00Z")
    predicate = vsa.stamp(verdict, "hf://org/model", "2026-11-24T02:00:00Z")
    predicates.check(predicates.TYPES["vsa"], predicate)
    assert (predicate["verificationResult"] == "PASSED") == (decision is Decision.ADMIT)
    predicate["verificationResult"] = "FAILED" if decision is Decision.ADMIT else "PASSED"
    with pytest.raises(UsageError, match="contradicts"):
        predicates.check(predicates.TYPES["vsa"], predicate)


def test_the_flow_can_sign_with_it() -> None:
    signed = about.DsseSigner(KEY).sign(b"{}")
    assert dsse.verify(signed, about.INSPECTION_TYPE, (KEY.public_key(),)).payload == b"{}"


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"[]",
        b'{"_type":"https://in-toto.io/Statement/v1","_type":"x"}',
        json.dumps({"_type": intoto.STATEMENT_TYPE}).encode(),
        json.dumps({"_type": intoto.STATEMENT_TYPE, "predicateType": "p", "subject": []}).encode(),
        json.dumps({"_type": intoto.STATEMENT_TYPE, "predicateType": "p", "subject": [1]}).encode(),
        json.dumps({"_type": intoto.STATEMENT_TYPE, "predicateType": "p", "subject": [{"digest": {}}]}).encode(),
        json.dumps(
            {"_type": intoto.STATEMENT_TYPE, "predicateType": "p", "subject": [{"digest": {"sha256": "AB"}}]}
        ).encode(),
        b"[" * 100_000,
    ],
)
def test_malformed_statements_are_refused(payload: bytes) -> None:
    with pytest.raises(TamperedError):
        intoto.parse(payload)
