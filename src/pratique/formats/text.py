"""Text: any bytes that decode as UTF-8 or UTF-16 without control characters. What no other reader knows and is readable.

It is the reader of last resort for prose, vocabularies, licences and templates; a file that a more specific format claims with
more certainty never comes here.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from functools import lru_cache

from pratique.domain.artifact import ArtifactKind
from pratique.domain.part import Code, Template, Text
from pratique.formats import native_builds
from pratique.formats.build_files import docker_shell, is_dockerfile
from pratique.formats.contract import POSSIBLE, Format, Head, Scope, Yield
from pratique.formats.window import Window

SHEBANG = re.compile(r"#!\s*(?:/\S*/)?(?:env\s+(?:-S\s+)?)?(?:/\S*/)?(?:ba|z|da|k|a)?sh\b")
SHELL_NAMES = (".sh", ".bash", ".zsh", ".ksh", ".envrc", ".bashrc", ".profile", ".command")
SHOWN_BYTES = 1 << 20
WHOLE = {"RECORD": 32 << 20}  # lists that are of no use cut off
MAX_TEMPLATE_BYTES = 1 << 20
TEMPLATES = (".jinja", ".jinja2", ".j2", ".template", ".tmpl")
_CONTROL = bytes(set(range(32)) - set(b"\t\n\r\f\v\x1b\x08")) + b"\x7f"
FEW_CONTROLS = 16  # in a chunk
_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


@lru_cache(maxsize=4)  # several formats ask for the same beginning of a file, one after the other
def encoding_of(head: bytes, whole: bool) -> str | None:
    """The encoding in which the beginning of a file is text, or None for binary."""
    for bom, encoding in _BOMS:
        if head.startswith(bom):
            return encoding
    if head.translate(None, _CONTROL) != head:
        return None
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        decoder.decode(head, final=whole)
    except UnicodeDecodeError:
        return "latin-1" if _is_latin(head) else None
    return "utf-8"


UNDEFINED = frozenset({0x81, 0x8D, 0x8F, 0x90, 0x9D})  # in Windows-1252


def _is_latin(head: bytes) -> bool:
    """Mostly ASCII with some accented letters or typographic marks: old word lists, licences and tables."""
    high = sum(byte >= 0x80 for byte in head)
    return not any(byte in UNDEFINED for byte in head) and high * 4 < len(head)


def probe(head: Head) -> int:
    return POSSIBLE // 2 if encoding_of(head.data, head.window.size <= len(head.data)) else 0


def read(window: Window, scope: Scope) -> Iterator[Yield]:
    head = window.read_at(0, WHOLE.get(scope.name, SHOWN_BYTES))
    encoding = encoding_of(head[:8192], window.size <= 8192) or "latin-1"
    end = _end_of_text(window, encoding)
    text = head[:end].decode(encoding, "replace")
    yield Text(scope.at(0, end), text)
    if scope.name.lower().endswith(".pth"):
        yield from _path_file(text, scope)
    if _is_shell(text, scope.name):
        yield Code(scope.at(0, end, line=1), "shell", text, "script")
    elif is_dockerfile(text, scope.name):
        yield Code(scope.at(0, end, line=1), "shell", docker_shell(text), "image")
    else:
        yield from _build_commands(text, scope)
    if scope.name.lower().endswith(TEMPLATES) and window.size <= MAX_TEMPLATE_BYTES:
        role = "chat" if scope.name.lower().startswith("chat_template") else "file"
        yield Template(scope.at(0, end, line=1), "jinja2", text, role)


def _build_commands(text: str, scope: Scope) -> Iterator[Yield]:
    """The commands of a build file, each at the line on which it stands."""
    path = scope.base.members[-1] if scope.base.members else scope.base.path
    if native_builds.CYTHON_NAMES.search(path):
        yield Code(scope.at(line=1), "python", native_builds.cython_as_python(text), "module")
    for language, source, line in native_builds.commands(text, path):
        role = "install" if language == "python" else "pipeline"
        yield Code(scope.at(line=1), language, "\n" * (line - 1) + source, role)
    for source, line in native_builds.downloads(text, path):
        yield Code(scope.at(line=1), "shell", "\n" * (line - 1) + source, "install")


def _path_file(text: str, scope: Scope) -> Iterator[Yield]:
    """The lines of a path file that `site` executes at every start of the interpreter (CPython, Lib/site.py, addpackage)."""
    lines = [line if line.startswith(("import ", "import\t")) else "" for line in text.splitlines()]
    if any(lines):
        yield Code(scope.at(line=1), "python", "\n".join(lines), "startup")


def _is_shell(text: str, name: str) -> bool:
    """What a shell takes for its script: by its first line, or by the name that `sh NAME` is given."""
    first = text[:200].split("\n", 1)[0]
    return bool(SHEBANG.match(first)) or name.lower().endswith(SHELL_NAMES)


def _end_of_text(window: Window, encoding: str) -> int:
    """How far the text goes: up to where control characters are more than strays, which leaves the rest unexplained.

    Minified scripts and terminal logs have single ones; of binary data, they are one byte in nine. Bytes that do not decode
    are no end: corpora and word vectors have words that were cut inside a character.
    """
    if encoding == "utf-16":
        return window.size
    offset = 0
    for chunk in window.chunks():
        controls = len(chunk) - len(chunk.translate(None, _CONTROL))
        if controls > max(FEW_CONTROLS, len(chunk) >> 9):
            return offset + next(at for at, byte in enumerate(chunk) if byte in _CONTROL)
        offset += len(chunk)
    return window.size


FORMAT = Format(
    id="text",
    title="text",
    kind=ArtifactKind.DATASET,
    read=read,
    probe=probe,
    extensions=(
        ".txt",
        ".md",
        ".rst",
        ".vocab",
        ".merges",
        ".jinja",
        ".jinja2",
        ".j2",
        ".license",
        ".log",
        ".cfg",
        ".ini",
    ),
    opens_with="nothing: text",
    families=("yaml", "csv", "toml", "python", "html", "xml", "lightgbm", "jsonl"),
)
