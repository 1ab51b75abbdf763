"""The databases that the suites of ledger and store run on: SQLite always, PostgreSQL where its server is installed.

The server is started once, under an unprivileged user, on a Unix socket in a folder of its own.
"""

from __future__ import annotations

import glob
import itertools
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

START_SECONDS = 60
KINDS = ("sqlite", "postgresql")
_numbers = itertools.count()


@dataclass
class Server:
    """A running PostgreSQL server."""

    binaries: str
    folder: str
    user: dict[str, Any]  # how its processes are started

    def run(self, program: str, *words: str) -> None:
        done = subprocess.run(
            [f"{self.binaries}/{program}", *words],
            capture_output=True, text=True, timeout=START_SECONDS, cwd=self.folder, check=False, **self.user,
        )  # fmt: skip
        assert done.returncode == 0, f"{program}: {done.stdout}{done.stderr}"

    def start(self, more: str = "") -> None:
        settings = f"{more} -k {self.folder} -c listen_addresses= -c shared_buffers=16MB -c max_connections=40"
        # The log goes to a file: a server that inherits a pipe keeps its reader waiting.
        self.run("pg_ctl", "-D", f"{self.folder}/data", "-l", f"{self.folder}/log", "-w", "-o", settings, "start")

    def stop(self, mode: str = "fast") -> None:
        """`immediate` is what a crash of the server leaves behind."""
        self.run("pg_ctl", "-D", f"{self.folder}/data", "-m", mode, "-w", "stop")

    def new_database(self) -> str:
        name = f"t{next(_numbers)}"
        self.run("createdb", "-h", self.folder, "-U", "pratique", name)
        return f"postgresql://pratique@/{name}?host={self.folder}"


def _binaries() -> str | None:
    found = shutil.which("postgres")
    folders = sorted(glob.glob("/usr/lib/postgresql/*/bin"))
    return os.path.dirname(os.path.realpath(found)) if found else (folders[-1] if folders else None)


def _user(folder: str) -> dict[str, Any]:
    """PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return {}
    nobody = pwd.getpwnam("nobody")
    os.chown(folder, nobody.pw_uid, nobody.pw_gid)
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


@contextmanager
def running_server() -> Iterator[Server]:
    """A new server; skips the test, with the reason, where there cannot be one."""
    pytest.importorskip("psycopg", reason="psycopg (extra `postgresql`) is not installed")
    binaries = _binaries()
    if binaries is None:
        pytest.skip("no PostgreSQL server is installed")
    folder = tempfile.mkdtemp(prefix="pratique-pg-", dir="/tmp")
    made = Server(binaries, folder, _user(folder))
    try:
        made.run("initdb", "-D", f"{folder}/data", "-U", "pratique", "-A", "trust", "-E", "UTF8", "--no-sync")
        made.start()
        yield made
    finally:
        made.stop("immediate")
        shutil.rmtree(folder)


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    with running_server() as made:
        yield made


@pytest.fixture(params=KINDS)
def fresh(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[], str]:
    """Makes the URL of a new, empty database."""
    if request.param == "postgresql":
        running: Server = request.getfixturevalue("server")
        return running.new_database
    return lambda: str(tmp_path / f"{next(_numbers)}.db")


@pytest.fixture
def url(fresh: Callable[[], str]) -> str:
    return fresh()
