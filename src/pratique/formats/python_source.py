"""Python source, as text in a declared encoding (PEP 263). Parsed by `code.calls` with an error-tolerant grammar; never compiled.

It is known by a Python shebang, or by a name that claims it and text content: prose and Python cannot be told apart for certain.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pratique.domain.artifact import ArtifactKind
from pratique.domain.part import Code
from pratique.formats.contract import CERTAIN, LIKELY, Format, Head, Scope, Yield
from pratique.formats.text import encoding_of
from pratique.formats.window import Window

MAX_BYTES = 8 << 20
NAMES = (".py", ".pyw", ".pyi")
SHEBANG = re.compile(rb"#![^\n]*\bpython[0-9.]*\b")
COOKIE = re.compile(rb"^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)")  # PEP 263
PLAIN = {"utf-8", "utf8", "ascii", "us-ascii", "latin-1", "latin1", "iso-8859-1", "iso-8859-15", "cp1252", "utf-8-sig"}
# Codecs of the standard library in which ASCII stays ASCII: the text that is decoded here is the text that is compiled.
LEGACY = re.compile(
    r"(?:big5(?:-?hkscs)?|cp(?:437|7\d\d|8\d\d|9\d\d|1\d{3}|125\d)|windows-125\d|euc-?(?:jp|kr|jis-2004|jisx0213)|gb2312|gb18030|gbk"
    r"|johab|koi8-[rtu]|shift-?jis(?:-2004|x0213)?|sjis|iso-?8859-\d{1,2}|latin-?\d{1,2}|mac-(?:roman|cyrillic|greek|latin2|turkish))"
)
STATEMENT = re.compile(
    rb"^(import [a-zA-Z_][\w.]*( as \w+)?|from [\w.]+ import [\w(*]|def \w+\(|class \w+[(:]|@\w+)", re.MULTILINE
)
BIDI = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"  # CVE-2021-42574
FIRST_LINES = re.compile(rb"([^\r\n]*)(?:\r\n?|\n)?([^\r\n]*)")
# A text that is nothing but such a character is a constant to display with; there is nothing in it to reorder.
LONE_BIDI = re.compile("(['\"])[\u202a-\u202e\u2066-\u2069]\\1")
ROLES = {"setup.py": "install", "sitecustomize.py": "startup", "usercustomize.py": "startup"}


def probe(head: Head) -> int:
    if not encoding_of(head.data, head.window.size <= len(head.data)):
        return 0
    if SHEBANG.match(head.data):
        return CERTAIN
    if head.name.lower().endswith(NAMES):
        return LIKELY + 10
    return LIKELY - 20 if len(STATEMENT.findall(head.data)) >= 2 and head.data.lstrip()[:1] != b"{" else 0


def read(window: Window, scope: Scope) -> Iterator[Yield]:
    if window.size > MAX_BYTES:
        yield scope.broken("python-too-large", f"source of more than {MAX_BYTES} bytes is not parsed", lost=True)
        return
    data = window.read_at(0, MAX_BYTES)
    encoding = _declared(data)
    if encoding not in PLAIN and not LEGACY.fullmatch(encoding):
        message = f"the source declares the encoding {encoding!r}: what runs is not what is read"
        yield scope.broken("python-encoding", message, 0, 0, encoding=encoding)
    text = _decoded(data, encoding)
    line = _reordered(text)
    if line:
        yield scope.broken(
            "python-bidi", f"line {line} reorders what a reader sees (bidirectional control)", 0, 0, line=line
        )
    yield Code(scope.at(0, window.size), "python", text, ROLES.get(scope.name, "module"))


def _reordered(text: str) -> int:
    """The first line that shows otherwise than it runs, or 0."""
    if text.isascii():
        return 0
    shown = LONE_BIDI.sub("''", text)
    hidden = [at for at in map(shown.find, BIDI) if at >= 0]
    return shown.count("\n", 0, min(hidden)) + 1 if hidden else 0


def _decoded(data: bytes, encoding: str) -> str:
    if encoding in PLAIN or LEGACY.fullmatch(encoding):
        try:
            return data.decode(encoding, "replace")
        except LookupError:
            return data.decode("latin-1")
    return data.decode("utf-8", "replace")


def _declared(data: bytes) -> str:
    lines = FIRST_LINES.match(data)
    for line in lines.groups() if lines is not None else ():
        match = COOKIE.match(line)
        if match:
            return match.group(1).decode("ascii", "replace").lower().replace("_", "-")
    return "utf-8"


FORMAT = Format(
    id="python",
    title="Python source",
    kind=ArtifactKind.CODE,
    read=read,
    probe=probe,
    extensions=NAMES,
    opens_with="its module level, when it is imported or run",
    families=("text",),
)
