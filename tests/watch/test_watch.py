"""The watch: each look sees what it is for, each state is told once, and every channel carries it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import ClassVar

import pytest

from pratique.cli.main import main
from pratique.domain.errors import TamperedError, UnavailableError, UsageError
from pratique.domain.held import Reference
from pratique.sources.files import InPlace
from pratique.watch import upstream
from pratique.watch.alert import NOTICES, Alert
from pratique.watch.check import Checker
from pratique.watch.events import Polling, WatchFiles, best
from pratique.watch.inotify import Inotify, Overflow
from pratique.watch.isolate import isolate
from pratique.watch.journal import Journal, last_digest
from pratique.watch.loop import Schedule, Watch
from pratique.watch.metrics import Metrics
from pratique.watch.records import Records
from pratique.watch.webhook import Webhook, signature, verify
from tests.fingerprints.builders import SAMPLE, safetensors

LINUX = pytest.mark.skipif(sys.platform != "linux", reason="inotify is Linux")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    root = tmp_path / "models"
    (root / ".git").mkdir(parents=True)
    (root / "model.safetensors").write_bytes(safetensors(SAMPLE))
    (root / "config.json").write_text("{}")
    (root / "zero").touch()
    return root


@pytest.fixture
def checker(folder: Path) -> Iterator[Checker]:
    records = Records(":memory:")
    found = Checker(str(folder), InPlace(), records)
    assert found.accept_present() == 4
    yield found
    records.close()


def swept(checker: Checker, *, full: bool = True) -> list[str]:
    return [f"{a.kind} {a.path}" for a in checker.sweep(full=full) if a is not None]


CHANGES: dict[str, tuple[Callable[[Path], object], list[str]]] = {
    "byte": (lambda r: (r / "config.json").write_text("[]"), ["content-changed config.json"]),
    "added": (lambda r: (r / ".git" / "hook").touch(), ["added .git/hook"]),
    "folder": (lambda r: (r / ".github").mkdir(), ["added .github"]),
    "removed": (lambda r: (r / "zero").unlink(), ["removed zero"]),
    "renamed": (lambda r: (r / "zero").rename(r / "nought"), ["added nought", "removed zero"]),
    "mode": (lambda r: (r / "config.json").chmod(0o755), ["mode-changed config.json"]),
    "truncated": (lambda r: os.truncate(r / "config.json", 0), ["truncated config.json"]),
    "link": (lambda r: ((r / "zero").unlink(), (r / "zero").symlink_to("/etc/passwd")), ["type-changed zero"]),
    "replaced": (lambda r: ((r / "x").write_text("xx"), (r / "x").rename(r / "config.json")), ["content-changed config.json"]),
}  # fmt: skip


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("full", [False, True])
def test_a_sweep_sees_it_and_tells_it_once(folder: Path, checker: Checker, change: str, full: bool) -> None:
    act, expected = CHANGES[change]
    act(folder)
    assert swept(checker, full=full) == expected
    assert swept(checker, full=full) == []


def test_what_hides_its_times_is_seen_by_reading(
    folder: Path, checker: Checker, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = {p: checker._key(p) for p in ("config.json",)}
    (folder / "config.json").write_text("[]")
    monkeypatch.setattr(checker, "_key", lambda path: keys.get(path, Checker._key(checker, path)))
    assert swept(checker, full=False) == []
    assert swept(checker, full=True) == ["content-changed config.json"]


def test_the_tensor_is_named_and_the_way_back_is_told(folder: Path, checker: Checker) -> None:
    path = folder / "model.safetensors"
    good = path.read_bytes()
    path.write_bytes(good[:-1] + b"\xff")
    (alert,) = checker.check("model.safetensors")
    assert alert.places[0].name == "mask"
    path.write_bytes(good[:-1] + b"\xfe")
    assert [a.kind for a in checker.check("model.safetensors")] == ["content-changed"], "another state is told again"
    path.write_bytes(good)
    assert [a.kind for a in checker.check("model.safetensors")] == ["restored"]
    (folder / "new").touch()
    assert swept(checker) == ["added new"]
    (folder / "new").unlink()
    assert swept(checker) == ["restored new"]


@LINUX
def test_inotify_hears_at_once_and_below_new_folders(folder: Path) -> None:
    events = Inotify([str(folder)])
    try:
        assert events.wait(0) == set()
        (folder / "config.json").write_text("[]")
        assert (str(folder), "config.json") in events.wait(2)
        (folder / "a" / "b").mkdir(parents=True)
        events.wait(2)
        (folder / "a" / "b" / "c").touch()
        assert (str(folder), "a/b/c") in events.wait(2)
    finally:
        events.close()


def test_watchfiles_hears_too(folder: Path) -> None:
    pytest.importorskip("watchfiles")
    events = WatchFiles([str(folder)])
    try:
        (folder / "config.json").write_text("[]")
        assert (str(folder), "config.json") in events.wait(3)
    finally:
        events.close()


class Script:
    """Events that a test makes, once the first verification has ended."""

    name = "script"
    reports_overflow = True
    lost: ClassVar = ["/somewhere: too many watches"]

    def __init__(self, *batches: object) -> None:
        self.batches = list(batches)
        self.told: list[Alert] = []

    @property
    def kinds(self) -> list[str]:
        return [alert.kind for alert in self.told]

    def wait(self, seconds: float) -> set[tuple[str, str]]:
        time.sleep(0.01)
        batch = self.batches.pop(0) if self.batches and "verified" in self.kinds else set()
        if batch is Overflow:
            raise Overflow
        return batch() if callable(batch) else batch  # type: ignore[no-any-return]

    def close(self) -> None:
        """Nothing is open."""


def watched(folder: Path, events: Script, last: list[str], schedule: Schedule | None = None) -> list[Alert]:
    """Watch until the script is done and the last alerts are of the kinds `last`, at most ten seconds."""
    records = Records(":memory:")
    checker = Checker(str(folder), InPlace(), records)
    checker.accept_present()
    end = time.monotonic() + 10
    watch = Watch([checker], events, records, schedule or Schedule(), events.told.append, Metrics())
    watch.run(lambda: (not events.batches and events.kinds[-len(last) :] == last) or time.monotonic() > end)
    records.close()
    return events.told


def test_overflow_reads_everything_again(folder: Path) -> None:
    def change() -> set[tuple[str, str]]:
        (folder / "config.json").write_text("[]")  # no event is heard of it
        return set()

    told = watched(folder, Script(change, Overflow), ["content-changed", "verified"])
    kinds = [a.kind for a in told if a.kind not in ("started", "watch-lost")]
    assert kinds == ["verified", "overflow", "content-changed", "verified"]
    assert "does not prevent" in told[0].detail
    assert told[1].kind == "watch-lost", "what is not watched is said"


def test_verification_comes_by_itself(folder: Path) -> None:
    def change() -> set[tuple[str, str]]:
        (folder / "config.json").write_text("[]")
        return set()

    schedule = Schedule(verify_seconds=1.0, sweep_seconds=1000)
    told = watched(folder, Script(change), ["content-changed", "verified"], schedule)
    assert [a.kind for a in told].count("content-changed") == 1


@pytest.mark.parametrize("seconds", [0.0, 0.5, 86_401.0])
def test_verification_cannot_be_switched_off(seconds: float) -> None:
    with pytest.raises(UsageError):
        Schedule(verify_seconds=seconds)


def test_a_root_that_goes_is_told(folder: Path) -> None:
    def go() -> set[tuple[str, str]]:
        folder.rename(folder.parent / "elsewhere")
        return {(str(folder), "")}

    told = watched(folder, Script(go), ["watch-lost"])
    assert (told[-1].kind, told[-1].detail) == ("watch-lost", "the folder is gone")


def test_the_tier_is_chosen_and_said(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pratique.watch.events.file_system", lambda root: "nfs4")
    events, reason = best([str(folder)])
    assert isinstance(events, Polling)
    assert "nfs4" in reason


ALERT = Alert("added", "/models", "evil.pkl", "5 bytes", 1_700_000_000.0)


def test_the_log_is_a_chain(tmp_path: Path) -> None:
    path = tmp_path / "log"
    for _ in range(3):
        Journal(str(path)).write(ALERT)
    assert len(path.read_text().splitlines()) == 3
    last_digest(str(path))
    lines = path.read_text().splitlines(keepends=True)
    for damaged in (lines[1:], [lines[0], lines[2]], [lines[0], lines[1].replace("evil", "good"), lines[2]]):
        path.write_text("".join(damaged))
        with pytest.raises(TamperedError):
            Journal(str(path))


KEY = b"0123456789abcdef"


@pytest.fixture
def receiver() -> Iterator[tuple[HTTPServer, list[tuple[dict[str, str], bytes]], list[int]]]:
    got: list[tuple[dict[str, str], bytes]] = []
    answers: list[int] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            got.append((dict(self.headers), self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(answers.pop(0) if answers else 204)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            """Quiet."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server, got, answers
    server.shutdown()
    server.server_close()
    thread.join()


