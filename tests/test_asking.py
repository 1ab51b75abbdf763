"""Asking an index about what files pin: against a loopback index that answers, lies, is slow, or is not there."""

from __future__ import annotations

import hashlib
import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pratique import Decision, Inspection, inspect, wiring
from pratique.cli.main import main
from pratique.domain.errors import PratiqueError, UsageError
from pratique.domain.release import Answers, Standing
from pratique.sources import http, pypi
from pratique.sources.asked import AskedIndex, Bounds

from .test_pypi import JSON, Index, wheel

A, B = "a" * 64, "b" * 64
NOW = datetime(2026, 11, 29, 12, tzinfo=timezone.utc)
OLD = "2025-03-01T08:00:00.000000Z"
WHEEL = "drill-1.0-py3-none-any.whl"


@pytest.fixture
def index(server: Index) -> Index:
    server.pages.clear()
    return server


@pytest.fixture(scope="module")
def server() -> Iterator[Index]:
    made = Index()
    yield made
    made.server.shutdown()
    made.server.server_close()
    made.thread.join()


def listed(sha256: str = A, **more: Any) -> dict[str, Any]:
    entry = {"filename": WHEEL, "url": f"/files/{WHEEL}", "hashes": {"sha256": sha256}, "upload-time": OLD}
    return {**entry, **more}


def pinning(folder: Path, text: str = f"drill==1.0 --hash=sha256:{A}\n") -> Path:
    file = folder / "requirements.txt"
    file.write_text(text)
    return file


def asked(index: Index, target: Path, **more: Any) -> Inspection:
    return inspect(target, index_url=f"{index.url}/simple", ask_index=True, now=NOW, **more)


def found(inspection: Inspection) -> dict[str, str]:
    return {finding.rule: finding.message for finding in inspection.report.findings}


def test_an_ordinary_release_is_admitted_and_nothing_is_said(index: Index, tmp_path: Path) -> None:
    index.page([listed()])
    inspection = asked(index, pinning(tmp_path))
    assert inspection.verdict.decision is Decision.ADMIT
    assert not found(inspection)
    assert inspection.report.index.startswith(f"{index.url}/simple/ ")
    assert inspection.report.day == "2026-11-29"
    assert asked(index, pinning(tmp_path)).to_json() == inspection.to_json()


@pytest.mark.parametrize(
    ("file", "rule", "says", "decision"),
    [
        (listed(yanked="token stolen"), "pins/yanked-release", "drill 1.0 is yanked: token stolen", Decision.HOLD),
        (listed(yanked=""), "pins/yanked-release", "no reason given", Decision.HOLD),
        (listed(**{"upload-time": "2026-11-28T08:00:00Z"}), "pins/recent-release", "less than 7 days", Decision.ADMIT),
        (listed(B), "pins/index-disagrees", f"with sha256 {A}", Decision.REFUSE),
        (listed(filename="drill-1.1-py3-none-any.whl"), "pins/yanked-release", "not listed", Decision.HOLD),
        (listed(filename="drill-1.0.tar.gz"), "pins/built-from-source", "only source", Decision.ADMIT),
    ],
)
def test_what_the_index_says(
    index: Index, tmp_path: Path, file: dict[str, Any], rule: str, says: str, decision: Decision
) -> None:
    index.page([file])
    inspection = asked(index, pinning(tmp_path))
    assert says in found(inspection)[rule]
    assert inspection.verdict.decision is decision
    assert not found(inspect(pinning(tmp_path), index_url=f"{index.url}/simple", now=NOW)), "nobody was asked"


def test_a_name_that_the_index_does_not_know(index: Index, tmp_path: Path) -> None:
    inspection = asked(index, pinning(tmp_path))
    assert "does not know drill" in found(inspection)["pins/confusable-name"]
    assert inspection.verdict.decision is Decision.HOLD


def test_a_cooldown_that_the_user_sets_holds(index: Index, tmp_path: Path) -> None:
    index.page([listed(**{"upload-time": "2026-11-10T08:00:00Z"})])
    target = pinning(tmp_path)
    assert asked(index, target, cooldown_days=14).verdict.decision is Decision.ADMIT
    assert asked(index, target, cooldown_days=30).verdict.decision is Decision.HOLD
    assert asked(index, target, cooldown_days=0).verdict.decision is Decision.ADMIT
    with pytest.raises(UsageError, match="cool-down"):
        inspect(target, cooldown_days=-1)


