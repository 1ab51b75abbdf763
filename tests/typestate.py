"""Not a test that runs: `make types` proves that the flow cannot be walked out of order.

Each `type: ignore` below is itself checked: if the type checker stopped objecting, mypy would report it as unused.
"""

from __future__ import annotations

from datetime import datetime

from pratique.domain.policy import Policy
from pratique.domain.ports import Database, Ledger, Quarantine, Shelf, Source, Store
from pratique.domain.release import PackageIndex
from pratique.domain.report import Report
from pratique.domain.verdict import Verdict
from pratique.engine.plan import Plan
from pratique.flow.acquire import Held
from pratique.flow.admit import admit
from pratique.flow.identify import identify
from pratique.flow.inspect import inspect
from pratique.flow.judge import judge
from pratique.ledger.note import VerifierKey


def out_of_order(held: Held, report: Report, verdict: Verdict, shelf: Shelf, policy: Policy, now: datetime) -> None:
    admit(report, shelf)  # type: ignore[arg-type]
    admit(verdict, shelf)  # type: ignore[arg-type]
    inspect(held, Plan())  # type: ignore[arg-type]
    judge(held, policy, (), now)  # type: ignore[arg-type]
    identify(report)  # type: ignore[arg-type]


def adapters_fit_their_ports() -> tuple[Source, Quarantine]:
    from pratique.sources.files import InPlace, LocalFiles

    return LocalFiles(), InPlace()


def an_index_fits_its_port() -> PackageIndex:
    from pratique.sources.asked import AskedIndex

    return AskedIndex()


def stores_fit_their_ports(url: str, key: VerifierKey) -> tuple[tuple[Database, ...], Ledger, Store, Shelf]:
    from pratique.ledger.log import Log
    from pratique.store.postgresql import PostgresqlDatabase
    from pratique.store.records import Records
    from pratique.store.shelf import FolderShelf
    from pratique.store.sqlite import SqliteDatabase

    database = SqliteDatabase(url)
    return (database, PostgresqlDatabase(url)), Log(database, key), Records(database), FolderShelf(url)
