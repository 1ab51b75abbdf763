"""What a user sees: exit codes, errors that name what is wrong, and the seven output formats."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

from pratique import inspect
from pratique.cli.main import VERBS, main

HOSTILE = b"cos\nsystem\n(S'echo pratique-drill'\ntR."


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name in [n for n in os.environ if n.startswith("PRATIQUE_")]:
        monkeypatch.delenv(name)
    (tmp_path / "good.txt").write_text("nothing to see\n")
    (tmp_path / "bad.pkl").write_bytes(HOSTILE)
    return tmp_path


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]):  # type: ignore[no-untyped-def]
    def call(*words: str) -> tuple[int, str, str]:
        try:
            code = main(list(words))
        except SystemExit as stop:  # argparse
            code = int(str(stop.code))
        seen = capsys.readouterr()
        return code, seen.out, seen.err

    return call


def test_exit_codes(here: Path, run) -> None:  # type: ignore[no-untyped-def]
    assert run("inspect", "good.txt")[0] == 0
    assert run("inspect", "bad.pkl")[0] == 1
    assert run("inspect", "good.txt", "bad.pkl")[0] == 1
    assert run("inspect", "missing")[0] == 2
    assert run("inspect", "good.txt", "--policy", "balancd")[0] == 2
    assert run("inspect", "good.txt", "--sha256", "00")[0] == 3
    assert run("inspect")[0] == 2
    assert run()[0] == 2
    assert run("--version")[0] == 0


def test_one_failure_never_costs_another_report(here: Path, run) -> None:  # type: ignore[no-untyped-def]
    code, out, err = run("inspect", "--format", "jsonl", "missing", "good.txt", "bad.pkl")
    assert code == 2
    assert "missing: no such file or folder" in err
    lines = [json.loads(line) for line in out.splitlines()]
    assert [line["artifact"]["reference"] for line in lines] == ["missing", "good.txt", "bad.pkl"]
    assert lines[0]["error"]["kind"] == "usage"
    assert lines[0]["verdict"] is None
    assert [line["verdict"]["decision"] for line in lines[1:]] == ["ADMIT", "REFUSE"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads every file")
def test_an_unreadable_file_is_a_gap(here: Path, run) -> None:  # type: ignore[no-untyped-def]
    (here / "good.txt").chmod(0)
    assert run("inspect", "good.txt")[0] == 1


def test_each_and_jobs_give_the_same_lines_in_the_same_order(here: Path, run) -> None:  # type: ignore[no-untyped-def]
    folder = here / "many"
    folder.mkdir()
    for n in range(6):
        (folder / f"{n}.txt").write_text(f"file {n}\n")
    one = run("inspect", "--each", "--format", "jsonl", "--jobs", "1", "many")
    two = run("inspect", "--each", "--format", "jsonl", "--jobs", "2", "many")
    assert one == two
    assert one[0] == 0
    assert len(one[1].splitlines()) == 6


def test_api_and_cli_agree_byte_for_byte(here: Path, run) -> None:  # type: ignore[no-untyped-def]
    for name in ("good.txt", "bad.pkl"):
        assert run("inspect", "--format", "json", name)[1] == inspect(name).to_json()


def test_text_says_what_where_and_why(here: Path, run) -> None:  # type: ignore[no-untyped-def]
    _, out, _ = run("inspect", "bad.pkl")
    assert out.startswith("REFUSE  bad.pkl  pickle")
    assert "os.system" in out
    assert "echo pratique-drill" in out
    assert "bad.pkl @ 0x" in out
    assert "because    no-hostile-content" in out
    assert "\x1b" not in out  # plain when it is not a terminal


def test_hostile_names_do_not_write_on_the_terminal(here: Path, run) -> None:  # type: ignore[no-untyped-def]
    name = "a\x1b]0;owned\x07<script>|.txt"
    (here / name).write_text("hello\n")
    for format_ in ("text", "html", "markdown", "junit", "sarif"):
        out = run("inspect", name, "--format", format_)[1]
        assert "\x1b" not in out
        assert "\x07" not in out
    assert "<script>" not in run("inspect", name, "--format", "html")[1]


def test_sarif_is_well_formed(here: Path, run) -> None:  # type: ignore[no-untyped-def]
    log = json.loads(run("inspect", "bad.pkl", "good.txt", "--format", "sarif")[1])
    assert log["version"] == "2.1.0"
    (sarif_run,) = log["runs"]
    known = {rule["id"] for rule in sarif_run["tool"]["driver"]["rules"]}
    assert sarif_run["results"]
    for result in sarif_run["results"]:
        assert result["ruleId"] in known
        assert result["level"] in ("error", "warning", "note")
        assert result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "bad.pkl"


def test_junit_fails_what_the_verdict_rests_on(here: Path, run) -> None:  # type: ignore[no-untyped-def]
    suites = ElementTree.fromstring(run("inspect", "bad.pkl", "good.txt", "--format", "junit")[1])
    bad, good = suites.findall("testsuite")
    assert int(bad.attrib["failures"]) == len(bad.findall(".//failure")) >= 2
    assert good.attrib["failures"] == "0"


def test_output_goes_to_a_file(here: Path, run) -> None:  # type: ignore[no-untyped-def]
    code, out, _ = run("inspect", "good.txt", "--format", "json", "--output", "report.json")
    assert (code, out) == (0, "")
    assert json.loads((here / "report.json").read_text())["verdict"]["decision"] == "ADMIT"
    assert run("inspect", "good.txt", "--output", "no/such/folder/x")[0] == 2


def test_a_baseline_accepts_what_is_known_until_it_expires(here: Path, run) -> None:  # type: ignore[no-untyped-def]
    words = ["--owner", "ada", "--reason", "an exhibit", "--expires"]
    assert run("inspect", "bad.pkl", "--write-baseline", "b.toml")[0] == 2
    assert run("inspect", "bad.pkl", "--write-baseline", "b.toml", *words, "soon")[0] == 2
    assert run("inspect", "bad.pkl", "--write-baseline", "b.toml", *words, "2999-01-01")[0] == 1
    code, out, _ = run("inspect", "bad.pkl", "--baseline", "b.toml")
    assert code == 0
    assert "(waived)" in out
    assert run("inspect", "bad.pkl", "--write-baseline", "old.toml", *words, "2001-01-01")[0] == 1
    assert run("inspect", "bad.pkl", "--waivers", "old.toml")[0] == 1
    (here / "b.toml").write_text((here / "b.toml").read_text().replace("owner", "ownr"))
    code, _, err = run("inspect", "bad.pkl", "--baseline", "b.toml")
    assert code == 2
    assert "did you mean 'owner'" in err


def test_configuration_layers(here: Path, run, monkeypatch: pytest.MonkeyPatch) -> None:  # type: ignore[no-untyped-def]
    (here / "weights").write_bytes(b"\x13\x37\x00\xff" * 9)
    assert run("inspect", "weights")[0] == 1
    (here / "pratique.toml").write_text('policy = "research"\n')
    assert run("inspect", "weights")[0] == 0
    monkeypatch.setenv("PRATIQUE_POLICY", "strict")
    assert run("inspect", "weights")[0] == 1
    assert run("inspect", "weights", "--policy", "research")[0] == 0
    monkeypatch.setenv("PRATIQUE_POLYCI", "strict")
    code, _, err = run("inspect", "weights")
    assert code == 2
    assert "did you mean 'policy'" in err


def test_pyproject_is_read_and_unknown_keys_are_named(here: Path, run) -> None:  # type: ignore[no-untyped-def]
    (here / "pyproject.toml").write_text("[tool.pratique]\njbos = 2\n")
    code, _, err = run("inspect", "good.txt")
    assert code == 2
    assert "unknown key 'jbos'; did you mean 'jobs'?" in err
    (here / "pyproject.toml").write_text("[tool.pratique.limits]\nseconds = 0\n")
    assert run("inspect", "good.txt")[0] == 2


def test_an_artifact_does_not_write_its_own_policy(here: Path, run, monkeypatch: pytest.MonkeyPatch) -> None:  # type: ignore[no-untyped-def]
    folder = here / "repo"
    folder.mkdir()
    (folder / "weights").write_bytes(b"\x13\x37\x00\xff" * 9)
    (folder / "pratique.toml").write_text('policy = "research"\n')
    monkeypatch.chdir(folder)
    code, _, err = run("inspect", ".")
    assert code == 1
    assert "not obeyed" in err


def test_disabling_a_rule_needs_its_name(here: Path, run) -> None:  # type: ignore[no-untyped-def]
    code, _, err = run("inspect", "good.txt", "--disable", "loading/dangerous-cal")
    assert code == 2
    assert "did you mean 'loading/dangerous-call'" in err


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_has_help(verb: str, run) -> None:  # type: ignore[no-untyped-def]
    code, out, _ = run(verb, "--help")
    assert code == 0
    assert out.startswith(f"usage: pratique {verb}")


def test_rules_explain_doctor(here: Path, run) -> None:  # type: ignore[no-untyped-def]
    code, out, _ = run("rules")
    assert code == 0
    assert "loading/dangerous-call" in out
    assert run("rules", "--formats")[0] == 0
    code, out, _ = run("explain", "dangerous-call")
    assert code == 0
    assert "## Why it matters" in out
    assert run("explain", "pickle")[0] == 0
    assert run("explain", "broken")[0] == 0
    assert "clause" in run("explain", "strict")[1]
    code, _, err = run("explain", "loading/dangerous-cll")
    assert code == 2
    assert "did you mean" in err
    code, out, _ = run("doctor")
    assert code == 0
    assert "FAIL" not in out


def test_a_closed_pipe_is_not_a_success(here: Path) -> None:
    command = f"{sys.executable} -m pratique inspect --format json bad.pkl; echo code $? >&2"
    done = subprocess.run(
        ["bash", "-c", f"({command}) | true"], capture_output=True, text=True, timeout=60, check=False
    )
    assert "Traceback" not in done.stderr


def test_special_files_do_not_hang(here: Path, run) -> None:  # type: ignore[no-untyped-def]
    folder = here / "odd"
    folder.mkdir()
    os.mkfifo(folder / "pipe")
    assert stat.S_ISFIFO((folder / "pipe").stat().st_mode)
    code, out, _ = run("inspect", "odd")
    assert code == 1
    assert "not a regular file" in out
    assert run("inspect", "odd/pipe")[0] == 2


def test_a_report_that_breaks_off_leaves_the_old_one(here: Path, run, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    def breaks(documents, out) -> None:  # type: ignore[no-untyped-def]
        out.write("half a ")
        raise KeyboardInterrupt

    (here / "report.json").write_text("the old one\n")
    monkeypatch.setattr("pratique.cli.output.pretty.write", breaks)
    assert run("inspect", "good.txt", "--format", "json", "--output", "report.json")[0] == 3
    assert (here / "report.json").read_text() == "the old one\n"
    assert not list(here.glob("*.partial"))
