"""`--format junit`: one suite a target, one case a finding or gap; what the verdict rests on fails."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TextIO
from xml.sax.saxutils import quoteattr

from pratique.cli.output.summary import coverage, printable, what
from pratique.flow.document import Document


def write(documents: Iterator[Document], out: TextIO) -> None:
    out.write('<?xml version="1.0" encoding="utf-8"?>\n<testsuites name="pratique">\n')
    for document in documents:
        out.writelines(_suite(document))
    out.write("</testsuites>\n")


def _suite(document: Document) -> Iterator[str]:
    name = attribute(document["artifact"]["reference"])
    if "error" in document:
        yield f'  <testsuite name={name} tests="1" errors="1" failures="0">\n    <testcase name="inspect" classname={name}>'
        yield f"<error message={attribute(document['error']['message'])}/></testcase>\n  </testsuite>\n"
        return
    verdict = document["verdict"]
    against = {r["subject"]: r for r in verdict["reasons"] if r["decision"] != "ADMIT"}
    cases = [(f["rule"], f["message"], f["where"]["text"], f["id"]) for f in document["findings"]]
    cases += [
        (f"gap/{g['kind']}", g["reason"], g["where"]["text"], g["where"]["text"]) for g in document["coverage"]["gaps"]
    ]
    failures = sum(subject in against for *_, subject in cases) + (verdict["decision"] != "ADMIT")
    yield f'  <testsuite name={name} tests="{len(cases) + 1}" errors="0" failures="{failures}">\n'
    yield f"    <testcase name={attribute('verdict ' + verdict['decision'])} classname={name}>"
    if verdict["decision"] != "ADMIT":
        yield f"<failure message={attribute(what(document) + '; ' + coverage(document))}/>"
    yield "</testcase>\n"
    for rule, message, where, subject in cases:
        yield f"    <testcase name={attribute(f'{rule} {where}')} classname={name}>"
        if subject in against:
            reason = against[subject]
            yield f"<failure type={attribute(reason['clause'])} message={attribute(message)}/>"
        yield "</testcase>\n"
    yield "  </testsuite>\n"


def attribute(text: str) -> str:
    """A quoted XML attribute; characters that XML 1.0 forbids are escaped first."""
    return quoteattr(printable(text).encode("utf-8", "backslashreplace").decode())
