"""`--format html`: one self-contained page without scripts or remote content."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
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

STYLE = """
:root{color-scheme:light dark;--ink:#1b1f24;--dim:#59636e;--line:#d8dee4;--page:#fff;--card:#f6f8fa}
@media(prefers-color-scheme:dark){:root{--ink:#e6edf3;--dim:#9198a1;--line:#30363d;--page:#0d1117;--card:#161b22}}
body{font:15px/1.5 system-ui,sans-serif;color:var(--ink);background:var(--page);max-width:68rem;margin:2rem auto;padding:0 1rem}
section{border:1px solid var(--line);border-radius:8px;padding:1rem 1.25rem;margin:1.25rem 0}
h1{font-size:1.3rem}h2{font-size:1.05rem;margin:0 0 .5rem;overflow-wrap:anywhere}
dl{display:grid;grid-template-columns:8rem 1fr;gap:.2rem .75rem;margin:.5rem 0}
dt{color:var(--dim)}dd{margin:0;overflow-wrap:anywhere}
table{border-collapse:collapse;width:100%;margin-top:.75rem}td,th{border-top:1px solid var(--line);padding:.4rem .5rem;
text-align:left;
vertical-align:top;overflow-wrap:anywhere}th{color:var(--dim);font-weight:600}code{font:13px ui-monospace,monospace}
.tag{border-radius:4px;padding:.05rem .5rem;font-weight:700;color:#fff;white-space:nowrap}
.ADMIT{background:#1a7f37}.HOLD,.MEDIUM{background:#9a6700}.REFUSE,.CRITICAL{background:#a40e26}.HIGH{background:#cf222e}
.LOW{background:#0969da}.INFO,.ERROR{background:#59636e}.fix{color:var(--dim)}td:nth-child(2){width:55%}
@media(max-width:40rem){tr{display:block;padding:.5rem 0}th{display:none}
td{display:block;border:0;padding:.1rem 0;width:auto!important}
tr+tr{border-top:1px solid var(--line)}dl{grid-template-columns:1fr}dt{margin-top:.4rem}}
"""


def write(documents: Iterator[Document], out: TextIO) -> None:
    out.write(
        '<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
    )
    out.write("<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">")
    out.write(f"<title>Pratique report</title><style>{STYLE}</style><h1>Pratique report</h1>\n")
    for document in documents:
        out.writelines(_section(document))
    out.write("</html>\n")


def _section(document: Document) -> Iterator[str]:
    reference = text(document["artifact"]["reference"])
    if "error" in document:
        yield f"<section><h2>{tag('ERROR')} {reference}</h2>{text(document['error']['message'])}</section>\n"
        return
    verdict = document["verdict"]
    fingerprint = document["fingerprints"][0]
    yield f"<section><h2>{tag(verdict['decision'])} {reference}</h2><dl>"
    rows = [
        ("what it is", text(what(document))),
        ("identity", f"<code>{text(fingerprint['scheme'])}:{text(fingerprint['digest'])}</code>"),
        ("opening it", text(opens(document))),
        ("coverage", text(coverage(document))),
        ("findings", text(counts(document))),
        ("policy", text(verdict["policy"])),
    ]
    rows = [("because", reason(*pair)) for pair in reasons(document)] + rows
    yield "".join(f"<dt>{name}</dt><dd>{value}</dd>" for name, value in rows) + "</dl>"
    yield from _findings(document)
    yield from _gaps(document)
    yield "</section>\n"


def _findings(document: Document) -> Iterator[str]:
    if not document["findings"]:
        return
    yield "<table><tr><th>Severity<th>Finding<th>Where<th>Rule</tr>"
    advised: set[str] = set()  # the same advice is given once
    for f in worst_first(document):
        fix = "" if f["remedy"] in advised else f"<div class=fix>{text(f['remedy'])}</div>"
        advised.add(f["remedy"])
        yield (
            f"<tr><td>{tag(f['severity'])}<td>{text(f['message'])}{fix}"
            f"<td><code>{text(f['where']['text'])}</code><td><code>{text(f['rule'])}</code></tr>"
        )
    yield "</table>"


def _gaps(document: Document) -> Iterator[str]:
    if not document["coverage"]["gaps"]:
        return
    yield "<table><tr><th>Not seen<th>Why<th>Where</tr>"
    for gap in document["coverage"]["gaps"]:
        yield f"<tr><td>{text(gap['kind'])}<td>{text(gap['reason'])}<td><code>{text(gap['where']['text'])}</code></tr>"
    yield "</table>"


def reason(clause: str, because: str) -> str:
    return f"<b>{text(clause)}</b>: {text(because)}" if clause else text(because)


def text(value: str) -> str:
    return escape(printable(value).encode("utf-8", "backslashreplace").decode())


def tag(word: str) -> str:
    return f'<span class="tag {text(word)}">{text(word)}</span>'
