"""Python bytecode (.pyc): the header and the marshalled module, read as structure and never unmarshalled.

Sources: PEP 552 (flags, hash); PEP 3147; CPython, Lib/importlib/_bootstrap_external.py (header, magic numbers by version).
Importing it runs the module level. Of Python 3.8 to 3.14 the instructions are read back as text (`bytecode_text.py`) where a name
in them could matter; of other versions, names and constants tell what they do.
"""

from __future__ import annotations

from collections.abc import Iterator

from pratique.domain.artifact import ArtifactKind
from pratique.domain.part import Code, Json, Metadata
from pratique.formats.bytecode_text import text_of
from pratique.formats.contract import CERTAIN, Format, Head, Nested, Scope, Yield
from pratique.formats.marshal_values import CodeObject, MarshalProblem, Reader
from pratique.formats.window import Window

MAX_BYTES = 64 << 20
MAX_LISTED_CHARACTERS = 1 << 16
MAX_BLOBS, BLOB_BYTES = 1000, 64  # bytes constants that are looked at
# the last magic number of each version, and the bytes of its header
VERSIONS = (
    (3131, "3.0 or 3.1", 8), (3180, "3.2", 8), (3230, "3.3", 12), (3310, "3.4", 12), (3351, "3.5", 12), (3379, "3.6", 12),
    (3399, "3.7", 16), (3419, "3.8", 16), (3429, "3.9", 16), (3449, "3.10", 16), (3499, "3.11", 16), (3549, "3.12", 16),
    (3599, "3.13", 16), (3649, "3.14", 16), (3699, "3.15", 16),
)  # fmt: skip
PYTHON_2 = (62_011, 62_219)
MAX_SYMBOLS, SYMBOL_CHARACTERS = 20_000, 512
# Without one of these, nothing that it does is looked for (`code/interest.py`, whose words they are in the form of single names).
TELLING = frozenset({
    "exec", "eval", "compile", "__import__", "import_module", "system", "popen", "subprocess", "Popen", "pty", "socket",
    "urlopen",
    "urlretrieve", "requests", "httpx", "aiohttp", "http.client", "urllib.request", "marshal", "pickle", "ctypes", "b64decode",
    "runpy",
    "builtins", "__builtins__", "__globals__", "__subclasses__", "getattr", "environ", "dup2", "rmtree", "FunctionType", "CodeType",
    "pyperclip", "pynput", "keyring", "spawnl", "spawnv", "execv", "execl", "execve", "smtplib", "ftplib",
    "spec_from_file_location",
    "posix", "nt", "modules", "fork", "attrgetter", "create_subprocess_shell", "create_subprocess_exec",
})  # fmt: skip
CODE = (b"c", b"\xe3")  # the type of a code object, without and with `FLAG_REF`


def version_of(data: bytes) -> tuple[str, int, int] | None:
    """Version, bytes of the header and magic number of a file that begins with `data`."""
    magic = int.from_bytes(data[:2], "little")
    if data[2:4] != b"\r\n":
        return None
    if PYTHON_2[0] <= magic <= PYTHON_2[1]:
        return "2", 8, magic
    found = next(((version, size) for last, version, size in VERSIONS if 3000 <= magic <= last), None)
    return (*found, magic) if found else None


def probe(head: Head) -> int:
    found = version_of(head.data[:4])
    return CERTAIN if found and head.data[found[1] : found[1] + 1] in CODE else 0


def read(window: Window, scope: Scope) -> Iterator[Yield]:
    data = window.read_at(0, MAX_BYTES)
    found = version_of(data[:4])
    if found is None:
        yield scope.broken("pyc-malformed", "the magic number is none of Python's", 0, 4, lost=True)
        return
    version, header_bytes, magic = found
    yield Metadata(scope.at(0, header_bytes), "pyc-header", _header(data, version, header_bytes))
    reader = Reader(data, header_bytes, magic)
    reason, module = None, None
    try:
        module = reader.value()
    except MarshalProblem as problem:
        reason = str(problem)
    yield Code(scope.at(0, reader.at), "python-bytecode", _listing(reader), "module")
    yield from _read_back(reader, module, _header(data, version, header_bytes), scope)
    for blob in [b for b in reader.blobs if b.size >= BLOB_BYTES][:MAX_BLOBS]:
        where = scope.at(blob.offset, blob.size)
        yield Nested(f"(constant @{blob.offset:#x})", window.slice(blob.offset, blob.size), where, raw=True)
    if reason is not None:
        yield scope.broken("pyc-malformed", f"the bytecode is not read on: {reason}", reader.at, 0, lost=True)


def _read_back(reader: Reader, module: object, header: dict[str, Json], scope: Scope) -> Iterator[Yield]:
    """The names and strings, and the text that the instructions come to."""
    names = list(dict.fromkeys(name for code in reader.codes for name in code.names))
    strings = list(dict.fromkeys(text[:SYMBOL_CHARACTERS] for code in reader.codes for text in code.strings if text))
    text = None
    if isinstance(module, CodeObject) and not TELLING.isdisjoint(names):
        text = text_of(module, reader.data, str(header["python"]))
    listed: dict[str, Json] = {"names": [*names[:MAX_SYMBOLS]], "strings": [*strings[:MAX_SYMBOLS]], **header}
    yield Metadata(scope.at(), "pyc-symbols", listed)
    if text is not None:
        yield Code(scope.inside("(read back)").at(), "python-from-bytecode", text, "module")


def _header(data: bytes, version: str, header_bytes: int) -> dict[str, Json]:
    """PEP 552: bit 0 of the flags says that a hash of the source follows, bit 1 that it is compared."""
    fields: dict[str, Json] = {"python": version}
    flags = int.from_bytes(data[4:8], "little") if header_bytes == 16 else 0
    if flags & 1:
        fields |= {"by": "hash", "checked": bool(flags & 2)}
    elif header_bytes > 8:
        fields |= {"by": "time", "source_bytes": int.from_bytes(data[header_bytes - 4 : header_bytes], "little")}
    return fields


def _listing(reader: Reader) -> str:
    """Names and strings, for people and for what searches them."""
    lines: list[str] = []
    size = 0
    for code in reader.codes:
        lines.append(f"{code.name or '?'} in {code.filename[:256]}: {' '.join(code.names)}")
        lines.extend(f"    {string[:512]!r}" for string in code.strings if string)
        size += len(lines[-1])
        if size > MAX_LISTED_CHARACTERS:
            break
    return "\n".join(lines)[:MAX_LISTED_CHARACTERS]


FORMAT = Format(
    id="pyc",
    title="Python bytecode",
    kind=ArtifactKind.CODE,
    read=read,
    probe=probe,
    magics=((2, b"\r\n"),),
    extensions=(".pyc", ".pyo"),
    opens_with="its module level, when it is imported or run",
)
