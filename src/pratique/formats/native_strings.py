"""Commands and addresses in machine code that only what attacks has a use for, found in one pass over the file.

Each kind has anchors, which are searched as bytes, and what must stand around them, so that documentation, tests of a parser or a
table of words is not taken for one. `alone` says that the string stands by itself, as C compilers leave them (between zero bytes).
Sources: Discord, developer documentation, "Webhooks"; Telegram Bot API; Tor, rend-spec-v3 (56 letters of base32); the stratum
mining protocol (xmrig.com/docs); bash manual, 3.6 (`/dev/tcp`); ld.so(8) (`/etc/ld.so.preload`); MITRE ATT&CK T1059.001, T1059.004,
T1105, T1496, T1567.004, T1574.006.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from pratique.formats.window import Window

PIECE_BYTES = 4 << 20
AROUND_BYTES = 2048  # of a string; also how much pieces overlap
MAX_FOUND = 200
MAX_LOOKED = 1000  # strings that are looked at for one kind
_URL = rb"(?:https?|ftp)://[\w.:%@/~?=&+#-]{4,300}+"
_SHELL = rb"(?:sudo\s+)?(?:/(?:usr/)?bin/)?(?:ba|z|da|k)?sh\b"


@dataclass(frozen=True, slots=True)
class Kind:
    """`acts` kinds are commands, which need something that starts them; the others are addresses and files."""

    name: str
    says: str
    anchors: tuple[bytes, ...]
    around: re.Pattern[bytes]
    acts: bool = True


KINDS = (
    Kind("webhook", "posts to a chat with a secret of its own", (b"/api/webhooks/", b"api.telegram.org/bot"),
         re.compile(rb"discord(?:app)?\.com/api/webhooks/\d{15,}/[\w-]{40,}|api\.telegram\.org/bot\d{6,}:[\w-]{30,}"), False),
    Kind("onion", "names a hidden service of Tor", (b".onion",), re.compile(rb"(?<![a-z2-7])[a-z2-7]{56}\.onion\b"), False),
    Kind("miner", "names a pool of miners", (b"stratum+tcp://", b"stratum+ssl://"),
         re.compile(rb"stratum\+(?:tcp|ssl)://[\w-]+(?:\.[\w-]+)+(?::\d+)?"), False),
    Kind("fetch-and-run", "a command that runs what it downloads", (b"curl ", b"wget "),
         re.compile(rb"(?:curl|wget)\s(?:(?!https?:|ftp:)[^|;&\n]){0,300}+" + _URL + rb"[^|;&\n]{0,200}+(?:\|\s*" + _SHELL
                    + rb"|(?:;|&&)\s*(?:chmod\s[^;&\n]{1,200}(?:;|&&)\s*)?(?:\./|/tmp/|" + _SHELL + rb"\s))")),
    Kind("hidden-powershell", "a command for PowerShell that hides its program", (b"powershell", b"PowerShell", b"POWERSHELL"),
         re.compile(rb"(?i)powershell(?:\.exe)?[\"']?\s[^\n]{0,200}?(?:\s-e(?:nc|nco\w*|c)?\s+[\"']?[A-Za-z0-9+/=]{24,}"
                    rb"|downloadstring\s*\(|\biex\b\s*[( ]|invoke-expression)")),
    Kind("reverse-shell", "a shell for somebody else", (b"/dev/tcp/", b" -e /bin/", b"import socket"),
         re.compile(rb"/dev/tcp/[\w.$-]+/[\d$]|\bn(?:c|cat)\b[^\n]{0,100}\s-e\s+/bin/(?:ba)?sh"
                    rb"|import socket[^\n]{0,40}subprocess[^\n]{0,200}\bdup2\(")),
    Kind("preload", "the file that puts a library into every process", (b"/etc/ld.so.preload",),
         re.compile(rb"/etc/ld\.so\.preload"), False),
)  # fmt: skip


FLOOD = Kind("flood", "more words of commands than are looked at", (), re.compile(b"$^"), False)
MAX_ANCHOR = 64


@dataclass(frozen=True, slots=True)
class Telling:
    """One string, by its place."""

    kind: Kind
    offset: int
    text: str
    alone: bool


def telling_strings(window: Window) -> Iterator[Telling]:
    """The strings, in the order of the file; one byte a letter, or two as Windows has them."""
    seen: set[tuple[str, str]] = set()
    looked = dict.fromkeys(KINDS, 0)
    for start in range(0, window.size, PIECE_BYTES):
        low = max(start - AROUND_BYTES, 0)
        piece = window.read_at(low, start - low + PIECE_BYTES + AROUND_BYTES)
        for kind in KINDS:
            for string_at, text, width in _strings(piece, kind):
                looked[kind] += 1
                if looked[kind] > MAX_LOOKED or len(seen) >= MAX_FOUND:
                    break
                match = kind.around.search(text)
                words = match[0].decode("latin-1") if match else ""
                if match and (kind.name, words) not in seen:
                    seen.add((kind.name, words))
                    alone = match.start() < 64 and len(text) - match.end() < 512
                    yield Telling(kind, low + string_at + match.start() * width, words, alone)
    flooded = [kind.name for kind, count in looked.items() if count > MAX_LOOKED]
    if flooded:
        yield Telling(FLOOD, 0, ", ".join(flooded), False)


def _strings(piece: bytes, kind: Kind) -> Iterator[tuple[int, bytes, int]]:
    """The strings with an anchor in them, each once: where it begins, its letters, and how many bytes a letter has."""
    for anchor in kind.anchors:
        for needle, width in ((anchor, 1), (anchor.decode().encode("utf-16-le"), 2)):
            at = piece.find(needle)
            while at >= 0:
                start, text = _string_around(piece, at, width)
                yield start, text, width
                at = piece.find(needle, max(at + len(needle), start + len(text) * width - MAX_ANCHOR))


def _string_around(piece: bytes, at: int, width: int) -> tuple[int, bytes]:
    """The printable letters around a place, between zero bytes."""
    stop = b"\0" * width
    low, high = max(at - AROUND_BYTES, 0), min(at + AROUND_BYTES, len(piece))
    low += (at - low) % width
    if width == 2:
        text = piece[low:high]
        letters = text[::2] if not any(text[1::2]) else _narrowed(piece, at, low, high)
        begin = letters.rfind(b"\0", 0, (at - low) // 2) + 1 if len(letters) * 2 >= at - low else 0
        end = letters.find(b"\0", (at - low) // 2)
        return low + 2 * begin, letters[begin : end if end >= 0 else len(letters)]
    begin = piece.rfind(stop, low, at) + 1 or low
    end = piece.find(stop, at, high)
    return begin, piece[begin : end if end >= 0 else high]


def _narrowed(piece: bytes, at: int, low: int, high: int) -> bytes:
    """Letters of two bytes, those that are none of Latin as zero."""
    return bytes(piece[i] if piece[i + 1] == 0 else 0 for i in range(low, high - 1, 2))
