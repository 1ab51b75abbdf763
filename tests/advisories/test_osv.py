"""Matching of advisories: against an oracle, and the cases that the schema names."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from packaging.version import Version

from pratique.advisories import osv
from pratique.advisories.versions import pep440, semver

from .records import affected_by_stepping, ranged, record

EVENT = st.tuples(st.sampled_from(["introduced", "fixed", "last_affected"]), st.integers(1, 12))


@settings(max_examples=1500, deadline=None)
@given(
    st.lists(EVENT, max_size=6, unique_by=lambda e: e[1]),
    st.integers(0, 14),
    st.booleans(),
    st.sampled_from(["PyPI", "npm"]),
)
def test_ranges_equal_stepping_through_every_version(
    events: list[tuple[str, int]], version: int, from_the_start: bool, ecosystem: str
) -> None:
    kind = "ECOSYSTEM" if ecosystem == "PyPI" else "SEMVER"
    form = (lambda n: f"{n}.0") if ecosystem == "PyPI" else (lambda n: f"{n}.0.0")
    written = [(name, form(at)) for name, at in events] + ([("introduced", "0")] if from_the_start else [])
    expected = affected_by_stepping(version, events + ([("introduced", 0)] if from_the_start else []))
    document = record("GHSA-1", "drill", ecosystem=ecosystem, ranges=[ranged(*written, kind=kind)])
    assert (osv.matched(document, ecosystem, "drill", form(version)) is not None) == expected


VERSIONS = st.builds(
    lambda n, pre, post, dev: n + pre + post + dev,
    st.sampled_from(["1", "1.0", "1.1", "1.10", "2", "1!0.1", "0.9.1"]),
    st.sampled_from(["", "a1", "b2", "rc1"]),
    st.sampled_from(["", ".post1"]),
    st.sampled_from(["", ".dev3"]),
)


@settings(max_examples=500, deadline=None)
@given(VERSIONS, VERSIONS, VERSIONS)
def test_versions_of_pypi_are_ordered_as_pep_440_says(version: str, start: str, end: str) -> None:
    document = record("GHSA-1", "drill", ranges=[ranged(("introduced", start), ("fixed", end))])
    expected = Version(start) <= Version(version) and not (
        Version(end) <= Version(version) and Version(end) >= Version(start)
    )
    if Version(end) < Version(start):
        expected = Version(version) >= Version(start)
    assert (osv.matched(document, "PyPI", "drill", version) is not None) == expected


def test_semantic_versions_are_ordered_as_in_the_examples_of_the_specification() -> None:
    """SemVer 2.0.0, section 11.4.4."""
    ordered = [
        "1.0.0-alpha",
        "1.0.0-alpha.1",
        "1.0.0-alpha.beta",
        "1.0.0-beta",
        "1.0.0-beta.2",
        "1.0.0-beta.11",
        "1.0.0-rc.1",
        "1.0.0",
    ]
    assert sorted(random.Random(1).sample(ordered, len(ordered)), key=semver) == ordered
    assert semver("v1.2.3+build") == semver("1.2.3")


def test_listed_versions_match_without_ranges_and_in_other_spellings() -> None:
    document = record("PYSEC-1", "Drill_Kit", versions=["1.0.0", "2.0"])
    assert osv.matched(document, "PyPI", "drill-kit", "1.0.0") is not None
    assert osv.matched(document, "PyPI", "DRILL.KIT", "1.0") is not None
    assert osv.matched(document, "PyPI", "drill-kit", "1.0.1") is None
    assert osv.matched(document, "npm", "drill-kit", "1.0.0") is None


def test_limits_bound_a_range() -> None:
    document = record("GHSA-1", "drill", ranges=[ranged(("introduced", "0"), ("limit", "2.0"))])
    assert osv.matched(document, "PyPI", "drill", "1.9") is not None
    assert osv.matched(document, "PyPI", "drill", "2.0") is None
    document["affected"][0]["ranges"][0]["events"].append({"limit": "*"})
    assert osv.matched(document, "PyPI", "drill", "3.0") is not None


def test_withdrawn_records_and_versions_without_an_order_match_nothing() -> None:
    document = record("GHSA-1", "drill", ranges=[ranged(("introduced", "0"))])
    assert osv.matched(document, "PyPI", "drill", "1.0") is not None
    assert osv.matched(document, "PyPI", "drill", "not a version") is None
    assert osv.matched({**document, "withdrawn": "2026-01-01T00:00:00Z"}, "PyPI", "drill", "1.0") is None


@pytest.mark.parametrize(
    ("vector", "score"),
    [  # FIRST, CVSS v3.1 examples
        ("CVSS:3.1/AV:N/AC:L/PR:L/UI:N/S:U/C:L/I:L/A:N", 5.4),
        ("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", 9.8),
        ("CVSS:3.0/AV:N/AC:L/PR:N/UI:R/S:C/C:L/I:L/A:N", 6.1),
        ("CVSS:3.0/AV:N/AC:L/PR:L/UI:N/S:C/C:L/I:L/A:N", 6.4),
        ("CVSS:3.1/AV:L/AC:L/PR:H/UI:N/S:U/C:L/I:L/A:L", 4.2),
        ("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:N", 0.0),
        ("CVSS:3.1/AV:N/AC:L", None),
        ("nonsense", None),
    ],
)
def test_scores_are_those_of_the_published_examples(vector: str, score: float | None) -> None:
    assert osv.cvss3(vector) == score


KEYS = ["package", "ranges", "events", "versions", "introduced", "ecosystem", "name", "type"]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=4),
    max_leaves=20,
)


@settings(max_examples=400, deadline=None)
@given(JSON, JSON)
def test_hostile_records_never_raise(affected: object, severity: object) -> None:
    document = {"id": "X", "modified": "2026", "affected": affected, "severity": severity, "aliases": affected}
    assert osv.matched(document, "PyPI", "drill", "1.0") is None or isinstance(affected, list)
    assert isinstance(list(osv.packages(document)), list)


def test_long_versions_are_refused_by_their_order() -> None:
    with pytest.raises(ValueError, match="too long"):
        pep440("1" * 1000)
