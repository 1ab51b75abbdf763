"""`--format text`: for a person; coloured on a terminal, plain when piped."""

from __future__ import annotations

import os
import sys
import textwrap
from collections.abc import Iterator
from typing import TextIO

from pratique.cli.output.summary import (
    counts,
    coverage,
    opens,
    printable,
    reasons,
    what,
    worst_first,
)
from pratique.flow.document import Document

COLOURS = {"CRITICAL": "1;31", "HIGH": "31", "MEDIUM": "33", "LOW": "36", "INFO": "2"}
DECISIONS = {"ADMIT": "1;32", "HOLD": "1;33", "REFUSE": "1;31"}
MAX_FINDINGS = 20
MAX_GAPS = 8
QUIET_SEVERITIES = ("LOW", "INFO")


class _Paint:
    def __init__(self, out: TextIO) -> None:
        self.on = out is sys.stdout and out.isatty() and "NO_COLOR" not in os.environ

    def __call__(self, text: str, code: str) -> str:
        return f"\x1b[{code}m{text}\x1b[0m" if self.on else text


def write(documents: Iterator[Document], out: TextIO) -> None:
    paint = _Paint(out)
    tally: dict[str, int] = {}
    number = 0
    for number, document in enumerate(documents, 1):
        if number > 1:
            out.write("\n")
        if "error" in document:
            tally["ERROR"] = tally.get("ERROR", 0) + 1
            out.write(f"{printable(document['artifact']['reference'])}: {document['error']['message']}\n")
            continue
        out.writelines(line + "\n" for line in _lines(document, paint))
        decision = document["verdict"]["decision"]
        tally[decision] = tally.get(decision, 0) + 1
    if number > 1:
        summary = ", ".join(f"{count} {decision}" for decision, count in sorted(tally.items()))
        out.write(f"\n{number} targets: {summary}\n")


def _lines(document: Document, paint: _Paint) -> Iterator[str]:
    verdict = document["verdict"]
    decision = paint(verdict["decision"], DECISIONS[verdict["decision"]])
    yield f"{decision}  {paint(printable(document['artifact']['reference']), '1')}  {what(document)}"
    for clause, because in reasons(document):
        yield _field("because", printable(f"{clause}: {because}" if clause else because), paint)
    fingerprint = document["fingerprints"][0]
    yield _field("identity", f"{fingerprint['scheme']}:{fingerprint['digest']}", paint)
    if "publisher" in document["artifact"]:
        yield _field("publisher", printable(document["artifact"]["publisher"]), paint)
    yield _field("opening it", printable(opens(document)), paint)
    yield _field("coverage", coverage(document), paint)
    yield from _gaps(document, paint)
    yield from _findings(document, paint)


def _field(name: str, text: str, paint: _Paint) -> str:
    return f"  {paint(f'{name:<11}', '2')}{text}"


def _gaps(document: Document, paint: _Paint) -> Iterator[str]:
    gaps = document["coverage"]["gaps"]
    for gap in gaps[:MAX_GAPS]:
        yield f"    {paint('gap', '33')} {gap['kind']}: {printable(gap['reason'])} ({printable(gap['where']['text'])})"
    if len(gaps) > MAX_GAPS:
        yield f"    and {len(gaps) - MAX_GAPS} more gaps (--format json lists all)"


def _findings(document: Document, paint: _Paint) -> Iterator[str]:
    yield _field("findings", counts(document), paint)
    waived = set(document["verdict"]["waived"])
    findings = worst_first(document)
    advised: set[str] = set()  # the same advice is given once
    loud = [f for f in findings if f["severity"] not in QUIET_SEVERITIES]
    for finding in (loud or findings)[:MAX_FINDINGS]:
        note = " (waived)" if finding["id"] in waived else ""
        severity = paint(f"{finding['severity']:<8}", COLOURS[finding["severity"]])
        yield f"    {severity} {printable(finding['message'])}{note}"
        yield f"             at {printable(finding['where']['text'])}  [{finding['rule']} {finding['id']}]"
        if finding["severity"] not in QUIET_SEVERITIES and finding["remedy"] not in advised:
            advised.add(finding["remedy"])
            yield from textwrap.wrap(
                "fix: " + printable(finding["remedy"]), 110, initial_indent=" " * 13, subsequent_indent=" " * 18
            )
    hidden = len(findings) - min(len(loud or findings), MAX_FINDINGS)
    if hidden:
        yield f"    and {hidden} more (--format json lists all)"
