"""Small forms of what is made to take all time or memory (`bench/bounds.py` has the long ones): bounded, and never silent."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import pytest

from pratique import inspect
from pratique.code import syntax
from pratique.engine.intervals import Intervals

sys.path.insert(0, str(Path(__file__).parent.parent / "bench"))
from bounds import SINK, indented, members, nested, plain, source

LEVELS = 4000
SECONDS = 20  # of CPU, on a slow machine
DEEP = {
    "parentheses": "exec(" + "(" * LEVELS + "1" + ")" * LEVELS + ")\n",
    "open": "(" * LEVELS,
    "brackets": "exec(" + "[" * LEVELS + "]" * LEVELS + ")\n",
    "calls": "exec(" * LEVELS + "1" + ")" * LEVELS + "\n",
    "chain": "exec" + "()" * LEVELS + "\n",
    "attributes": "exec(x" + ".a" * LEVELS + ")\n",
    "operators": "exec('a'" + "+'a'" * LEVELS + ")\n",
    "lambdas": "exec(" + "lambda: " * LEVELS + "x)\n",
    "f-strings": "exec(" + "f'{" * LEVELS + "x" + "}'" * LEVELS + ")\n",
    "branches": "if x: pass\n" + "elif exec(x): pass\n" * LEVELS,
    "decorators": "@exec\n" * LEVELS + "def f(): pass\n",
    "conditions": indented(400).removeprefix(SINK),
    "line": "x = [" + "exec(a)," * LEVELS + "]\n",
}


@pytest.mark.parametrize("text", DEEP.values(), ids=DEEP)
def test_nesting_is_read_in_bounded_time_and_hides_nothing_before_it(text: str, tmp_path: Path) -> None:
    started = time.process_time()
    report = inspect(source(SINK + text)(tmp_path)).report
    assert time.process_time() - started < SECONDS
    assert any(finding.rule == "package/remote-code-loader" for finding in report.findings) or report.coverage.gaps
    assert not [gap for gap in report.coverage.gaps if gap.kind == "rule-crashed" or "Error" in gap.reason]


@pytest.mark.parametrize("limit", ["MAX_CAPTURES", "MAX_SOURCE_BYTES"])
def test_a_source_that_is_not_looked_at_whole_is_a_gap(
    limit: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(syntax, limit, 150)
    report = inspect(source("f(exec)\n" * 400 + SINK)(tmp_path)).report
    assert any("more than is followed" in gap.reason for gap in report.coverage.gaps)


def test_decorators_beyond_count_are_a_gap(tmp_path: Path) -> None:
    report = inspect(source("import os\n" + "@exec\n" * 200 + "def f(): pass\n")(tmp_path)).report
    assert report.coverage.gaps


def test_a_large_file_is_not_parsed_and_that_is_told(tmp_path: Path) -> None:
    report = inspect(plain(9 << 20, b"f(x);")(tmp_path)).report
    assert report.findings
    assert report.coverage.gaps


def test_many_members_and_many_levels_end_with_a_gap(tmp_path: Path) -> None:
    assert inspect(nested(50)(tmp_path)).report.coverage.gaps
    report = inspect(members(300, "d{}/.data/extern_modules", "x")(tmp_path)).report
    assert any("packages of torch.package" in gap.reason for gap in report.coverage.gaps)


def test_ranges_that_do_not_touch_are_merged_in_bounded_time() -> None:
    started = time.process_time()
    ranges = Intervals(10**9)
    for at in range(300_000, 0, -1):
        ranges.add(at * 4, 2)
    assert time.process_time() - started < SECONDS
    assert sum(length for _, length in ranges.missing()) == 10**9 - 600_000
