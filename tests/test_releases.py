"""`pratique diff` between a wheel and the source archive of the same release, whatever the layout of either."""

from __future__ import annotations

from pathlib import Path

import pytest

from pratique.domain.verdict import Decision
from pratique.wiring import Inspection, compare
from tests.releases import PLAIN, SDIST, WHEEL, Files, sdist, wheel

CALL = "\n\ndef load(path):\n    import subprocess\n\n    return subprocess.run([path])\n"
SETUP = "from setuptools import setup\n\nsetup()\n"
SOURCES: list[Files] = [
    {"src/drill/__init__.py": PLAIN + CALL, "src/drill/io.py": PLAIN, "setup.py": SETUP},
    {"drill/__init__.py": PLAIN + CALL, "drill/io.py": PLAIN, "setup.py": SETUP},
    {"python/lib/drill/__init__.py": PLAIN + CALL, "python/lib/drill/io.py": PLAIN, "setup.py": SETUP},
]


def said(found: Inspection) -> list[str]:
    return [f"{f.severity.name} {f.rule} {f.where}" for f in found.report.findings]


def planted(folder: Path, built: Files, source: Files) -> tuple[str, str]:
    (folder / WHEEL).write_bytes(wheel(built))
    (folder / SDIST).write_bytes(sdist(source))
    return str(folder / WHEEL), str(folder / SDIST)


@pytest.mark.parametrize("source", SOURCES, ids=["src", "flat", "elsewhere"])
def test_only_what_builds_it_is_new_in_the_source(tmp_path: Path, source: Files) -> None:
    built = {"drill/__init__.py": PLAIN + CALL, "drill/io.py": PLAIN, "drill/_version.py": "V = '1.0'\n"}
    wheel_, source_ = planted(tmp_path, built, source)
    found = compare(wheel_, source_)
    assert found.verdict.decision is Decision.ADMIT, said(found)
    assert [line for line in said(found) if "changes/" in line and "new-root" not in line] == []
    assert [line.split()[0] for line in said(found) if "new-root" in line] == ["LOW"]
    assert compare(source_, wheel_).verdict.decision is Decision.ADMIT


@pytest.mark.parametrize("source", SOURCES, ids=["src", "flat", "elsewhere"])
def test_a_call_of_one_of_them_is_told_at_its_line_and_the_others_are_not(tmp_path: Path, source: Files) -> None:
    built = {"drill/__init__.py": PLAIN + CALL + "\n\nload('pratique-drill')\nexec('1')\n", "drill/io.py": PLAIN}
    wheel_, source_ = planted(tmp_path, built, source)
    lines = [line for line in said(compare(source_, wheel_)) if "new-call" in line]
    assert lines == [f"MEDIUM changes/new-call {WHEEL}!/drill/__init__.py:15"] or lines[0].endswith(":15"), lines
    assert len(lines) == 1
