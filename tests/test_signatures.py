"""YARA-X as a prefilter, and rules of users that are wrong, slow or large."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pratique import inspect
from pratique.cli.main import main
from pratique.code import interest
from pratique.code.prefilter import NOTHING, Traits, traits_of
from pratique.domain.errors import UsageError
from pratique.domain.verdict import Decision

SOURCES = sorted(p for p in (Path(__file__).parent / "cases").rglob("*.py"))
PIECES = [
    *interest.WORDS,
    *interest.SENDING,
    *interest.SECRET_WORDS,
    *interest.PLACES,
    *(
        "exec(",
        "eval)",
        "exec \n",
        "from os import x",
        "import os as o",
        "getattr(os, a)",
        "import_module('a' + b)",
        "vars( os",
    ),
    *(
        "os.__dict__",
        "sys.modules['os']",
        "environ",
        "keyring",
        "open(",
        "write_text",
        " ",
        "\n",
        "x",
        "model.eval()",
        "requests",
        "\u00a0",
        "\u00e9",
        "\uff45xec(",
        "\u212fval\u3000(",
        "_",
        "from os import y, environ",
    ),
]


def searched(source: str) -> Traits:
    dynamic = any(w in source for w in interest.DYNAMIC) and any(w in source for w in interest.EXECUTING)
    return Traits(interest.of_interest(source), interest.sends(source), interest.holds_secrets(source), dynamic)


@pytest.mark.parametrize("path", SOURCES, ids=lambda p: "/".join(p.parts[-4:]))
def test_one_pass_finds_what_the_searches_find(path: Path) -> None:
    source = path.read_bytes().decode("utf-8", "replace")
    assert traits_of(source.encode()) == searched(source)


@settings(max_examples=800, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=6))
def test_one_pass_finds_what_the_searches_find_in_any_text(pieces: list[str]) -> None:
    source = "".join(pieces)
    assert traits_of(source.encode()) == searched(source)


LONG = ("\u00e9" * 400_000, "from os import " * 40_000, "x = '" + "\u3000 " * 200_000, "exec " + " " * 500_000)


@pytest.mark.parametrize("source", LONG, ids=("word", "imports", "spaces", "call"))
def test_a_search_reads_a_long_line_once(source: str) -> None:
    started = time.process_time()
    assert traits_of(source.encode()) == searched(source)
    assert time.process_time() - started < 5


def test_one_pass_leaves_something_out() -> None:
    assert traits_of(b"import math\n\n\ndef area(r):\n    return math.pi * r * r\n") == NOTHING


def test_rules_that_do_not_compile_are_told_with_their_line(tmp_path: Path) -> None:
    rules = tmp_path / "bad.yar"
    rules.write_text("rule ok { condition: true }\nrule bad { condition: nothing }\n")
    target = tmp_path / "x.txt"
    target.write_text("note\n")
    with pytest.raises(UsageError, match=r"bad\.yar:2:23"):
        inspect(target, yara=(str(rules),))
    assert main(["inspect", str(target), "--yara", str(tmp_path / "none.yar")]) == 2


def test_what_is_not_scanned_is_a_gap(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pratique.engine.signatures.MAX_SCANNED_BYTES", 16)
    target = tmp_path / "x.txt"
    target.write_text("a note that is longer than that\n")
    found = inspect(target, yara=("builtin",))
    assert found.verdict.decision is Decision.HOLD
    assert [(gap.kind, gap.size_bytes) for gap in found.report.coverage.gaps] == [("budget", 16)]


def test_severity_and_confidence_are_those_of_the_rule(tmp_path: Path) -> None:
    rules = tmp_path / "r.yar"
    rules.write_text('rule low { meta: severity = "LOW" confidence = "HIGH" strings: $a = "note" condition: $a }\n')
    target = tmp_path / "x.txt"
    target.write_text("one note\n")
    (finding,) = inspect(target, yara=(str(rules),)).report.findings
    assert (finding.severity.name, finding.confidence.name, finding.where.offset) == ("LOW", "HIGH", 4)
