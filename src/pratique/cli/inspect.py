"""`pratique inspect TARGET…`."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, replace
from functools import partial
from typing import TextIO

from pratique import wiring
from pratique.cli import settings as configuration
from pratique.cli.main import ADMITTED, INCOMPLETE, NOT_ADMITTED, USAGE
from pratique.cli.progress import Progress
from pratique.domain.errors import PratiqueError, UsageError
from pratique.domain.policy import Policy, Waiver
from pratique.flow.document import Document, failure_document
from pratique.formats.window import Limits
from pratique.policy import parse

FORMATS = ("text", "json", "jsonl", "sarif", "junit", "html", "markdown")
PARALLEL_FROM = 32  # targets; starting a worker costs about as much as ten small inspections


@dataclass(frozen=True, slots=True)
class Order:
    """What a worker needs to inspect one target."""

    target: str
    policy: Policy
    waivers: tuple[Waiver, ...]
    disabled_rules: tuple[str, ...]
    limits: Limits
    expected_sha256: str | None = None
    vex: tuple[str, ...] = ()
    advisory_days: int = 30
    index_url: str = ""
    cached: bool = True
    yara: tuple[str, ...] = ()
    ask_index: bool = False
    cooldown_days: int | None = None


def run(words: list[str]) -> int:
    options = _parser().parse_args(words)
    chosen = configuration.load([*options.target, *options.env], os.environ)
    if chosen.ignored:
        print(f"pratique: {chosen.ignored} lies inside what is inspected and is not obeyed", file=sys.stderr)
    format_ = options.format or chosen.format
    if format_ not in FORMATS:
        raise UsageError(f"format must be one of {', '.join(FORMATS)}, not {format_!r}")
    orders = _orders(options, chosen)
    if len(orders) > 1 and format_ == "json":
        format_ = "jsonl"  # several reports, one a line: a JSON document holds one
    documents = _inspected(orders, options.jobs if options.jobs is not None else chosen.jobs, options.quiet)
    codes: set[int] = set()
    with opened(options.output, stream=format_ == "jsonl") as out:
        from pratique.cli.output import writer

        write = writer(format_)
        write(_coded(documents, codes, options), out)
    return max(codes, default=ADMITTED)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="pratique inspect",
        # A given width spares the search for the terminal's, and with it the import of shutil and four codecs.
        formatter_class=partial(argparse.HelpFormatter, max_help_position=28, width=100),
        description="Say what each TARGET is, what opening it would execute or reach, and whether to admit it. "
        "Nothing in it is loaded or executed.",
        epilog="Exit codes: 0 every target admitted; 1 one held or refused; 2 usage; 3 one could not be completed.",
    )
    add = parser.add_argument
    add("target", nargs="*", metavar="TARGET", help="a file, a folder, an archive, a repository, or pypi:NAME==VERSION")
    add(
        "--env", action="append", default=[], metavar="PATH", help="an installed environment: its folder, or its Python"
    )
    add("--each", action="store_true", help="one report for every file below a folder")
    add("--policy", metavar="NAME|FILE", help="strict, balanced (default), research, or a policy document")
    add("--format", metavar="FORMAT", help=", ".join(FORMATS))
    add("--output", "-o", metavar="FILE", help="write there instead of standard output")
    add("--jobs", "-j", type=int, metavar="N", help="inspect N targets side by side (0: chosen by the amount of work)")
    add("--sha256", metavar="HEX", help="the digest that a single file must have")
    add("--waivers", action="append", default=[], metavar="FILE", help="accepted findings (TOML), may be repeated")
    add("--baseline", action="append", default=[], metavar="FILE", help="as --waivers: findings that are known already")
    add("--write-baseline", metavar="FILE", help="write all present findings as a baseline; needs the three below")
    add("--owner", help="who accepts them")
    add("--reason", help="why")
    add("--expires", metavar="YYYY-MM-DD", help="until when")
    add("--index-url", metavar="URL", help="the package index of pypi: targets (default: https://pypi.org/simple/)")
    add(
        "--ask-index",
        action="store_true",
        help="ask that index about the releases that files pin: their names go there",
    )
    add(
        "--cooldown-days", type=int, metavar="N", help="hold releases that were uploaded less than N days ago (0: none)"
    )
    add(
        "--vex",
        action="append",
        default=[],
        metavar="FILE",
        help="OpenVEX document that answers advisories, may be repeated",
    )
    add("--disable", action="append", default=[], metavar="RULE", help="a rule not to run, may be repeated")
    add(
        "--yara",
        action="append",
        default=[],
        metavar="FILE",
        help="YARA-X rules to match, or `builtin`; may be repeated",
    )
    add("--no-cache", action="store_true", help="neither use nor keep reports on what was inspected before")
    add("--quiet", "-q", action="store_true", help="no progress bar")
    return parser


def _orders(options: argparse.Namespace, chosen: configuration.Settings) -> list[Order]:
    policy = parse.load(options.policy or chosen.policy)
    waivers = tuple(w for name in (*chosen.waivers, *options.waivers, *options.baseline) for w in _waivers(name))
    disabled = (*chosen.disable, *options.disable)
    _check_rules(disabled)
    named = [*options.target, *(site_packages(path) for path in options.env)]
    if not named:
        raise UsageError("nothing to inspect: name a TARGET, or --env PATH")
    targets = [t for target in named for t in (_files_below(target) if options.each else (target,))]
    if options.sha256 and len(targets) != 1:
        raise UsageError("--sha256 goes with one file")
    if options.write_baseline and not (options.owner and options.reason and options.expires):
        raise UsageError("--write-baseline needs --owner, --reason and --expires")
    limits = configuration.limits_of(chosen)
    vex = (*chosen.vex, *options.vex)
    orders = (Order(target, policy, waivers, disabled, limits, options.sha256, vex) for target in targets)
    index = options.index_url or chosen.index_url
    cached = chosen.cache and not options.no_cache
    yara = (*chosen.yara, *options.yara)
    asked = options.ask_index or chosen.ask_index
    cooldown = options.cooldown_days if options.cooldown_days is not None else chosen.cooldown_days
    days = chosen.advisory_days
    orders = (replace(o, advisory_days=days, index_url=index, cached=cached, yara=yara) for o in orders)
    return [replace(order, ask_index=asked, cooldown_days=cooldown) for order in orders]


def site_packages(path: str) -> str:
    """The folder with the distributions of an environment; nothing of it is run to find out (PEP 405, `sysconfig` schemes)."""
    root = os.path.dirname(os.path.dirname(os.path.abspath(path))) if os.path.isfile(path) else path
    found = [root] if os.path.basename(os.path.normpath(root)) in ("site-packages", "dist-packages") else []
    for library in ("lib", "lib64", "Lib"):
        folder = os.path.join(root, library)
        names = sorted(os.listdir(folder)) if os.path.isdir(folder) else []
        found += [os.path.join(folder, name, "site-packages") for name in names if name.startswith("python")]
        found.append(os.path.join(folder, "site-packages"))
    present = next((folder for folder in found if os.path.isdir(folder)), None)
    if present is None:
        raise UsageError(f"{path}: no Python environment (there is no site-packages in it)")
    return present


def _waivers(name: str) -> tuple[Waiver, ...]:
    from pratique.policy import waivers

    return waivers.load(name)


def _check_rules(names: tuple[str, ...]) -> None:
    if not names:
        return
    from pratique.inspections.index import RULES

    known = tuple(entry.id for entry in RULES)
    for name in names:
        if name not in known:
            raise UsageError(f"no rule {name!r}{parse.nearest(name, known)}")


def _files_below(target: str) -> Iterator[str]:
    if not os.path.isdir(target):
        yield target
        return
    for folder, folders, names in os.walk(target):
        folders.sort()
        yield from (os.path.join(folder, name) for name in sorted(names))


def _inspected(orders: list[Order], jobs: int, quiet: bool) -> Iterator[Document]:
    if jobs < 0 or jobs > 256:
        raise UsageError("--jobs takes a number from 0 to 256")
    if jobs == 0:
        jobs = (os.cpu_count() or 1) if len(orders) >= PARALLEL_FROM else 1
    progress = Progress(len(orders), quiet)
    with progress:
        if jobs == 1 or len(orders) == 1:
            for order in orders:
                yield inspect_one(order, progress)
                progress.target_done()
            return
        from pratique.engine.processes import each

        for document in each(partial(inspect_one, progress=None), orders, jobs, _died):
            progress.target_done()
            yield document


def inspect_one(order: Order, progress: Progress | None) -> Document:
    """The document of one target; its failure becomes a document too, so that it never costs another's report."""
    try:
        return wiring.inspect(
            order.target,
            policy=order.policy,
            waivers=order.waivers,
            disabled_rules=order.disabled_rules,
            limits=order.limits,
            expected_sha256=order.expected_sha256,
            vex=order.vex,
            advisory_days=order.advisory_days,
            index_url=order.index_url,
            cached=order.cached,
            yara=order.yara,
            ask_index=order.ask_index,
            cooldown_days=order.cooldown_days,
            on_bytes=progress.bytes_done if progress else lambda count: None,
        ).document
    except UsageError as error:
        return failure_document(order.target, "usage", str(error))
    except PratiqueError as error:
        return failure_document(order.target, "incomplete", str(error))
    except OSError as error:
        return failure_document(order.target, "incomplete", f"{order.target}: {error}")


