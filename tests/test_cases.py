"""The cases of every rule: what it finds, what it ignores, and what tries to evade it.

`tests/cases/GROUP/RULE/KIND-SLUG/` holds one case. Its artifact is the folder `artifact/`, or what `build(folder)` of its
`build.py` writes. KIND says what must be true:

- `finds`: the rule reports it.
- `ignores`: it looks alike and is harmless, so the rule says nothing and the artifact is admitted.
- `evades`: the same attack in disguise. The rule reports it; or, where `case.toml` names `caught_by`, that rule does.

`advisories.jsonl`, where there is one, is imported first. Where there is a folder `before/`, the artifact is compared with it.
`index.json` is what a package index answers when it is asked, and the day of the inspection (`tests/recorded_index.py`).
`publishers.toml` says who published which file of either.
Cases of `yara/` match `rules.yar`, or the builtin rules.
`seen.txt` is what a user sees of it, kept as a snapshot: `PRATIQUE_SNAPSHOTS=write pytest tests/test_cases.py` writes it anew.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import tomllib
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timezone
from pathlib import Path
from typing import Any, ClassVar

import pytest

from pratique import Decision, Inspection, inspect
from pratique.domain.artifact import Origin, Published, Publisher
from pratique.domain.held import Reference
from pratique.domain.ports import Quarantine
from pratique.inspections.index import RULES
from pratique.sources.files import LocalFiles
from pratique.store.advisories import AdvisoryStore
from pratique.wiring import compare

from .recorded_index import recorded

FOLDER = Path(__file__).parent / "cases"
KINDS = ("finds", "ignores", "evades")
CASES = sorted(p for p in FOLDER.glob("*/*/*") if p.is_dir() and p.name.split("-")[0] in KINDS)
WRITE = os.environ.get("PRATIQUE_SNAPSHOTS") == "write"


def plant(case: Path, folder: Path) -> Path:
    """Write the case's artifact; a lone file is inspected as a file."""
    folder.mkdir()
    if (case / "artifact").is_dir():
        shutil.copytree(case / "artifact", folder, dirs_exist_ok=True, symlinks=True)
    else:
        spec = importlib.util.spec_from_file_location("case", case / "build.py")
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        module.build(folder)
    entries = list(folder.iterdir())
    assert entries, "the case plants nothing"
    return entries[0] if len(entries) == 1 and entries[0].is_file() else folder


def seen(found: Inspection) -> Iterator[str]:
    """What a user sees of it, without what differs from machine to machine."""
    yield found.verdict.decision.name
    for finding in sorted(found.report.findings, key=lambda f: (-f.severity, f.rule, str(f.evidence[0].where))):
        yield f"{finding.severity.name} {finding.confidence.name} {finding.rule} at {finding.evidence[0].where}"
        yield f"    {finding.message}"
    for gap in found.report.coverage.gaps:
        yield f"gap {gap.kind} at {gap.where}: {gap.reason}"


def published(table: dict[str, Any] | None) -> tuple[Published, ...] | None:
    if table is None:
        return None
    return tuple(Published(name, tuple(Publisher(**one) for one in found)) for name, found in table.items())


class FromIndex(LocalFiles):
    """Local files as if they came from an index."""

    said: ClassVar[dict[str, tuple[Published, ...] | None]] = {}

    def fetch(self, reference: Reference, quarantine: Quarantine) -> tuple[str, Origin]:
        path, origin = super().fetch(reference, quarantine)
        return path, replace(origin, published=self.said["before" if path == "before" else "after"])


@pytest.mark.parametrize("case", CASES, ids=lambda p: "/".join(p.parts[-3:]))
def test_case(case: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    wanted = tomllib.loads((case / "case.toml").read_text()) if (case / "case.toml").exists() else {}
    assert not set(wanted) - {"caught_by", "decision", "where"}
    planted = plant(case, tmp_path / "planted")
    monkeypatch.setenv("PRATIQUE_HOME", str(tmp_path / "home"))
    if (case / "advisories.jsonl").exists():
        AdvisoryStore(str(tmp_path / "home")).load(str(case / "advisories.jsonl"), datetime.now(timezone.utc))
    monkeypatch.chdir(planted.parent)
    before = case / "before"
    if before.is_dir():
        shutil.copytree(before, tmp_path / "before")
    if (case / "publishers.toml").exists():
        said = tomllib.loads((case / "publishers.toml").read_text())
        monkeypatch.setattr(FromIndex, "said", {side: published(said.get(side)) for side in ("before", "after")})
        monkeypatch.setattr("pratique.wiring.LocalFiles", FromIndex)
    yara = (str(case / "rules.yar"),) if (case / "rules.yar").exists() else ()
    yara = ("builtin",) if case.parts[-3] == "yara" and not yara else yara
    asking = recorded(case / "index.json")
    found = compare("before", planted.name) if before.is_dir() else inspect(planted.name, yara=yara, **asking)
    rule = "/".join(case.parts[-3:-1])
    kind = case.name.split("-")[0]
    reported = {finding.rule for finding in found.report.findings}
    decision = found.verdict.decision
    if kind == "ignores":
        assert rule not in reported, list(seen(found))
        assert decision is Decision[wanted.get("decision", "ADMIT")], list(seen(found))
    else:
        by = wanted.get("caught_by", rule)
        assert by in reported, list(seen(found))
        places = [str(e.where) for f in found.report.findings if f.rule == by for e in f.evidence]
        assert any(wanted.get("where", "") in place for place in places), places
    if "decision" in wanted:
        assert decision is Decision[wanted["decision"]], list(seen(found))
    snapshot = case / "seen.txt"
    text = "\n".join(seen(found)) + "\n"
    if WRITE:
        snapshot.write_text(text, encoding="utf-8")
    assert snapshot.read_text(encoding="utf-8") == text


@pytest.mark.parametrize("rule", [entry.id for entry in RULES])
def test_every_rule_has_its_cases(rule: str) -> None:
    folder = FOLDER / rule
    kinds = {p.name.split("-")[0] for p in folder.iterdir()} if folder.is_dir() else set()
    assert kinds == set(KINDS), f"{folder} has {sorted(kinds)}"


def test_cases_are_of_rules_and_never_grow_fewer() -> None:
    """What was found once stays found: the floor rises with the cases and is never lowered."""
    rules = {entry.id for entry in RULES}
    assert not [c for c in CASES if "/".join(c.parts[-3:-1]) not in rules]
    assert len(CASES) >= int((FOLDER / "floor.txt").read_text())
