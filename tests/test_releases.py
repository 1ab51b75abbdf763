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
    assert len(lines) == 1, lines
    assert lines[0].startswith("MEDIUM"), lines
    assert lines[0].endswith(f"{WHEEL}!/drill/__init__.py:15"), lines


def test_a_source_archive_inside_another_does_not_excuse_what_builds_it(tmp_path: Path) -> None:
    """The release of 1.1 carries a source archive of 1.0, as if it were the source of the wheel before."""
    source: Files = {"drill/__init__.py": PLAIN, "setup.py": SETUP, "drill-1.0.tar.gz": sdist({})}
    (tmp_path / WHEEL).write_bytes(wheel({"drill/__init__.py": PLAIN}))
    (tmp_path / "drill-1.1.tar.gz").write_bytes(sdist(source, "1.1"))
    lines = said(compare(str(tmp_path / WHEEL), str(tmp_path / "drill-1.1.tar.gz")))
    assert [line.split()[0] for line in lines if "new-root" in line] == ["MEDIUM"], lines


def test_a_version_of_many_digits_is_only_a_name(tmp_path: Path) -> None:
    (tmp_path / WHEEL).write_bytes(wheel({"drill/__init__.py": PLAIN}))
    (tmp_path / SDIST).write_bytes(sdist({"drill/__init__.py": PLAIN}, "9" * 5000))
    assert compare(str(tmp_path / WHEEL), str(tmp_path / SDIST)).report.findings is not None
