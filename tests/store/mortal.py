"""Processes that die by SIGKILL at a chosen step, and databases that count the steps."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from pratique.domain.ports import Database
from pratique.store.postgresql import PostgresqlDatabase
from pratique.store.sqlite import SqliteDatabase

PATIENCE_SECONDS = 60


class Death:
    """Counts steps and kills this process at the chosen one."""

    def __init__(self, at: int) -> None:
        self._left = at

    def step(self) -> None:
        if self._left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        self._left -= 1

    def around(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """The function with a step before and one after it."""

        def call(*words: Any, **options: Any) -> Any:
            self.step()
            result = function(*words, **options)
            self.step()
            return result

        return call


class Mortal:
    """A database with a step before and after every statement, and before and after every commit."""

    def __init__(self, database: Database, death: Death) -> None:
        self.place = database.place
        self._database = database
        self._death = death

    def rows(self, statement: str, values: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
        found: list[tuple[Any, ...]] = self._death.around(self._database.rows)(statement, values)
        return found

    @contextmanager
    def write(self) -> Iterator[None]:
        self._death.step()
        with self._database.write():
            yield
            self._death.step()
        self._death.step()

    def has_table(self, name: str) -> bool:
        return self._database.has_table(name)

    def close(self) -> None:
        self._database.close()


def raw(url: str, create: bool = False) -> Database:
    """A database that is not migrated."""
    return PostgresqlDatabase(url, create) if url.startswith("postgresql:") else SqliteDatabase(url, create)


class Acknowledged:
    """What a process was told is done; written so that it outlives the process."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def add(self, line: str) -> None:
        descriptor = os.open(self._path, os.O_CREAT | os.O_APPEND | os.O_WRONLY)
        os.write(descriptor, f"{line}\n".encode())
        os.close(descriptor)

    def lines(self) -> list[str]:
        return self._path.read_text().splitlines() if self._path.exists() else []

    def wait_for(self, count: int) -> None:
        """Until there are that many lines."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while len(self.lines()) < count:
            assert time.monotonic() < deadline, "the process acknowledged nothing"
            time.sleep(0.001)


def dies(work: Callable[[], None]) -> bool:
    """Run in a forked process; whether it was killed (and not: done). A failure of any other kind is an error."""
    child = os.fork()
    if child == 0:
        code = 1
        try:
            work()
            code = 0
        except BaseException as error:  # noqa: BLE001 - a forked process must not run the tests' own clean-up
            os.write(2, f"{type(error).__name__}: {error}\n".encode())
        finally:
            os._exit(code)
    status = os.waitpid(child, 0)[1]
    if os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL:
        return True
    assert os.waitstatus_to_exitcode(status) == 0, "the process failed before it was killed"
    return False
