"""The house keeps its own rules: sizes, pages, cases, references, imports, start-up."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

from pratique.domain.finding import Severity
from pratique.drill.attack import attacks
from pratique.engine.plan import load as load_rule
from pratique.formats.index import FORMATS
from pratique.inspections.index import RULES

ROOT = Path(__file__).parent.parent
SOURCE = ROOT / "src" / "pratique"
GENERATED = (
    "index.py",
    "builtin_index.py",
    "tensorflow_operators.py",
)  # by tools/index.py, tools/tensorflow_operators.py
MODULES = sorted(p for p in SOURCE.rglob("*.py") if p.name not in GENERATED)
MAX_FILE_LINES, MAX_FUNCTION_LINES = 600, 70
FORBIDDEN_WORDS = ("utils", "helpers", "manager", "common", "enhanced", "smart")
READERS = ("formats", "code", "inspections", "measures", "policy", "bom")
CANNOT = {
    "socket", "ssl", "http", "urllib.request", "httpx", "aiohttp", "requests", "subprocess", "pickle", "marshal", "dill",
    "torch", "tensorflow", "numpy", "importlib.metadata",
}  # fmt: skip
REFERENCE = re.compile(r"CWE-\d+|AML\.T\d{4}(\.\d{3})?|ML\d\d:2023|LLM\d\d:2025|CVE-\d{4}-\d+|GHSA(-[a-z0-9]{4}){3}")
NOT_AT_START = {
    "numpy", "torch", "yaml", "jinja2", "tree_sitter", "rich", "zipfile", "tarfile", "ssl", "socket", "http.client",
    "asyncio", "multiprocessing", "cryptography", "zstandard", "lz4", "email", "urllib.request", "importlib.metadata",
    "concurrent.futures", "xml.etree.ElementTree", "tomllib", "pathlib", "shutil", "subprocess",
}  # fmt: skip


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(SOURCE)))
def test_modules_are_small_named_well_and_documented(path: Path) -> None:
    text = path.read_text()
    assert len(text.splitlines()) <= MAX_FILE_LINES
    assert not any(word in path.stem.split("_") for word in FORBIDDEN_WORDS)
    tree = ast.parse(text)
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            assert length <= MAX_FUNCTION_LINES, f"{node.name} has {length} lines"
    if path.name != "__init__.py" and "inspections" not in path.parts:
        assert ast.get_docstring(tree), "a module says what it is for"


def imported(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module)
            names.update(f"{node.module}.{alias.name}" for alias in node.names)
    return names


@pytest.mark.parametrize("room", READERS)
def test_readers_cannot_execute_or_phone_home(room: str) -> None:
    for path in (SOURCE / room).rglob("*.py"):
        assert not imported(path) & CANNOT, path
        calls = {
            node.func.id
            for node in ast.walk(ast.parse(path.read_text()))
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
        }
        assert not calls & {"eval", "exec", "compile", "__import__"}, path


def test_rules_do_not_import_each_other() -> None:
    for path in (SOURCE / "inspections").rglob("*.py"):
        if path.name in ("index.py", "__init__.py"):
            continue
        others = {n for n in imported(path) if re.match(r"pratique\.inspections\.\w+\.\w+", n)}
        rules = {entry.module for entry in RULES}
        assert not others & rules, path


def test_the_indexes_are_up_to_date() -> None:
    done = subprocess.run(
        [sys.executable, ROOT / "tools/index.py", "--check"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("entry", RULES, ids=lambda e: e.id)
def test_every_rule_has_its_page(entry: object) -> None:
    rule = load_rule(entry.module)  # type: ignore[attr-defined]
    for section in ("What it finds", "Why it matters", "Limits", "References"):
        assert f"## {section}" in rule.page, section
    assert rule.title
    assert rule.remedy
    assert rule.references
    for reference in rule.references:
        assert REFERENCE.fullmatch(reference), reference


def test_every_grave_rule_is_tripped_by_an_attack() -> None:
    tripped = {rule for attack in attacks().values() for rule in attack.trips}
    known = {entry.id for entry in RULES}
    assert tripped <= known, tripped - known
    grave = {entry.id for entry in RULES if Severity[entry.severity] >= Severity.HIGH}
    # `advisories/` and `yara/` need something beside the artifact: their cases bring it.
    assert not {rule for rule in grave - tripped if not rule.startswith(("advisories/", "yara/"))}


def test_every_format_has_its_page() -> None:
    missing = [e.id for e in FORMATS if not (ROOT / "docs/formats" / f"{e.id}.md").exists()]
    assert not missing


@pytest.mark.parametrize(
    "page", sorted(ROOT.glob("*.md")) + sorted((ROOT / "docs").rglob("*.md")), ids=lambda p: p.name
)
def test_paths_named_in_documents_exist(page: Path) -> None:
    for name in re.findall(r"`((?:src|docs|tests|tools|bench|fuzz|constraints)/[\w./-]+)`", page.read_text()):
        assert (ROOT / name).exists(), name


def test_starting_imports_little(tmp_path: Path) -> None:
    note = tmp_path / "note.txt"
    note.write_text("hello\n")
    script = (
        "import sys; from pratique.cli.main import main; "
        f"code = main(['inspect', {str(note)!r}]); print(*sorted(sys.modules), sep='\\n', file=sys.stderr); sys.exit(code)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert not NOT_AT_START & set(done.stderr.split())


def catalogue() -> dict[str, str]:
    """Id to title, from `docs/references.md`."""
    rows = re.findall(r"^\| (\S+) \| (.+?) \| .+ \|$", (ROOT / "docs/references.md").read_text(), re.MULTILINE)
    return dict(row for row in rows if REFERENCE.fullmatch(row[0]))


@pytest.mark.parametrize("module", [entry.module for entry in RULES])
def test_references_stand_in_the_catalogue_under_their_titles(module: str) -> None:
    rule = load_rule(module)
    titles = catalogue()
    assert not {r for r in rule.references if not r.startswith(("CVE-", "GHSA-"))} - titles.keys()
    page = " ".join(rule.page.split())
    for reference, cited in re.findall(
        r"\b(CWE-\d+|AML\.T[\d.]+\d|ML\d+:2023|LLM\d+:2025):? ([A-Z]\w+(?: \w+)?)", page
    ):
        assert set(cited.lower().split()) <= set(re.findall(r"\w+", titles[reference].lower())), (reference, cited)
