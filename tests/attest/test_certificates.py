"""Chains: only what a trusted root issued, for signing, while it was valid."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pratique.attest import certificates
from pratique.domain.errors import TamperedError
from tests.attest.chains import NOW, Party, certify

ROOT = certify("root", ca=True)
ISSUER = certify("issuer", ROOT, ca=True, path_length=0)
SIGNER = certify("signer", ISSUER)


def der(*parties: Party) -> tuple[bytes, ...]:
    return tuple(certificates.to_der(party.certificate) for party in parties)


def verify(*parties: Party, root: Party = ROOT, later: int = 0, allow_expired: bool = False) -> certificates.Chain:
    now = NOW + timedelta(days=later)
    return certificates.verify(der(*parties), (root.certificate,), now, allow_expired=allow_expired)


def test_a_chain_to_a_trusted_root() -> None:
    signer = certify("signer", ISSUER)
    chain = verify(signer, ISSUER)
    assert chain.subject == "CN=signer"
    assert len(chain.fingerprints) == 3
    assert not chain.expired
    assert verify(signer, ISSUER, ROOT).fingerprints == chain.fingerprints
    assert verify(signer, root=signer).fingerprints == (certificates.fingerprint(signer.certificate),)


def test_what_is_refused() -> None:
    signer = certify("signer", ISSUER)
    with pytest.raises(TamperedError, match="no trusted root"):
        verify(signer)  # the issuer is missing
    with pytest.raises(TamperedError, match="no trusted root"):
        verify(signer, ISSUER, root=certify("root", ca=True))  # another root with the same name
    with pytest.raises(TamperedError, match="not for signing"):
        verify(certify("web", ISSUER, signs=False), ISSUER)
    with pytest.raises(TamperedError, match="not for signing"):
        verify(ISSUER)
    with pytest.raises(TamperedError, match="no trusted root"):
        verify(certify("below a signer", signer), signer, ISSUER)  # a signer is no issuer
    deeper = certify("deeper", ISSUER, ca=True)
    with pytest.raises(TamperedError, match="no trusted root"):
        verify(certify("too deep", deeper), deeper, ISSUER)  # longer than the issuer's path length
    with pytest.raises(TamperedError, match="critical extension"):
        verify(certify("odd", ISSUER, critical=True), ISSUER)
    with pytest.raises(TamperedError, match="no certificate"):
        certificates.verify((), (ROOT.certificate,), NOW)
    for junk in (b"", b"\x30\x03\x02\x01\x00", der(signer)[0][:-10]):
        with pytest.raises(TamperedError, match="malformed"):
            certificates.verify((junk,), (ROOT.certificate,), NOW)


def test_validity() -> None:
    signer = certify("signer", ISSUER, days=(-30, -10))
    with pytest.raises(TamperedError, match="allow-expired"):
        verify(signer, ISSUER)
    old = certify("old root", ca=True, days=(-100, 300))
    brief = certify("brief", old, days=(-30, -10))
    assert verify(brief, root=old, allow_expired=True).expired
    with pytest.raises(TamperedError, match="when the signing certificate was made"):
        verify(signer, ISSUER, allow_expired=True)  # its issuer is younger than it
    with pytest.raises(TamperedError, match="not now"):
        verify(certify("tomorrow", ISSUER, days=(1, 5)), ISSUER)


@settings(max_examples=300, deadline=None)
@given(position=st.integers(0, 2000), value=st.integers(0, 255))
def test_a_changed_byte_is_refused(position: int, value: int) -> None:
    good = der(SIGNER, ISSUER)
    changed = bytearray(good[0])
    changed[position % len(changed)] = value
    if bytes(changed) == good[0]:
        return
    with pytest.raises(TamperedError):
        certificates.verify((bytes(changed), good[1]), (ROOT.certificate,), NOW)


def test_a_loop_ends() -> None:
    a = certify("a", ca=True)
    with pytest.raises(TamperedError, match="no trusted root"):
        verify(certify("b", a), *[a] * 15)
