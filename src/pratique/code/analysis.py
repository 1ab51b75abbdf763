"""Code understanding of a whole artifact: which modules are looked at, the payloads they decode, and where their flows end."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pratique.code import decoding, sensitive
from pratique.code.arguments import arguments_of
from pratique.code.flow import Flow
from pratique.code.folding import literal
from pratique.code.interest import sends
from pratique.code.package import Module, Package
from pratique.code.quiet import Quiet
from pratique.code.roots import Roots
from pratique.code.sinks import Ending, Sinks
from pratique.code.syntax import text_of

if TYPE_CHECKING:
    from tree_sitter import Node

EXECUTING = re.compile(rb"\b(?:exec|eval)\s*\(")
ONCE = frozenset({"persistence"})  # told where the file is opened; the machine sees where it is written
MAX_ENDINGS = 2000
MAX_PAYLOADS = 200
MAX_CHOSEN = 1500
PYTHON = (".py", ".pyw", ".pth")
MAX_ABOVE = 32  # nodes between a word and the string in which it stands
MAX_SENDER_BYTES = 1 << 19  # of modules that only send, looked at because another module holds secrets


@dataclass(slots=True)
class Analysis:
    """What was found in one artifact."""

    endings: list[Ending] = field(default_factory=list)
    looked_at: int = 0
    skipped: int = 0


def analyse(package: Package) -> Analysis:
    """Every ending in the modules that could hold one. Bounded; never raises on content."""
    package.index()
    flow = Flow(package)
    roots = Roots(flow)
    sinks = Sinks(flow, roots)
    quiet = Quiet(package, flow)
    result = Analysis()
    for module in _with_payloads(_chosen(package), package, quiet):
        result.looked_at += 1
        for ending in sinks.endings(module) if not quiet.holds() else ():
            quiet.disturb()
            if len(result.endings) < MAX_ENDINGS:
                result.endings.append(ending)
        if not quiet.holds() and not module.syntax.complete:
            quiet.disturb()
            package.unread += module.depth > 0 or module.path.endswith(PYTHON)  # style sheets can look like Python
    result.endings += list(_when_it_runs(package, sinks, roots, result.endings))
    result.skipped = package.skipped
    return result


def _when_it_runs(package: Package, sinks: Sinks, roots: Roots, endings: list[Ending]) -> Iterator[Ending]:
    """What the machine saw when it ran the package, and the analysis had not found, or not that it runs so soon."""
    from pratique.code.machine.explore import explored

    reaches: dict[tuple[str, int, str], int] = {}
    for ending in endings:
        key = (ending.module.name, ending.line, ending.kind)
        reaches[key] = max(reaches.get(key, 0), ending.reach)
    places = {(ending.module.name, ending.kind) for ending in endings if ending.kind in ONCE}
    for ending in explored(package, sinks, roots):
        known = reaches.get((ending.module.name, ending.line, ending.kind), -1)
        if ending.reach > known and (ending.module.name, ending.kind) not in places:
            yield ending


def _chosen(package: Package) -> list[Module]:
    """Modules whose text could hold an ending, those that run by themselves first."""
    chosen = [m for m in package.modules if m.role in ("install", "startup") or m.traits.of_interest]
    chosen += _senders(package, {module.name for module in chosen})
    chosen.sort(key=lambda m: (m.role == "module", m.aside))
    package.unread += max(len(chosen) - MAX_CHOSEN, 0)
    return chosen[:MAX_CHOSEN]


def _senders(package: Package, chosen: set[str]) -> Iterator[Module]:
    """Modules that send, while a module beside them holds what is worth sending; the smallest first."""
    if not any(m.traits.holds_secrets for m in package.modules if not m.aside):
        return
    spent = 0
    for module in sorted(package.modules, key=lambda m: len(m.data)):
        if module.name in chosen or module.aside or not module.traits.sends:
            continue
        spent += len(module.data)
        if spent > MAX_SENDER_BYTES:
            break
        yield module


def _with_payloads(chosen: list[Module], package: Package, quiet: Quiet) -> Iterator[Module]:
    """The modules, each followed by the programs that its constants decode to."""
    pending = list(reversed(chosen))
    count = 0
    while pending:
        module = pending.pop()
        if not package.open(module):
            continue
        quiet.begin(module)
        yield module
        if quiet.holds() or module.depth >= decoding.MAX_LAYERS or count >= MAX_PAYLOADS:
            continue
        for text, offset in _payloads(module) if not module.aside else ():
            quiet.disturb()
            count += 1
            data = text.encode("utf-8", "replace")
            found = Module(module.where, module.path, f"{module.name}__payload{count}", data, module.role, False)
            found.host, found.depth = (module, offset), module.depth + 1
            package.by_name[found.name] = found
            pending.append(found)
        quiet.end(module)


def _payloads(module: Module) -> Iterator[tuple[str, int]]:
    """Programs in constants: arguments of decoders and executors, and long literals that decode to one."""
    seen: set[str] = set()
    for call in module.syntax.calls:
        scope = module.syntax.running_scope(call)
        names = module.names.candidates(call.child_by_field_name("function"), scope)
        for name in names:
            text = _executed(name, call, module) if name in sensitive.EXECUTE or sensitive.is_process(name) else None
            if text is None and name in decoding.NAMES:
                value = module.names.fold(call, scope)
                text = decoding.program(value) if isinstance(value, str | bytes) else None
            if text is not None and text not in seen:
                seen.add(text)
                yield text, call.start_byte
    yield from _written(module, seen)
    for count, match in enumerate(decoding.LITERAL.finditer(module.syntax.data)):
        if count >= decoding.MAX_LITERALS:
            break
        for text in decoding.payloads(match[1].decode("ascii")):
            if text not in seen and decoding.PYTHON.search(text):
                seen.add(text)
                yield text, match.start()


def _written(module: Module, seen: set[str]) -> Iterator[tuple[str, int]]:
    """Programs in plain text within strings that execute what they fetch or decode: a file that is written, and then run."""
    at = 0
    for _ in range(decoding.MAX_LITERALS):
        found = EXECUTING.search(module.data, at)
        if found is None:
            return
        at = found.end()
        node = module.syntax.root.descendant_for_byte_range(found.start(), found.end())
        for _ in range(MAX_ABOVE):
            if node is None or node.type in ("string", "module", "block"):
                break
            node = node.parent
        if node is None or node.type != "string":
            continue
        at = max(at, node.end_byte)
        value = literal(node)
        text = value.decode("utf-8", "replace") if isinstance(value, bytes) else value
        if text and text not in seen and decoding.PYTHON.search(text) and (sends(text) or "decode" in text):
            seen.add(text)
            yield text, node.start_byte


def _executed(name: str, call: Node, module: Module) -> str | None:
    """The constant program that a call executes: `exec("…")`, `Popen([sys.executable, "-c", "…"])`."""
    arguments = [value for keyword, value in arguments_of(call) if not keyword]
    if not arguments:
        return None
    scope = module.syntax.running_scope(call)
    first = arguments[0]
    if not sensitive.is_process(name):
        value = module.names.fold(first, scope)
        return decoding.program(value) if isinstance(value, str | bytes) else None
    if first.type == "identifier":
        bound = module.names.lookup(text_of(first), scope)
        first = bound[0] if len(bound) == 1 else first
    words = first.named_children if first.type in ("list", "tuple") else arguments
    if len(words) >= 3 and module.names.fold(words[1], scope) == "-c":
        value = module.names.fold(words[2], scope)
        return decoding.program(value) if isinstance(value, str) else None
    return None
