"""Bytecode beside and without its source, kept while an artifact is read.

What has no source is followed as the text that its instructions were read back to (`formats/bytecode_text.py`); what has one is
held against it: a name that the bytecode uses and the source does not mention was not compiled from it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from pratique.domain.locator import Locator
from pratique.domain.part import Code, Json, Metadata

MAX_KEPT_CHARACTERS = 64 << 20
MAX_COMPARED_BYTES = 256 << 20  # of sources
PIECE = 3  # letters of the pieces that a word may be cut into
WORD = re.compile(r"[A-Za-z0-9]{3,}")
Key = tuple[str, ...]
# What the compiler adds (CPython, Python/compile.c and symtable.c, 3.8 to 3.14), as names or as constants.
COMPILERS = frozenset({
    "AssertionError", "NotImplementedError", "__annotate__", "__annotations__", "__build_class__", "__class__", "__classcell__",
    "__classdict__", "__classdictcell__", "__conditional_annotations__", "__doc__", "__enter__", "__exit__", "__aenter__",
    "__aexit__",
    "__firstlineno__", "__module__", "__name__", "__orig_bases__", "__qualname__", "__static_attributes__", "__type_params__",
    "type_params", "generic_base", "StopIteration", "StopAsyncIteration", "typing", "lambda", "module", "locals", "genexpr",
    "listcomp",
    "dictcomp", "setcomp", "return", "co_annotations", "annotations", "format",
})  # fmt: skip
ACTING = frozenset({
    "exec", "eval", "compile", "__import__", "import_module", "system", "popen", "Popen", "subprocess", "check_output",
    "check_call",
    "create_subprocess_shell", "create_subprocess_exec", "pty", "socket", "create_connection", "urlopen", "urlretrieve", "urllib",
    "requests", "httpx", "aiohttp", "HTTPSConnection", "HTTPConnection", "smtplib", "ftplib", "marshal", "ctypes", "CDLL",
    "b64decode", "runpy", "spawnl", "spawnv", "spawnve", "execv", "execl", "execve", "execvp", "fork", "dup2", "FunctionType",
    "CodeType", "pynput", "pyperclip", "keyring",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Difference:
    """Names and strings of bytecode that its source does not have."""

    where: Locator
    source: str
    names: tuple[str, ...]
    strings: tuple[str, ...]
    stale: bool  # whether the size that it gives for its source is another, so that Python compiles the source anew

    @property
    def acting(self) -> tuple[str, ...]:
        """Those that execute or send, named or spelt out as a string."""
        return tuple(sorted(ACTING.intersection((*self.names, *self.strings))))


@dataclass(slots=True)
class Symbols:
    """What one file of bytecode names."""

    where: Locator
    names: tuple[str, ...]
    strings: tuple[str, ...]
    version: str
    source_bytes: int | None  # of the source, as its header says; None where that is not compared


@dataclass(slots=True)
class Bytecode:
    """All bytecode that was seen, by its place."""

    symbols: dict[Key, Symbols] = field(default_factory=dict)
    texts: dict[Key, Code] = field(default_factory=dict)
    skipped: int = 0
    _kept: int = 0

    def see_symbols(self, part: Metadata) -> None:
        value = part.value
        if not isinstance(value, dict):
            return
        names, strings = _strings(value.get("names")), _strings(value.get("strings"))
        if self._room(sum(map(len, names)) + sum(map(len, strings))):
            key = (part.where.path, *part.where.members)
            size = value.get("source_bytes")
            size = size if isinstance(size, int) else None
            self.symbols.setdefault(key, Symbols(part.where, names, strings, str(value.get("python")), size))

    def see_text(self, part: Code) -> None:
        if self._room(len(part.source)):
            self.texts.setdefault((part.where.path, *part.where.members)[:-1], part)

    def _room(self, characters: int) -> bool:
        if self._kept + characters > MAX_KEPT_CHARACTERS:
            self.skipped += 1
            return False
        self._kept += characters
        return True

    def differences(self, text_at: Callable[[Key], str | None]) -> Iterator[Difference]:
        """Bytecode that names what the source at its place does not. `text_at` is the source at a place, if it was kept."""
        compared = 0
        for key, found in self.symbols.items():
            source = source_of(key[-1])
            text = text_at((*key[:-1], source)) if source else None
            if text is None or source is None:
                continue
            compared += len(text)
            if compared > MAX_COMPARED_BYTES:
                self.skipped += 1
                return
            names, strings = _unmentioned(found.names, text), _unheard(found, text)
            if names or strings:
                yield Difference(found.where, source, names, strings, _is_stale(found.source_bytes, text))


def source_of(path: str) -> str | None:
    """The source of a file of bytecode (PEP 3147: `__pycache__/NAME.TAG.pyc`)."""
    folder, _, name = path.rpartition("/")
    if not name.endswith(".pyc"):
        return None
    stem = name.split(".")[0] if folder.endswith("__pycache__") else name.removesuffix(".pyc")
    above = folder.removesuffix("__pycache__").rstrip("/")
    return f"{above}/{stem}.py" if above else f"{stem}.py"


def _is_stale(said: int | None, text: str) -> bool:
    """Whether the source cannot have that size in any encoding, with a mark of byte order or without."""
    letters = len(text)
    return said is not None and not letters <= said <= 4 * (letters - _ascii(text)) + _ascii(text) + 3


def _ascii(text: str) -> int:
    return len(text) if text.isascii() else sum(map(str.isascii, text))


def _unmentioned(names: tuple[str, ...], text: str) -> tuple[str, ...]:
    """Names of which a word is nowhere in the source. `__name` within a class is `_Class__name` in its bytecode."""
    missing = []
    for name in names:
        for word in filter(None, re.split(r"\W+", name)):
            plain = re.sub(r"^_\w*?(?=__\w)", "", word) if word.startswith("_") else word
            if word not in COMPILERS and text.isascii() and not (_mentions(text, word) or _mentions(text, plain)):
                missing.append(name)
                break
    return tuple(missing)


def _mentions(text: str, word: str) -> bool:
    """Whether a word is in the source; one that acts must stand alone (`exec` is not in `executable`)."""
    return word in text and (word not in ACTING or re.search(rf"\b{word}\b", text) is not None)


def _unheard(found: Symbols, text: str) -> tuple[str, ...]:
    """Strings with words that are nowhere in the source; of bytecode that does not act, only addresses and acting names."""
    acts = not ACTING.isdisjoint(found.names)
    telling = (s for s in found.strings if acts or "://" in s or s in ACTING)
    return tuple(s for s in telling if not _heard(s, text))


def _heard(string: str, text: str) -> bool:
    return _mentions(text, string) if string in ACTING else all(_spelt(word, text) for word in WORD.findall(string))


def _spelt(word: str, text: str) -> bool:
    """Whether the source has a word, whole or in the two pieces into which escapes and joined literals cut it."""
    if word in text or word in COMPILERS:
        return True
    cuts = range(PIECE, len(word) - PIECE + 1)
    return any(word[:cut] in text and word[cut:] in text for cut in cuts)


def _strings(value: Json) -> tuple[str, ...]:
    return tuple(item for item in value if isinstance(item, str)) if isinstance(value, list) else ()
