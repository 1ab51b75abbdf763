"""`pratique intel show|update|reset|build`: capability tables and popular names that are newer than the release."""

from __future__ import annotations

import argparse
import json
import os

from pratique.attest import dsse
from pratique.code import capability
from pratique.domain.errors import UnavailableError, UsageError
from pratique.knowledge import use_installed_tables
from pratique.pins import popularity
from pratique.store.intel import PAYLOAD_TYPE, SCHEMA, IntelStore, home, parse

MAX_BUNDLE_BYTES = 64 << 20


def run(words: list[str]) -> int:
    options = _parser().parse_args(words)
    store = IntelStore(home(os.environ))
    if options.action == "show":
        _show(store)
    elif options.action == "reset":
        store.reset()
        _show(store)
    elif options.action == "update":
        _update(store, options.source, options.key)
    else:
        _build(options)
    return 0


def _show(store: IntelStore) -> None:
    use_installed_tables()
    origin = "updated" if store.current() else "of this release"
    print(f"capability tables {capability.version_in_use()} ({origin})")
    version, _, day = popularity.version_in_use().partition(" ")
    origin = "of this release" if version == "release" else f"{version}, updated"
    print(f"popular names of {day} ({origin}): {len(popularity.ranks())}")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="pratique intel", description="Show or update the capability tables and the popular names."
    )
    actions = parser.add_subparsers(dest="action", required=True, metavar="show|update|reset|build")
    actions.add_parser("show", help="which version is in force")
    actions.add_parser("reset", help="go back to the tables of this release")
    update = actions.add_parser("update", help="install a signed bundle")
    update.add_argument("source", metavar="FILE|URL")
    update.add_argument(
        "--key", required=True, action="append", metavar="PEM", help="public key that must have signed it"
    )
    build = actions.add_parser("build", help="sign the tables of a folder (for maintainers)")
    build.add_argument("folder", nargs="?", help="of capability tables")
    build.add_argument(
        "--popularity", metavar="FILE", help="a list of names, the most downloaded first, under a line with its date"
    )
    build.add_argument("--version", required=True, metavar="YYYY.MM.DD")
    build.add_argument("--key", required=True, metavar="PEM", help="private key")
    build.add_argument("--output", required=True, metavar="FILE")
    return parser


def _update(store: IntelStore, source: str, key_files: list[str]) -> None:
    """(1) fetch, (2) verify the signature, (3) check every table as the lookup will read it, (4) install atomically."""
    keys = tuple(dsse.load_public_key(_read(name)) for name in key_files)
    if "://" in source:
        from pratique.sources.http import download

        envelope = download(source, MAX_BUNDLE_BYTES)  # (1)
    else:
        envelope = _read(source)
    verified = dsse.verify(envelope, PAYLOAD_TYPE, keys)  # (2)
    bundle = parse(verified.payload)
    for library, table in bundle.tables.items():
        capability.check_table(library, table)  # (3)
    if bundle.popularity is not None:
        popularity.check_table(bundle.popularity)
    version = store.install(verified.payload)  # (4)
    if bundle.tables:
        print(
            f"capability tables {version} installed: {len(bundle.tables)} libraries, signed by {verified.key_id[:16]}"
        )
    if bundle.popularity is not None:
        count, day = len(bundle.popularity["ranks"]), bundle.popularity["date"]
        print(f"popular names {version} installed: {count} of {day}, signed by {verified.key_id[:16]}")


def _build(options: argparse.Namespace) -> None:
    document: dict[str, object] = {"schema": SCHEMA, "version": options.version}
    says = []
    if options.folder:
        tables = _tables(options.folder)
        document["capabilities"] = tables
        says.append(f"{len(tables)} libraries")
    if options.popularity:
        table = popularity.read_list(_read(options.popularity).decode("utf-8", "replace"))
        popularity.check_table(table)
        document["popularity"] = table
        says.append(f"popular names of {table['date']}")
    payload = json.dumps(document, sort_keys=True, separators=(",", ":")).encode()
    parse(payload)
    envelope = dsse.sign(payload, PAYLOAD_TYPE, dsse.load_private_key(_read(options.key)))
    with open(options.output, "wb") as file:
        file.write(envelope)
    print(f"{options.output}: {', '.join(says)}, version {options.version}")


def _tables(folder: str) -> dict[str, object]:
    tables: dict[str, object] = {}
    for name in sorted(os.listdir(folder)):
        if name.endswith(".json"):
            library = name.removesuffix(".json")
            tables[library] = json.loads(_read(os.path.join(folder, name)))
            capability.check_table(library, tables[library])
    return tables


def _read(name: str) -> bytes:
    try:
        with open(name, "rb") as file:
            data = file.read(MAX_BUNDLE_BYTES + 1)
    except FileNotFoundError:
        raise UsageError(f"{name}: no such file") from None
    except OSError as error:
        raise UnavailableError(f"{name}: {error.strerror}") from None
    if len(data) > MAX_BUNDLE_BYTES:
        raise UsageError(f"{name}: larger than {MAX_BUNDLE_BYTES} bytes")
    return data
