"""`pratique advisories update|show|rollback|check`: what is publicly known of releases, asked without a network."""

from __future__ import annotations

import argparse
import os
import tempfile
from datetime import datetime, timezone

from pratique.domain.errors import UsageError
from pratique.store.advisories import AdvisoryStore
from pratique.store.intel import home

MAX_DUMP_BYTES = 4 << 30


def run(words: list[str]) -> int:
    options = _parser().parse_args(words)
    store = AdvisoryStore(home(os.environ))
    if options.action == "update":
        return _update(store, options.source)
    if options.action == "rollback":
        store.rollback()
    if options.action == "check":
        return _check(store, options.releases, options.ecosystem)
    _show(store)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="pratique advisories", description="Import OSV advisories and ask them.")
    actions = parser.add_subparsers(dest="action", required=True, metavar="update|show|rollback|check")
    update = actions.add_parser(
        "update", help="import a dump: a zip, a folder, a JSON or JSON-lines file, or the URL of one"
    )
    update.add_argument("source", metavar="FILE|URL")
    actions.add_parser("show", help="which import is in force, and how old it is")
    actions.add_parser("rollback", help="go back to the import before")
    check = actions.add_parser("check", help="say what is known of a release (exit code 1 if anything is)")
    check.add_argument("releases", nargs="+", metavar="NAME==VERSION")
    check.add_argument("--ecosystem", default="PyPI", help="as OSV names it (default: PyPI)")
    return parser


def _update(store: AdvisoryStore, source: str) -> int:
    now = datetime.now(timezone.utc)
    if "://" not in source:
        facts = store.load(source, now)
    else:
        from pratique.sources.http import save

        with tempfile.TemporaryDirectory(prefix="pratique-") as folder:
            path = os.path.join(folder, "dump" + os.path.splitext(source.partition("?")[0])[1])
            save(source, path, MAX_DUMP_BYTES)
            facts = store.load(path, now)
    left = f", {facts['skipped']} entries left out" if facts["skipped"] != "0" else ""
    print(f"{facts['records']} advisories ({facts['malicious']} malicious packages), newest {facts['newest']}{left}")
    return 0


def _show(store: AdvisoryStore) -> None:
    if not store.exists:
        print("no advisories are installed; run `pratique advisories update FILE|URL`")
        return
    facts = store.facts()
    age = store.age_days()
    print(f"{facts['records']} advisories ({facts['malicious']} malicious packages) from {facts['source']}")
    print(
        f"newest entry {facts['newest']}{'' if age is None else f', {age:.0f} days ago'}; imported {facts['imported']}"
    )
    print(f"version {store.version}")


def _check(store: AdvisoryStore, releases: list[str], ecosystem: str) -> int:
    known = 0
    for release in releases:
        name, sign, version = release.partition("==")
        if not sign or not version:
            raise UsageError(f"{release}: not NAME==VERSION")
        for advisory in store.of(ecosystem, name, version):
            known += 1
            what = (
                "malicious"
                if advisory.malicious
                else f"score {advisory.score}"
                if advisory.score is not None
                else "no score"
            )
            mended = f"; mended in {', '.join(advisory.fixed)}" if advisory.fixed else ""
            print(f"{release}  {advisory.id}  {what}  {advisory.summary}{mended}")
    if not known:
        print(f"nothing is known of {', '.join(releases)} (advisories {store.version})")
    return 1 if known else 0
