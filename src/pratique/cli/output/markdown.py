"""`--format markdown`: for a pull request or a model card."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TextIO

from pratique.cli.output.summary import (
    counts,
    coverage,
    opens,
    printable,
    what,
    worst_first,
)
from pratique.flow.document import Document


def write(documents: Iterator[Document], out: TextIO) -> None:
    out.writelines("\n".join(_lines(document)) + "\n\n" for document in documents)


def _lines(document: Document) -> Iterator[str]:
    reference = escape(document["artifact"]["reference"])
    if "error" in document:
        yield f"## ERROR: {reference}\n\n{escape(document['error']['message'])}"
        return
    verdict = document["verdict"]
    yield f"## {verdict['decision']}: {reference}\n"
    fingerprint = document["fingerprints"][0]
    yield f"- {escape(what(document))}"
    yield f"- identity `{fingerprint['scheme']}:{fingerprint['digest']}`"
    yield f"- opening it: {escape(opens(document))}"
    yield f"- coverage: {escape(coverage(document))}"
    yield f"- findings: {counts(document)}"
    for reason in verdict["reasons"][:10]:
        yield f"- because **{escape(reason['clause'])}**: {escape(reason['because'])}"
    if document["findings"]:
        yield "\n| severity | finding | where | rule |\n|---|---|---|---|"
    for finding in worst_first(document)[:100]:
        cells = (finding["severity"], finding["message"], finding["where"]["text"], finding["rule"])
        yield "| " + " | ".join(escape(cell) for cell in cells) + " |"
    if document["coverage"]["gaps"]:
        yield "\n| gap | reason | where |\n|---|---|---|"
    for gap in document["coverage"]["gaps"][:100]:
        yield f"| {gap['kind']} | {escape(gap['reason'])} | {escape(gap['where']['text'])} |"


def escape(text: str) -> str:
    """`text` as literal Markdown: what an artifact says must not become a link or HTML in a report."""
    return "".join("\\" + c if c in "\\`*_{}[]()<>#|!&~" else c for c in printable(text.replace("\n", " ")))