def _died(order: Order) -> Document:
    return failure_document(order.target, "incomplete", "the process that inspected it died (killed or out of memory)")


def _coded(documents: Iterator[Document], codes: set[int], options: argparse.Namespace) -> Iterator[Document]:
    """Pass documents through, noting each one's exit code and what a baseline needs."""
    accepted: dict[str, None] = {}
    for document in documents:
        codes.add(_code(document))
        if "error" in document:
            print(f"pratique: {document['error']['message']}", file=sys.stderr)
        else:
            accepted.update(dict.fromkeys(finding["id"] for finding in document["findings"]))
        yield document
    if options.write_baseline:
        _write_baseline(options, list(accepted))


def _write_baseline(options: argparse.Namespace, findings: list[str]) -> None:
    from pratique.policy import waivers

    text = waivers.render(tuple(Waiver(f, options.owner, options.reason, options.expires) for f in findings))
    waivers.check(text, options.write_baseline)
    with opened(options.write_baseline) as out:
        out.write(text)


def _code(document: Document) -> int:
    if "error" in document:
        return USAGE if document["error"]["kind"] == "usage" else INCOMPLETE
    return ADMITTED if document["verdict"]["decision"] == "ADMIT" else NOT_ADMITTED


def opened(name: str | None, *, stream: bool = False) -> AbstractContextManager[TextIO]:
    """Standard output, or a file that stands there whole at the end or not at all: CI must never read half a report.

    A `stream` of reports, one a line, is written as it comes: an interruption loses none that was finished.
    """
    if name is None or name == "-":
        return nullcontext(sys.stdout)
    return _writable(name, name) if stream else _replacing(name)


@contextmanager
def _replacing(name: str) -> Iterator[TextIO]:
    if os.path.exists(name) and not os.path.isfile(name):  # a pipe or a device cannot be replaced
        with _writable(name, name) as out:
            yield out
        return
    partial_name = f"{name}.{os.getpid()}.partial"
    try:
        with _writable(partial_name, name) as out:
            yield out
        os.replace(partial_name, name)
    finally:
        if os.path.exists(partial_name):
            os.unlink(partial_name)


def _writable(path: str, name: str) -> TextIO:
    try:
        return open(path, "w", encoding="utf-8", newline="\n")
    except OSError as error:
        raise UsageError(f"{name}: {error.strerror}") from None
