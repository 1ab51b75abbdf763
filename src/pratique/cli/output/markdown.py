"""`--format markdown`: for a pull request or a model card."""

from __future__ import annotations

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


def write(documents: Iterator[Document], out: TextIO) -> None:
    out.writelines("\n".join(_lines(document)) + "\n\n" for document in documents)


def _lines(document: Document) -> Iterator[str]:
    reference = escape(document["artifact"]["reference"])
    if "error" in document:
        yield f"## ERROR: {reference}\n\n{escape(document['error']['message'])}"
        return
    verdict = document["verdict"]
    yield f"## {verdict['decision']}: {reference}\n"
    for clause, because in reasons(document):
        yield f"- because **{escape(clause)}**: {escape(because)}" if clause else f"- because {escape(because)}"
    fingerprint = document["fingerprints"][0]
    yield f"- {escape(what(document))}"
    yield f"- identity `{fingerprint['scheme']}:{fingerprint['digest']}`"
    yield f"- opening it: {escape(opens(document))}"
    yield f"- coverage: {escape(coverage(document))}"
    yield f"- findings: {counts(document)}"
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
    """`text` as literal Markdown: what an artifact says must become no link, mention, image or HTML in a report."""
    literal = "".join("\\" + c if c in "\\`*_[]<>#|&~" else c for c in printable(text.replace("\n", " ")))
    # GitHub links bare addresses and names people by itself; escapes and a zero-width space keep it from that.
    return literal.replace("://", "\\://").replace("www.", "www\\.").replace("@", "@\u200b")
