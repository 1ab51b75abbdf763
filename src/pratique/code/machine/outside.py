"""A call outside that nothing models: what it may keep, what it gives back, and which labels go through it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from pratique.code import sensitive
from pratique.code.flow import PASSING
from pratique.code.machine import accounts
from pratique.code.machine.methods import content, of_open_file
from pratique.code.machine.semantics import Semantics
from pratique.code.machine.values import (
    External,
    Frame,
    Known,
    Listing,
    Unknown,
    Value,
    deep_taint,
    plain,
    text_hint,
    union,
    with_labels,
)
from pratique.code.taint import Origin, Taint, has_address, transformed

if TYPE_CHECKING:
    from tree_sitter import Node

ARCHIVES = ("zipfile.ZipFile", "tarfile.open", "tarfile.TarFile", "py7zr.SevenZipFile")
# What they are given they write into, so that it holds what they are told.
WRITERS_INTO = frozenset(
    {"zipfile.ZipFile", "tarfile.open", "gzip.GzipFile", "io.TextIOWrapper", "csv.writer", "pickle.Pickler"}
)
OPENING = frozenset({"decrypt", "decompress", "b64decode", "unhexlify"})  # methods that give back what was encoded
LOADING = frozenset({"load_module", "_gcd_import", "_find_and_load", "import_module"})
CARRIED_BY_REQUESTS = ("decoded", "characters", "reversed")
SHOWN = 500  # characters of a text in which an address is looked for


def unknown_call(
    machine: Semantics,
    name: str,
    function: External,
    given: list[Value],
    keywords: dict[str, Value],
    node: Node,
    frame: Frame,
) -> Value:
    """What a call outside comes to when nothing models it: its name with `()`, and the labels that go through it."""
    values = [*given, *keywords.values()]
    handed = union(*(deep_taint(v) for v in values), *(of_open_file(machine, v, node, frame) for v in values))
    taint = union(function.taint, handed)
    here = machine.origin(node, frame)
    _kept(machine, name, function, given, keywords, taint, here, node, frame)
    if sensitive.PEERS.match(f"{name}()"):
        machine.handed_to_peers(values, node, frame)
    else:
        machine.escape(values, node, frame, now=name in sensitive.REGISTER)
    tail = name.rsplit(".", 1)[-1]
    if sensitive.is_fetch(name):
        return External(_fetched(name, given, taint, here), f"{name}()")
    label = sensitive.source_label(name)
    if label is not None:
        return External({label: here}, f"{name}()")
    if sensitive.is_process(name):
        words = machine.iterate(given[0], node) if given and isinstance(given[0], Listing) else given[:1]
        output = sensitive.output_labels(" ".join(map(text_hint, words)))
        return External(dict.fromkeys(output, here), f"{name}()")
    if tail in LOADING and given and isinstance(given[0], Known):
        return machine.imported(str(given[0].data), frame)
    taint = _passed(machine, name, tail, given, taint, node, frame)
    if accounts.has_own_key(name, given, keywords):
        taint = with_labels(taint, here, "drop", *([] if all(plain(value)[0] for value in values) else ["held"]))
    if name in WRITERS_INTO and given:
        return External(taint, f"{name}()", given[0])
    return External(taint, f"{name}()" if name else "")


def _kept(
    machine: Semantics,
    name: str,
    function: External,
    given: list[Value],
    keywords: dict[str, Value],
    taint: Taint,
    here: Origin,
    node: Node,
    frame: Frame,
) -> None:
    """What an object is given it may keep, and what it holds it may write into what it is given."""
    held = taint
    if accounts.LOGIN.fullmatch(name) and accounts.has_own_key(name, given, keywords):
        held = with_labels(held, here, "drop")
    if name.startswith(ARCHIVES) and name.endswith((".write", ".add")):
        held = union(held, *(deep_taint(content(machine, value, node, frame)) for value in given[:1]))
    for keeper in _keepers(function):
        keeper.taint = union(keeper.taint, held)
    for value in given[:4] if function.taint else []:
        if isinstance(value, External | Unknown):
            value.taint = union(value.taint, function.taint)


def _keepers(function: External) -> Iterator[Value]:
    """The object whose method it is, and those that this one belongs to; not modules."""
    at = function.of
    while at is not None and not (isinstance(at, External) and "()" not in at.name):
        yield at
        at = at.of if isinstance(at, External) else None


def _fetched(name: str, given: list[Value], taint: Taint, here: Origin) -> Taint:
    """The labels of what a peer sent, with what its address is made of."""
    texts = [text_hint(value)[:SHOWN] for value in given[:2]]
    if "metadata-address" in taint or any(sensitive.METADATA_ADDRESS.search(text) for text in texts):
        return {sensitive.METADATA: here}
    chosen = any(map(has_address, texts)) or any(label in taint for label in ("url", *CARRIED_BY_REQUESTS))
    found: Taint = {"network": here}
    if chosen or not sensitive.takes_url(name):
        found["url"] = here
    return found | {k: o for k, o in taint.items() if k in CARRIED_BY_REQUESTS or k.startswith("variable:")}


def _passed(
    machine: Semantics, name: str, tail: str, given: list[Value], taint: Taint, node: Node, frame: Frame
) -> Taint:
    """The labels of the result of an ordinary call."""
    here = machine.origin(node, frame)
    if name in sensitive.OPENERS:
        taint = union(taint, *(deep_taint(content(machine, v, node, frame)) for v in given[:2]), {"data-file": here})
    if name in sensitive.UNMARSHALLERS:
        taint = with_labels(taint, here, "unmarshalled")
    elif name in sensitive.DECODERS or tail in OPENING:
        literal = ["literal"] if any(isinstance(value, Known) for value in given) else []
        taint = with_labels(taint, here, "decoded", *literal)
    elif tail == "encrypt":
        taint = with_labels(taint, here, "encrypted")
    elif tail in ("get", "pop") and given:
        taint = {**taint, **machine.header(given[0], node, frame)}
    texts = [text_hint(value)[:SHOWN] for value in given[:2] if isinstance(value, Known | Unknown)]
    if any(sensitive.METADATA_ADDRESS.search(text) for text in texts):
        taint = with_labels(taint, here, "metadata-address")
    if any(map(has_address, texts)):
        taint = with_labels(taint, here, "url")
    return taint if tail in PASSING and not sensitive.SIGNERS.match(name) else transformed(taint)
