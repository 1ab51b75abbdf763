"""`pratique fingerprint TARGET…`: content identities and manifests, and what differs from a manifest."""

from __future__ import annotations

import argparse
import json
import os
import sys
from functools import partial
from typing import TYPE_CHECKING, Any

from pratique.cli.main import ADMITTED, INCOMPLETE, NOT_ADMITTED
from pratique.domain.errors import UnavailableError, UsageError
from pratique.sources.files import InPlace

if TYPE_CHECKING:
    from pratique.fingerprints.compare import Difference
    from pratique.fingerprints.manifest import Manifest

KINDS = ("tree", "tensors", "rows", "chunks")
SCHEME = "fingerprints/1"


def run(words: list[str]) -> int:
    options = _parser().parse_args(words)
    if options.compare is not None:
        return _compare(options)
    kinds = tuple(dict.fromkeys(options.kind.split(",")))
    if unknown := [kind for kind in kinds if kind not in KINDS]:
        raise UsageError(f"no fingerprint {unknown[0]!r}: one of {', '.join(KINDS)}")
    for target in options.target:
        _check(target)
    if "chunks" in kinds and options.format == "json":
        if len(kinds) != 1 or len(options.target) != 1:
            raise UsageError("a manifest (--kind chunks --format json) is of one target, and goes alone")
        return _write_manifest(options.target[0], options.output)
    documents = [_fingerprinted(target, kinds) for target in options.target]
    if options.format == "json":
        text = json.dumps({"scheme": SCHEME, "targets": documents}, indent=2, sort_keys=True) + "\n"
    else:
        text = "".join(_text(document) for document in documents)
    _put(text, options.output)
    return INCOMPLETE if any(document["failures"] for document in documents) else ADMITTED


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="pratique fingerprint",
        formatter_class=partial(argparse.HelpFormatter, max_help_position=28, width=100),
        description="Say what a file or folder is, by content, or what differs from a manifest. Nothing is loaded.",
        epilog="Exit codes: 0 done, and nothing differs; 1 something differs; 2 usage; 3 something could not be read.",
    )
    add = parser.add_argument
    add("target", nargs="+", metavar="TARGET", help="a file or a folder")
    add("--kind", default="tree,tensors", metavar="KIND,…", help=f"{', '.join(KINDS)} (default: tree,tensors)")
    add("--compare", metavar="MANIFEST", help="say what differs from this manifest (made with --kind chunks)")
    add("--format", choices=("text", "json"), default="text")
    add("--output", "-o", metavar="FILE", help="write there instead of standard output")
    return parser


def _check(target: str) -> None:
    if not os.path.exists(target):
        raise UsageError(f"{target}: no such file or folder")


def _put(text: str, output: str | None) -> None:
    if output is None:
        sys.stdout.write(text)
        return
    try:
        with open(output, "w", encoding="utf-8", errors="surrogateescape") as out:
            out.write(text)
    except OSError as error:
        raise UnavailableError(f"{output}: {error.strerror}") from None


def _write_manifest(target: str, output: str | None) -> int:
    from pratique.fingerprints.scan import scan

    manifest = scan(target, InPlace())
    _put(manifest.to_json(), output)
    for entry in manifest.errors:
        print(f"pratique: {entry.path}: {entry.error}", file=sys.stderr)
    return INCOMPLETE if manifest.errors else ADMITTED


def _fingerprinted(target: str, kinds: tuple[str, ...]) -> dict[str, Any]:
    document: dict[str, Any] = {"target": target, "fingerprints": [], "notes": [], "failures": []}
    quarantine = InPlace()
    if "tree" in kinds or "chunks" in kinds:
        from pratique.fingerprints.scan import scan

        manifest = scan(target, quarantine, chunks="chunks" in kinds)
        document["failures"] += [[entry.path, entry.error] for entry in manifest.errors]
        if "tree" in kinds:
            document["fingerprints"] += [str(item) for item in _tree(manifest)]
        if "chunks" in kinds:
            document["fingerprints"].append(f"manifest/1:{manifest.digest}")
            count = sum(len(entry.chunks) for entry in manifest.entries)
            document["notes"].append(f"{len(manifest.entries)} entries, {count} chunks, {manifest.size_bytes} bytes")
    entries = tuple(quarantine.entries(target)) if {"tensors", "rows"} & {*kinds} else ()
    if "tensors" in kinds:
        from pratique.fingerprints.tensors import tensor_print

        tensors = tensor_print(target, entries, quarantine)
        document["fingerprints"] += [str(tensors.fingerprint)] if tensors.fingerprint else []
        document["notes"] += [f"{len(tensors.tensors)} tensors in {len(tensors.files)} files"] if tensors.files else []
        document["failures"] += [[path, f"its tensors: {reason}"] for path, reason in tensors.failures]
    if "rows" in kinds:
        from pratique.fingerprints.rows import row_print

        rows = row_print(target, entries, quarantine)
        document["fingerprints"] += [str(rows.fingerprint)] if rows.fingerprint else []
        document["notes"].append(f"{rows.rows} rows in {len(rows.files)} files")
        document["notes"] += [f"not rows, and left out: {', '.join(rows.left_out[:10])}"] if rows.left_out else []
        document["failures"] += [[path, f"its rows: {reason}"] for path, reason in rows.failures]
    return document


def _tree(manifest: Manifest) -> tuple[object, ...]:
    from pratique.domain.artifact import ArtifactMember
    from pratique.flow.identify import fingerprints_of

    members = [
        ArtifactMember(entry.path, entry.size_bytes, entry.sha256, entry.type, entry.executable, entry.target)
        for entry in manifest.entries
    ]
    return fingerprints_of(members, single=manifest.single)


def _text(document: dict[str, Any]) -> str:
    lines = [document["target"], *(f"  {item}" for item in (*document["fingerprints"], *document["notes"]))]
    lines += [f"  not read: {path}: {reason}" for path, reason in document["failures"]]
    return "\n".join(_shown(line) for line in lines) + "\n"


def _shown(line: str) -> str:
    """Names are hostile: what would move a terminal's cursor or cannot be encoded is escaped."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in line)


def _compare(options: argparse.Namespace) -> int:
    from pratique.fingerprints.compare import compare
    from pratique.fingerprints.manifest import MAX_MANIFEST_BYTES, parse

    if len(options.target) != 1:
        raise UsageError("--compare goes with one target")
    target = options.target[0]
    _check(target)
    try:
        with open(options.compare, "rb") as source:
            manifest = parse(source.read(MAX_MANIFEST_BYTES + 1), options.compare)
    except OSError as error:
        raise UsageError(f"{options.compare}: {error.strerror}") from None
    differences = compare(manifest, target, InPlace())
    if options.format == "json":
        items = [_difference(item) for item in differences]
        _put(
            json.dumps({"scheme": "differences/1", "differences": items}, indent=2, sort_keys=True) + "\n",
            options.output,
        )
    else:
        lines = [_shown(str(item)) for item in differences] or [f"{target}: as in {options.compare}"]
        _put("\n".join(lines) + "\n", options.output)
    if any(item.kind == "unreadable" for item in differences):
        return INCOMPLETE
    return NOT_ADMITTED if differences else ADMITTED


def _difference(item: Difference) -> dict[str, Any]:
    ranges = [
        {
            "offset": r.offset, "length_bytes": r.length_bytes, "name": r.name, "within": r.within,
            "record": r.record, "same_as": r.same_as,
        }
        for r in item.ranges
    ]  # fmt: skip
    return {"kind": item.kind, "path": item.path, "detail": item.detail, "ranges": ranges}
