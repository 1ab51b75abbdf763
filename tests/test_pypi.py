"""`pypi:` references against an index on loopback that serves what it is told, also what it should not."""

from __future__ import annotations

import hashlib
import io
import json
import socket
import threading
import zipfile
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from pratique import inspect
from pratique.cli.main import main
from pratique.domain.errors import PratiqueError, TamperedError, UnavailableError, UsageError
from pratique.domain.held import Reference
from pratique.domain.verdict import Decision
from pratique.sources.pypi import PyPI

JSON = "application/vnd.pypi.simple.v1+json"


def wheel(source: str = "X = 1\n") -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        archive.writestr("drill/__init__.py", source)
        archive.writestr("drill-1.0.dist-info/METADATA", "Metadata-Version: 2.4\nName: drill\nVersion: 1.0\n")
        archive.writestr("drill-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
    return data.getvalue()


class Index:
    """A simple repository. `pages` maps paths to status, type and body."""

    def __init__(self) -> None:
        pages: dict[str, tuple[int, str, bytes]] = {}
        self.pages = pages

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                status, kind, body = pages.get(self.path, (404, "text/plain", b""))
                self.send_response(status)
                self.send_header("Content-Type" if status < 300 or status >= 400 else "Location", kind)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *words: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()

    def release(self, data: bytes, **more: Any) -> None:
        name = "drill-1.0-py3-none-any.whl"
        entry = {
            "filename": name,
            "url": f"/files/{name}",
            "hashes": {"sha256": hashlib.sha256(data).hexdigest()},
            "size": len(data),
        }
        self.pages[f"/files/{name}"] = (200, "application/octet-stream", data)
        self.page([{**entry, **more}])

    def page(self, files: list[dict[str, Any]]) -> None:
        document = {"meta": {"api-version": "1.1"}, "name": "drill", "files": files}
        self.pages["/simple/drill/"] = (200, JSON, json.dumps(document).encode())


@pytest.fixture
def index() -> Iterator[Index]:
    made = Index()
    yield made
    made.server.shutdown()
    made.server.server_close()
    made.thread.join()


def inspected(index: Index, reference: str = "pypi:Drill==1.0") -> Any:
    return inspect(reference, index_url=f"{index.url}/simple")


def test_a_release_is_fetched_checked_and_inspected(index: Index, capsys: pytest.CaptureFixture[str]) -> None:
    index.release(wheel())
    found = inspected(index)
    assert found.verdict.decision is Decision.ADMIT
    assert [m.path for m in found.report.artifact.members] == ["drill-1.0-py3-none-any.whl"]
    assert found.report.artifact.origin.revision.startswith("sha256:")
    assert main(["inspect", "pypi:drill==1.0", "--index-url", f"{index.url}/simple"]) == 0
    assert "ADMIT  pypi:drill==1.0" in capsys.readouterr().out


def test_what_is_hostile_is_refused(index: Index) -> None:
    index.release(wheel("import base64\nexec(base64.b64decode('cHJpbnQoJ3ByYXRpcXVlLWRyaWxsJyk='))\n"))
    found = inspected(index)
    assert found.verdict.decision is Decision.REFUSE
    assert "drill/__init__.py:2" in found.verdict.reasons[0].because


def test_an_index_that_only_speaks_html(index: Index) -> None:
    data = wheel()
    digest = hashlib.sha256(data).hexdigest()
    name = "drill-1.0-py3-none-any.whl"
    index.pages[f"/files/{name}"] = (200, "application/octet-stream", data)
    body = f'<a href="../../files/{name}#sha256={digest}" data-yanked="broken build">{name}</a><a href="/x">x</a>'
    index.pages["/simple/drill/"] = (200, "text/html", body.encode())
    assert inspected(index).report.artifact.origin.revision.endswith("(yanked: broken build)")


FAULTS: list[tuple[str, dict[str, Any], type[PratiqueError], str]] = [
    ("another digest", {"hashes": {"sha256": "0" * 64}}, TamperedError, "promises sha256"),
    ("no digest", {"hashes": {"md5": "0" * 32}}, TamperedError, "no SHA-256"),
    ("fewer bytes than promised", {"size": 10_000_000}, TamperedError, "promises 10000000 bytes"),
    ("more bytes than promised", {"size": 10}, UnavailableError, "larger than 10 bytes"),
    ("a name that climbs", {"filename": "../../drill-1.0-py3-none-any.whl"}, TamperedError, "names a file"),
    ("another package's file", {"filename": "dril-1.0-py3-none-any.whl"}, UsageError, "lists no file"),
    ("another version's file", {"filename": "drill-1.0.1-py3-none-any.whl"}, UsageError, "lists no file"),
    ("a file that is not there", {"url": "/files/gone.whl"}, UnavailableError, "404"),
    ("a URL that is none", {"url": "http://[x/drill.whl"}, UnavailableError, "not what a simple repository"),
    ("provenance at a URL that is none", {"provenance": "http://[x"}, UsageError, "not a URL"),
    ("provenance that is not there", {"provenance": "https://localhost:1/x"}, UnavailableError, "localhost"),
    ("a file elsewhere without TLS", {"url": "http://example.net/drill.whl"}, UsageError, "https"),
]


@pytest.mark.parametrize(("fault", "change", "error", "says"), FAULTS, ids=[f[0] for f in FAULTS])
def test_an_index_that_lies(
    index: Index, fault: str, change: dict[str, Any], error: type[PratiqueError], says: str
) -> None:
    index.release(wheel(), **change)
    with pytest.raises(error, match=says):
        inspected(index)


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"{}", b'{"files": [{}]}', b'{"files": [{"filename": 1}]}', b"[" * 100_000, b"\xff"]
)
def test_an_index_that_talks_nonsense(index: Index, body: bytes) -> None:
    index.pages["/simple/drill/"] = (200, JSON, body)
    with pytest.raises((UnavailableError, UsageError)):
        inspected(index)


def test_an_index_that_speaks_no_http(index: Index) -> None:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()

        def answer() -> None:
            connection, _ = listening.accept()
            with connection:
                connection.recv(4096)
                connection.sendall(b"drill\r\n\r\n")

        thread = threading.Thread(target=answer, daemon=True)
        thread.start()
        with pytest.raises(UnavailableError):
            inspect("pypi:drill==1.0", index_url=f"http://127.0.0.1:{listening.getsockname()[1]}/simple")
        thread.join()


@pytest.mark.parametrize(
    "text", ["pypi:drill", "pypi:drill>=1", "pypi:drill==1.*", "pypi:../x==1", "pypi:drill==1.0#most"]
)
def test_a_release_is_named_exactly(text: str) -> None:
    with pytest.raises(UsageError, match="NAME==VERSION"):
        inspect(text)


def test_a_release_that_changes_resolves_to_something_else(index: Index) -> None:
    source = PyPI(f"{index.url}/simple")
    index.release(wheel())
    before = source.resolve(Reference("pypi:drill==1.0"))
    assert source.resolve(Reference("pypi:drill==1.0")) == before
    index.release(wheel(), yanked="oops")
    assert source.resolve(Reference("pypi:drill==1.0")) != before


def test_nothing_is_left_behind(index: Index, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)
    index.release(wheel())
    inspected(index)
    assert list(tmp_path.iterdir()) == []