def test_a_fetched_release_needs_no_question(index: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    asked_for: list[str] = []
    monkeypatch.setattr(pypi, "get", lambda url, *more: asked_for.append(url) or http.get(url, *more))
    index.release(wheel(), yanked="broken build", **{"upload-time": "2026-11-28T08:00:00Z"})
    inspection = inspect("pypi:drill==1.0", index_url=f"{index.url}/simple", now=NOW)
    assert found(inspection)["pins/yanked-release"] == "drill 1.0 is yanked: broken build"
    assert "less than 7 days" in found(inspection)["pins/recent-release"]
    assert inspection.verdict.decision is Decision.HOLD
    assert asked_for == [f"{index.url}/simple/drill/"]
    later = datetime(2026, 12, 29, tzinfo=timezone.utc)
    assert "pins/recent-release" not in found(inspect("pypi:drill==1.0", index_url=f"{index.url}/simple", now=later))


def test_an_index_that_speaks_only_html(index: Index, tmp_path: Path) -> None:
    page = f'<a href="../../files/{WHEEL}#sha256={B}" data-yanked="">{WHEEL}</a>'
    index.pages["/simple/drill/"] = (200, "text/html", page.encode())
    assert "lists no file" in found(asked(index, pinning(tmp_path)))["pins/index-disagrees"]
    silent = asked(index, pinning(tmp_path, "drill==1.0\n"), cooldown_days=7)
    assert "nobody tells" in found(silent)["pins/recent-release"]
    assert "yanked: no reason given" in found(silent)["pins/yanked-release"]


NONSENSE = [
    b"",
    b"[]",
    b"{}",
    b'{"files": [{}]}',
    b'{"files": [{"filename": 1}]}',
    b"[" * 100_000,
    b"\xff",
    b'{"files": 7}',
]
HOSTILE: list[dict[str, Any]] = [
    {"filename": "../../x-1.0-py3-none-any.whl"},
    {"filename": "x" * 300},
    {"url": "http://["},
    {"hashes": []},
    {"hashes": None},
]


@pytest.mark.parametrize("body", NONSENSE + [json.dumps({"files": [listed(**change)]}).encode() for change in HOSTILE])
def test_an_answer_that_cannot_be_read_is_a_gap(index: Index, tmp_path: Path, body: bytes) -> None:
    index.pages["/simple/drill/"] = (200, JSON, body)
    inspection = asked(index, pinning(tmp_path))
    (gap,) = inspection.report.coverage.gaps
    assert gap.kind == "unanswered"
    assert "1 projects (drill)" in gap.reason
    assert inspection.verdict.decision is Decision.HOLD


@pytest.mark.parametrize(
    "change",
    [
        {"upload-time": 7}, {"upload-time": "yesterday"}, {"upload-time": "9999-99-99"}, {"size": -1}, {"size": "x"},
        {"yanked": {"a": 1}}, {"yanked": "\x1b[2J" * 1000}, {"hashes": {"sha256": 5}}, {"yanked": "\ud800"},
    ],
    ids=str,
)  # fmt: skip
def test_an_answer_with_odd_values_is_only_odd(index: Index, tmp_path: Path, change: dict[str, Any]) -> None:
    index.page([listed(**change)])
    inspection = asked(index, pinning(tmp_path), cooldown_days=7)
    assert not inspection.report.coverage.gaps
    assert all("\x1b" not in message and len(message) < 500 for message in found(inspection).values())
    assert inspection.to_json().isascii()


@pytest.mark.parametrize("page", [b"<![unknown[", b'<a href="http://[">x</a>', b'<a href="../..%2fx.whl">x</a>'])
def test_html_that_breaks_parsers_is_a_gap(index: Index, tmp_path: Path, page: bytes) -> None:
    index.pages["/simple/drill/"] = (200, "text/html", page + b'<a href="%5c.whl">')
    assert [gap.kind for gap in asked(index, pinning(tmp_path)).report.coverage.gaps] == ["unanswered"]


@pytest.mark.parametrize("status", [301, 403, 500, 503])
def test_an_index_that_does_not_answer_is_a_gap(index: Index, tmp_path: Path, status: int) -> None:
    index.pages["/simple/drill/"] = (status, "http://example.net/", b"")
    inspection = asked(index, pinning(tmp_path))
    assert [gap.kind for gap in inspection.report.coverage.gaps] == ["unanswered"]
    assert inspection.verdict.decision is Decision.HOLD
    assert not found(inspection)


def test_an_index_that_is_down_is_a_gap(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    target = str(pinning(tmp_path))
    assert main(["inspect", target, "--ask-index", "--index-url", f"http://127.0.0.1:{port}/simple"]) == 1
    assert "did not answer about 1 projects (drill)" in " ".join(capsys.readouterr().out.split())


@pytest.mark.parametrize(
    "answer",
    [
        b"not http\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 999\r\nContent-Type: text/html\r\n\r\n<a>",
        b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 200 + b"\r\n",
        b"",
    ],
)
def test_a_server_that_speaks_no_http_is_a_gap(tmp_path: Path, answer: bytes) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            link, _ = server.accept()
            with link:
                link.recv(65536)
                link.sendall(answer)

        threading.Thread(target=serve, daemon=True).start()
        url = f"http://127.0.0.1:{server.getsockname()[1]}/simple"
        inspection = inspect(pinning(tmp_path), index_url=url, ask_index=True, now=NOW)
    assert [gap.kind for gap in inspection.report.coverage.gaps] == ["unanswered"]


def test_a_server_that_never_finishes_keeps_nobody_waiting() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        url = f"http://127.0.0.1:{server.getsockname()[1]}/simple"
        begun = time.monotonic()
        answers = AskedIndex(url, bounds=Bounds(seconds=0.5)).ask({("drill", "1.0"), ("rich", "15.0.0")})
        assert time.monotonic() - begun < 5
    assert [(entry.name, entry.kind) for entry in answers.unanswered] == [
        ("drill", "unanswered"),
        ("rich", "unanswered"),
    ]


def test_what_is_asked_is_bounded(index: Index) -> None:
    url = f"{index.url}/simple"
    wanted = {(f"drill-{n}", "1.0") for n in range(40)}
    answers = AskedIndex(url, bounds=Bounds(projects=30)).ask(wanted)
    assert sum(release.standing is Standing.UNKNOWN for release in answers.releases.values()) == 30
    assert [entry.kind for entry in answers.unanswered] == ["budget"] * 10
    index.page([listed()])
    short = AskedIndex(url, bounds=Bounds(total_bytes=10)).ask({("drill", "1.0")})
    assert "larger than 10 bytes" in short.unanswered[0].reason


def test_a_release_with_too_many_files_is_a_gap(index: Index, tmp_path: Path) -> None:
    index.page([listed(filename=f"drill-1.0-{n}-py3-none-any.whl") for n in range(400)])
    assert [gap.kind for gap in asked(index, pinning(tmp_path)).report.coverage.gaps] == ["budget"]


def test_the_command_line_and_its_settings(
    index: Index, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    index.page([listed(yanked="token stolen")])
    target = tmp_path / "repository"
    target.mkdir()
    pinning(target)
    monkeypatch.chdir(tmp_path)
    assert main(["inspect", str(target), "--index-url", f"{index.url}/simple"]) == 0
    assert main(["inspect", str(target), "--index-url", f"{index.url}/simple", "--ask-index"]) == 1
    assert "yanked: token stolen" in " ".join(capsys.readouterr().out.split())
    (tmp_path / "pratique.toml").write_text(f'ask_index = true\nindex_url = "{index.url}/simple"\ncooldown_days = 3\n')
    assert main(["inspect", str(target)]) == 1
    (tmp_path / "pratique.toml").write_text('ask_index = "yes"\n')
    assert main(["inspect", str(target)]) == 2
    (tmp_path / "pratique.toml").write_text("cooldown_days = -1\n")
    assert main(["inspect", str(target)]) == 2
    (tmp_path / "pratique.toml").unlink()
    (target / "pratique.toml").write_text(f'ask_index = true\nindex_url = "{index.url}/simple"\n')
    monkeypatch.chdir(target)
    assert main(["inspect", str(target)]) == 0, "what is inspected does not choose whom to ask"


def test_only_the_index_that_the_user_names_is_asked(index: Index, tmp_path: Path) -> None:
    index.page([listed()])
    other = Index()
    reached: list[Any] = []
    other.server.process_request = lambda request, client: reached.append(client)  # type: ignore[method-assign]
    text = f"--extra-index-url {other.url}/simple\ndrill==1.0 --hash=sha256:{A}\n"
    asked(index, pinning(tmp_path, text))
    other.server.shutdown()
    other.server.server_close()
    assert not reached


LOCK = """\
version = 1

[[package]]
name = "drill"
version = "1.0"
source = { registry = "https://pypi.org/simple" }
wheels = [{ url = "https://files.pythonhosted.org/packages/x/%s", hash = "sha256:%s", upload-time = "2026-11-28T08:00:00Z" }]
"""


def test_kept_reports_know_the_day_and_the_answers(
    index: Index, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PRATIQUE_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setattr(wiring, "CACHED_FROM_BYTES", 0)
    lock = tmp_path / "uv.lock"
    lock.write_text(LOCK % (WHEEL, A))
    later = datetime(2026, 12, 29, tzinfo=timezone.utc)
    for _ in range(2):
        assert "pins/recent-release" in found(inspect(lock, now=NOW, cached=True))
        assert "pins/recent-release" not in found(inspect(lock, now=later, cached=True))
        assert inspect(lock, now=NOW, cached=True, cooldown_days=30).verdict.decision is Decision.HOLD
    url = f"{index.url}/simple"
    index.release(wheel())
    assert inspect("pypi:drill==1.0", index_url=url, now=NOW, cached=True).verdict.decision is Decision.ADMIT
    index.release(wheel(), yanked="oops")
    assert inspect("pypi:drill==1.0", index_url=url, now=NOW, cached=True).verdict.decision is Decision.HOLD
    index.page([listed()])
    assert not found(asked(index, lock, cached=True, cooldown_days=0))
    index.page([listed(yanked="oops")])
    assert found(asked(index, lock, cached=True, cooldown_days=0))


def test_an_installed_environment_is_asked_about(index: Index, tmp_path: Path) -> None:
    about = tmp_path / "site-packages" / "drill-1.0.dist-info"
    about.mkdir(parents=True)
    (about / "METADATA").write_text("Metadata-Version: 2.4\nName: Drill\nVersion: 1.0\n")
    assert not found(asked(index, tmp_path)), "what is not on the index may have been built here"
    index.page([listed(yanked="token stolen")])
    assert found(asked(index, tmp_path))["pins/yanked-release"] == "drill 1.0 is yanked: token stolen"


def test_an_update_to_a_yanked_release_is_new(index: Index, capsys: pytest.CaptureFixture[str]) -> None:
    entries = []
    for version, yanked in (("1.0", False), ("1.1", "token stolen")):
        name, data = f"drill-{version}-py3-none-any.whl", wheel()
        index.pages[f"/files/{name}"] = (200, "application/octet-stream", data)
        digest = hashlib.sha256(data).hexdigest()
        entries.append(listed(digest, filename=name, url=f"/files/{name}", yanked=yanked))
    index.page(entries)
    url = f"{index.url}/simple"
    assert main(["diff", "drill==1.0", "drill==1.1", "--index-url", url]) == 1
    assert "drill 1.1 is yanked: token stolen" in " ".join(capsys.readouterr().out.split())
    assert main(["diff", "drill==1.1", "drill==1.0", "--index-url", url]) == 0


_values = st.none() | st.booleans() | st.integers() | st.text(max_size=40) | st.floats()
_entry = st.dictionaries(st.sampled_from([*listed(), "size", "yanked", "provenance"]), _values | st.just({"sha256": A}))
_pages = st.one_of(
    st.binary(max_size=200),
    st.fixed_dictionaries({"files": st.lists(_entry | st.just(listed()), max_size=3)}).map(
        lambda d: json.dumps(d).encode()
    ),
    st.lists(
        st.sampled_from(["<a href='", "<![", "x[", "http://[", f"/{WHEEL}", "#sha256=" + A, "'>", "<!--", "&#"])
    ).map(lambda words: "".join(words).encode()),
)


@given(_pages, st.sampled_from([JSON, "text/html"]))
@settings(max_examples=300, deadline=None)
def test_no_page_raises_anything_but_our_errors(page: bytes, kind: str) -> None:
    with pytest.MonkeyPatch.context() as patch, suppress(PratiqueError):
        patch.setattr(pypi, "get", lambda url, *more: (page, kind, url))
        source = pypi.PyPI("https://pypi.org/simple")
        assert source.files("drill", "1.0")


def test_what_others_write_stays_on_its_line(index: Index, tmp_path: Path) -> None:
    index.page([listed(yanked="x\nADMIT  forged\x1b[2J")])
    assert found(asked(index, pinning(tmp_path)))["pins/yanked-release"] == "drill 1.0 is yanked: x ADMIT forged [2J"


def test_answers_of_ones_own() -> None:
    answers = Answers("https://pypi.org/simple/")
    assert answers.ask({("drill", "1.0")}) is answers
    assert answers.of("drill", "1.0") is None
