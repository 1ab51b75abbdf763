"""`docs/spec/report.md` and the document agree."""

from __future__ import annotations

import json
import re
from pathlib import Path

from pratique import inspect
from pratique.domain.report import GAP_KINDS
from pratique.flow.document import SCHEMA

SPEC = (Path(__file__).parent.parent / "docs/spec/report.md").read_text()


def test_the_top_level_keys_are_those_of_the_page(tmp_path: Path) -> None:
    file = tmp_path / "bad.pkl"
    file.write_bytes(b"cos\nsystem\n(S'echo pratique-drill'\ntR.\x00\xfftrailing")
    document = json.loads(inspect(file).to_json())
    rows = re.findall(r"^\| `(\w+)(?:\[\])?` \|", SPEC, re.MULTILINE)
    assert sorted(document) == sorted(rows)
    assert document["schema"] == SCHEMA
    assert SCHEMA in SPEC
    finding = document["findings"][0]
    keys = {"id", "rule", "severity", "confidence", "message", "where", "evidence", "remedy", "references"}
    assert set(finding) == keys
    assert set(finding["evidence"][0]) == {"where", "excerpt", "facts"}
    assert finding["where"]["path"] == "bad.pkl"
    assert re.fullmatch(r"[0-9a-f]{20}", finding["id"])
    assert document["verdict"]["decision"] == "REFUSE"
    assert document["verdict"]["reasons"][0]["subject"] in {f["id"] for f in document["findings"]}
    assert document["coverage"]["gaps"], "the trailing bytes belong to no part"
    assert set(document["coverage"]["gaps"][0]) == {"kind", "where", "reason", "size_bytes"}
    for kind in GAP_KINDS:
        assert f"`{kind}`" in SPEC


def test_equal_content_gives_equal_bytes(tmp_path: Path) -> None:
    file = tmp_path / "bad.pkl"
    file.write_bytes(b"cos\nsystem\n(S'echo pratique-drill'\ntR.")
    assert inspect(file).to_json() == inspect(file).to_json()
