"""Imports: whole or not at all, back again, stale, and what an inspection says of them."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import zipfile
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from pratique import inspect
from pratique.cli.main import main
from pratique.domain.errors import TamperedError, UsageError
from pratique.domain.verdict import Decision
from pratique.store.advisories import AdvisoryStore

from .records import Record, ranged, record

NOW = datetime.now(timezone.utc)
TODAY = NOW.strftime("%Y-%m-%dT%H:%M:%SZ")
VULNERABLE = record(
    "GHSA-drill-0001",
    "Drill_Kit",
    modified=TODAY,
    aliases=["CVE-2026-99999"],
    ranges=[ranged(("introduced", "0"), ("fixed", "1.2"))],
    severity=[{"type": "CVSS_V3", "score": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"}],
)
SAME = record("PYSEC-2026-1", "drill-kit", modified=TODAY, aliases=["CVE-2026-99999"], versions=["1.0", "1.1"])
MALICIOUS = record("MAL-2026-1", "drill-kitt", modified=TODAY, versions=["9.9.9"])


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AdvisoryStore:
    monkeypatch.setenv("PRATIQUE_HOME", str(tmp_path / "home"))
    return AdvisoryStore(str(tmp_path / "home"))


def dump(path: Path, *records: Record | bytes) -> str:
    with zipfile.ZipFile(path, "w") as archive:
        for at, item in enumerate(records):
            archive.writestr(f"{at}.json", item if isinstance(item, bytes) else json.dumps(item))
    return str(path)


def test_an_import_answers_by_release_and_tells_aliases_once(store: AdvisoryStore, tmp_path: Path) -> None:
    facts = store.load(dump(tmp_path / "all.zip", VULNERABLE, SAME, MALICIOUS, b"{", b"[]", b'{"id": 1}'), NOW)
    assert (facts["records"], facts["malicious"], facts["skipped"]) == ("3", "1", "3")
    (found,) = store.of("PyPI", "drill.kit", "1.1")
    assert (found.id, found.score, found.fixed, found.malicious) == ("GHSA-drill-0001", 9.8, ("1.2",), False)
    assert store.of("PyPI", "drill-kit", "1.2") == ()
    assert store.of("PyPI", "drill-kitt", "9.9.9")[0].malicious


@pytest.mark.parametrize("kind", ["folder", "json", "jsonl"])
def test_every_form_of_dump_is_read(store: AdvisoryStore, tmp_path: Path, kind: str) -> None:
    source = tmp_path / f"dump.{kind}"
    if kind == "folder":
        source.mkdir()
        (source / "a.json").write_text(json.dumps(MALICIOUS))
    else:
        source.write_text(json.dumps(MALICIOUS) + "\n")
    assert store.load(str(source), NOW)["records"] == "1"


def test_a_failed_import_leaves_what_was_there(store: AdvisoryStore, tmp_path: Path) -> None:
    store.load(dump(tmp_path / "a.zip", VULNERABLE), NOW)
    before = store.version
    for broken in (dump(tmp_path / "empty.zip", b"{}"), str(tmp_path / "missing.zip")):
        with pytest.raises(UsageError):
            AdvisoryStore(os.path.dirname(store.path)).load(broken, NOW)
    whole = (tmp_path / "a.zip").read_bytes()
    (tmp_path / "cut.zip").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(UsageError):
        AdvisoryStore(os.path.dirname(store.path)).load(str(tmp_path / "cut.zip"), NOW)
    assert AdvisoryStore(os.path.dirname(store.path)).version == before
    assert sorted(os.listdir(os.path.dirname(store.path))) == ["advisories.sqlite"]


def test_an_import_can_be_taken_back(store: AdvisoryStore, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["advisories", "update", dump(tmp_path / "a.zip", VULNERABLE)]) == 0
    assert main(["advisories", "update", dump(tmp_path / "b.zip", MALICIOUS)]) == 0
    assert main(["advisories", "check", "drill-kit==1.0"]) == 0
    assert main(["advisories", "rollback"]) == 0
    capsys.readouterr()
    assert main(["advisories", "check", "drill-kit==1.0"]) == 1
    assert "GHSA-drill-0001  score 9.8" in capsys.readouterr().out
    assert main(["advisories", "rollback"]) == 2


def test_an_import_that_is_killed_leaves_what_was_there(store: AdvisoryStore, tmp_path: Path) -> None:
    store.load(dump(tmp_path / "a.zip", VULNERABLE), NOW)
    before = store.version
    many = dump(
        tmp_path / "many.zip", *(record(f"GHSA-{n}", f"p{n}", modified=TODAY, versions=["1"]) for n in range(3000))
    )
    script = f"from pratique.cli.main import main; main(['advisories', 'update', {many!r}])"
    for _ in range(3):
        child = subprocess.Popen([sys.executable, "-c", script], env=os.environ)
        while child.poll() is None and not any(n.endswith(".new") for n in os.listdir(os.path.dirname(store.path))):
            pass
        child.send_signal(signal.SIGKILL)
        child.wait()
        fresh = AdvisoryStore(os.path.dirname(store.path))
        assert fresh.version == before or fresh.facts()["records"] == "3000"


def test_a_damaged_database_is_told_and_not_believed(store: AdvisoryStore, tmp_path: Path) -> None:
    store.load(dump(tmp_path / "a.zip", VULNERABLE), NOW)
    Path(store.path).write_bytes(b"not a database" * 100)
    with pytest.raises(TamperedError):
        AdvisoryStore(os.path.dirname(store.path)).of("PyPI", "drill-kit", "1.0")


def project(folder: Path, line: str) -> str:
    folder.mkdir()
    (folder / "requirements.txt").write_text(line + "\n")
    return str(folder)


def test_an_inspection_asks_and_says_which_advisories(store: AdvisoryStore, tmp_path: Path) -> None:
    target = project(tmp_path / "p", "drill-kit==1.1")
    assert inspect(target).verdict.decision is Decision.ADMIT
    assert inspect(target).report.advisories == ""
    store.load(dump(tmp_path / "a.zip", VULNERABLE, MALICIOUS), NOW)
    found = inspect(target)
    assert found.verdict.decision is Decision.HOLD
    assert [(f.rule, str(f.where)) for f in found.report.findings] == [
        ("advisories/known-vulnerable", "requirements.txt:1")
    ]
    assert found.report.advisories == store.version
    bad = inspect(project(tmp_path / "q", "drill-kitt==9.9.9"))
    assert bad.verdict.decision is Decision.REFUSE
    assert "MAL-2026-1" in bad.verdict.reasons[0].because


def test_vex_answers_an_advisory(store: AdvisoryStore, tmp_path: Path) -> None:
    store.load(dump(tmp_path / "a.zip", VULNERABLE), NOW)
    target = project(tmp_path / "p", "drill-kit==1.1")
    document = {
        "@context": "https://openvex.dev/ns/v0.2.0",
        "timestamp": "2026-11-01T00:00:00Z",
        "statements": [
            {
                "vulnerability": {"name": "CVE-2026-99999"},
                "products": [{"@id": "pkg:pypi/Drill-Kit@1.1"}],
                "status": "not_affected",
                "justification": "vulnerable_code_not_in_execute_path",
            }
        ],
    }
    vex = tmp_path / "vex.json"
    vex.write_text(json.dumps(document))
    found = inspect(target, vex=(str(vex),))
    assert found.verdict.decision is Decision.ADMIT
    assert "says not_affected" in found.report.findings[0].message
    document["statements"][0]["products"] = [{"@id": "pkg:pypi/drill-kit@1.0"}]  # type: ignore[index]
    vex.write_text(json.dumps(document))
    assert inspect(target, vex=(str(vex),)).verdict.decision is Decision.HOLD
    with pytest.raises(UsageError, match="not an OpenVEX document"):
        inspect(target, vex=(_plain(tmp_path),))


def _plain(folder: Path) -> str:
    path = folder / "plain.json"
    path.write_text("{}")
    return str(path)


def test_old_advisories_are_a_gap(store: AdvisoryStore, tmp_path: Path) -> None:
    old = (NOW - timedelta(days=90)).strftime("%Y-%m-%dT%H:%M:%SZ")
    store.load(dump(tmp_path / "a.zip", {**VULNERABLE, "modified": old}), NOW)
    found = inspect(project(tmp_path / "p", "rich==15.0.0"))
    assert found.verdict.decision is Decision.HOLD
    assert [gap.kind for gap in found.report.coverage.gaps] == ["stale-advisories"]
    assert inspect(str(tmp_path / "p"), advisory_days=100).verdict.decision is Decision.ADMIT
    note = tmp_path / "note.txt"
    note.write_text("nothing is asked of it\n")
    assert inspect(note).verdict.decision is Decision.ADMIT