def test_a_webhook_is_signed_and_tried_again(
    tmp_path: Path,
    receiver: tuple[HTTPServer, list[tuple[dict[str, str], bytes]], list[int]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("pratique.watch.webhook.FIRST_RETRY_SECONDS", 0.05)
    server, got, answers = receiver
    answers.extend([500, 302])
    state = str(tmp_path / "state")
    records = Records(state)
    records.post(ALERT.to_json(), 0.0)
    hook = Webhook(f"http://127.0.0.1:{server.server_address[1]}/hook", KEY, state)
    end = time.monotonic() + 10
    while records.waiting() and time.monotonic() < end:
        time.sleep(0.02)
    hook.close()
    assert records.waiting() == 0
    assert [json.loads(body)["path"] for _, body in got] == ["evil.pkl"] * 3, "twice refused, then taken"
    headers, body = got[-1]
    id_, sent_at, given = headers["X-Pratique-Id"], int(headers["X-Pratique-Time"]), headers["X-Pratique-Signature"]
    assert verify(KEY, id_, sent_at, body, given, time.time())
    assert not verify(KEY, id_, sent_at, body + b" ", given, time.time())
    assert not verify(KEY, id_, sent_at, body, given, time.time() + 1000), "no replay"
    assert not verify(KEY, id_ + "1", sent_at, body, given, time.time())
    records.close()


def test_the_outbox_survives(tmp_path: Path) -> None:
    state = str(tmp_path / "state")
    first = Records(state)
    first.post(ALERT.to_json(), 0.0)
    first.close()
    again = Records(state)
    hook = Webhook("http://127.0.0.1:9/nobody", KEY, state)
    hook.close()
    assert again.waiting() == 1
    again.close()


def test_webhooks_need_https_and_a_key(tmp_path: Path) -> None:
    for url, key in (("http://example.org/", KEY), ("https://example.org/", b"short"), ("file:///etc/passwd", KEY)):
        with pytest.raises(UsageError):
            Webhook(url, key, str(tmp_path / "state"))


def test_signatures_have_a_vector() -> None:
    page = (Path(__file__).parents[2] / "docs/spec/watch.md").read_text()
    assert signature(b"0123456789abcdef", "1", 1700000000, b"{}") in page


def test_isolation_moves_files_and_nothing_else(folder: Path, tmp_path: Path) -> None:
    away = tmp_path / "away"
    (folder / "evil.pkl").write_bytes(b"evil")
    done = isolate(Alert("added", str(folder), "evil.pkl", "", time.time()), str(away))
    assert done is not None
    assert not (folder / "evil.pkl").exists()
    (moved,) = away.iterdir()
    assert moved.read_bytes() == b"evil"
    assert isolate(Alert("added", str(folder), ".git", "", time.time()), str(away)) is None
    assert isolate(Alert("removed", str(folder), "config.json", "", time.time()), str(away)) is None
    if os.getuid():
        (folder / "evil.pkl").write_bytes(b"evil")
        folder.chmod(0o500)
        with pytest.raises(UnavailableError):
            isolate(Alert("added", str(folder), "evil.pkl", "", time.time()), str(away))


def test_a_moved_reference_is_told_once() -> None:
    class Tag:
        revision = "aaa"

        def accepts(self, reference: Reference) -> bool:
            return reference.text == "hub:model@main"

        def resolve(self, reference: Reference) -> str:
            if not self.revision:
                raise UnavailableError("no answer")
            return self.revision

    tag, records = Tag(), Records(":memory:")

    def told() -> list[str]:
        return [a.detail for a in upstream.moved(["hub:model@main"], [tag], records)]

    assert told() == []
    tag.revision = "bbb"
    assert told() == ["was aaa, is bbb"]
    assert told() == []
    tag.revision = ""
    assert told() == ["could not be resolved: no answer"]
    records.close()


def test_metrics_are_in_the_text_format(tmp_path: Path) -> None:
    metrics = Metrics("inotify")
    metrics.alerts["added"] += 2
    metrics.write(str(tmp_path / "m.prom"))
    text = (tmp_path / "m.prom").read_text()
    assert 'pratique_watch_alerts_total{kind="added"} 2\n' in text
    for line in text.splitlines():
        assert line.startswith("# ") or len(line.rsplit(" ", 1)) == 2
    assert [p.name for p in tmp_path.iterdir()] == ["m.prom"]


def test_the_verb(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    manifest, log = tmp_path / "manifest.json", tmp_path / "log"
    assert main(["fingerprint", "--kind", "chunks", "--format", "json", "-o", str(manifest), str(folder)]) == 0
    words = ["watch", str(folder), "--state", str(tmp_path / "state"), "--format", "json", "--log", str(log)]
    assert main([*words, "--manifest", str(manifest), "--once"]) == 0
    (folder / "model.safetensors").write_bytes(safetensors(SAMPLE)[:-1] + b"\x09")
    capsys.readouterr()
    assert main([*words, "--once", "--metrics", str(tmp_path / "m"), "--quarantine", str(tmp_path / "away")]) == 1
    alerts = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    # whether this verification still sees that the file has gone depends on how far it was
    assert [a["kind"] for a in alerts if a["kind"] not in {*NOTICES, "removed"}] == ["content-changed", "quarantined"]
    assert alerts[0]["places"][0][2] == "mask"
    assert (tmp_path / "away").is_dir()
    assert len(log.read_text().splitlines()) == len(alerts) + 1  # and the first run's
    assert main([*words, "--accept", "--once"]) == 0
    assert main([*words, "--once", "--quarantine", str(folder / "q")]) == 2


@LINUX
def test_termination_delivers_and_ends(folder: Path, tmp_path: Path) -> None:
    state = tmp_path / "state"
    words = [sys.executable, "-m", "pratique", "watch", str(folder), "--state", str(state), "--format", "json"]
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as running:
        assert running.stdout is not None
        kinds = [json.loads(running.stdout.readline())["kind"] for _ in range(2)]
        assert kinds == ["started", "verified"]
        (folder / "new").touch()
        assert json.loads(running.stdout.readline())["kind"] == "added"
        running.terminate()
        assert running.wait(20) == 1
    assert [path.name for path in tmp_path.glob("state*")] == ["state"], "closed cleanly"


@LINUX
def test_a_byte_is_seen_within_two_seconds(folder: Path, tmp_path: Path) -> None:
    records = Records(str(tmp_path / "state"))
    checker = Checker(str(folder), InPlace(), records)
    checker.accept_present()
    events = Inotify([str(folder)])
    seen: list[tuple[float, Alert]] = []
    stop = threading.Event()
    watch = Watch([checker], events, records, Schedule(), lambda a: seen.append((time.monotonic(), a)), Metrics())
    thread = threading.Thread(target=watch.run, args=(stop.is_set,))
    thread.start()
    try:
        end = time.monotonic() + 10
        while not any(a.kind == "verified" for _, a in seen) and time.monotonic() < end:
            time.sleep(0.01)
        with (folder / "model.safetensors").open("r+b") as file:
            file.seek(-1, os.SEEK_END)
            file.write(b"\x55")
        changed_at = time.monotonic()
        while not any(a.kind == "content-changed" for _, a in seen) and time.monotonic() < changed_at + 5:
            time.sleep(0.01)
    finally:
        stop.set()
        thread.join()
        events.close()
        records.close()
    assert [at - changed_at < 2 for at, a in seen if a.kind == "content-changed"] == [True]
