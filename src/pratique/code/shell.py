"""What a shell script would run: pipelines of commands, with substitutions, read by their words.

It is no shell: variables are not expanded and functions not followed. It tells which command's output another executes, which is
how installers download and run code in one line, and how payloads are decoded and run without touching the disk.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass

MAX_LINES = 20_000
MAX_LINE_CHARACTERS = 16_384
MAX_DEPTH = 6
DOWNLOADERS = frozenset({"curl", "wget", "fetch", "aria2c"})
INTERPRETERS = frozenset(
    {"sh", "bash", "zsh", "dash", "ksh", "ash", "fish", "perl", "ruby", "node", "php", "python", "eval", "source", "."}
)
CONNECTORS = frozenset({"nc", "ncat", "netcat", "telnet", "socat", "openssl"})
# Words that run the command after them.
WRAPPERS = frozenset({"sudo", "env", "nohup", "exec", "time", "command", "nice", "xargs", "doas", "stdbuf", "timeout"})
_SEPARATORS = frozenset({";", "&&", "||", "&", "then", "do", "else", "{", "}", "!", "(", ")"})
_SOCKET = re.compile(r"/dev/(?:tcp|udp)/")
# Standard input, or another descriptor, that is read from a socket: writing to one only tells whether a port is open.
_FROM_SOCKET = re.compile(r"0[<>]&\d|<&\s*\d|<>?\s*/dev/(?:tcp|udp)/")
_REDIRECTION = re.compile(r"\d*[<>]&[\d-]*|&>>?")
_OPEN_SUBSTITUTION = re.compile(
    r"(?:^|[;&|(\s])(?:eval|source|\.|(?:ba|z|da|k|a)?sh|python[\d.]*)\s[^;|&'\"]{0,300}?(?:\$\(|<\(|`)([^)`]{1,2000})"
)
_SUBSTITUTION = re.compile(r"\$\(|`|<\(")


@dataclass(frozen=True, slots=True)
class Execution:
    """A line in which the output of one command is executed by another, or a shell is handed to a socket."""

    line: int  # from 1
    kind: str  # "downloaded", "decoded", "reverse-shell"
    text: str


def executions(source: str) -> Iterator[Execution]:
    """Every such line of a script, in order."""
    for number, line in _lines(source):
        kind = _kind(line, 0)
        if kind is not None:
            yield Execution(number, kind, line.strip())


def _lines(source: str) -> Iterator[tuple[int, str]]:
    """Logical lines: a backslash, or a pipe, at the end continues on the next."""
    held, start = "", 0
    for number, line in enumerate(source.splitlines()[:MAX_LINES], 1):
        start = start if held else number
        held += line
        if held.endswith("\\") and len(held) < MAX_LINE_CHARACTERS:
            held = held[:-1] + " "
        elif not (held.rstrip().endswith("|") and len(held) < MAX_LINE_CHARACTERS):
            yield start, held[:MAX_LINE_CHARACTERS]
            held = ""
    if held:
        yield start, held[:MAX_LINE_CHARACTERS]


def _kind(line: str, depth: int) -> str | None:
    if depth > MAX_DEPTH or not any(
        mark in line for mark in ("|", "$(", "`", "<(", "/dev/tcp", "/dev/udp", "nc", "-c")
    ):
        return None
    for match in _OPEN_SUBSTITUTION.finditer(line):
        found = _written(match[1])
        if found:
            return found
    for pipeline in _pipelines(_words(line)):
        sources = [_source(command) for command in pipeline]
        for at, command in enumerate(pipeline):
            name = _name(command)
            if _hands_out_a_shell(name, command, line):
                return "reverse-shell"
            before = [kind for kind in sources[:at] if kind]
            if _interprets(name, command) and before:
                return "decoded" if "decoded" in before else before[-1]
            if name in INTERPRETERS and "-i" in command and any(_name(c) in CONNECTORS for c in pipeline[at + 1 :]):
                return "reverse-shell"
            if name in INTERPRETERS:
                inner = _inner(command, depth)
                if inner:
                    return inner
    return None


def _words(line: str) -> list[str]:
    # A redirection's ampersand separates no commands.
    lexer = shlex.shlex(_REDIRECTION.sub(" ", line), posix=True, punctuation_chars="|&;()")
    lexer.whitespace_split = True
    lexer.commenters = "#"
    found: list[str] = []
    try:
        for word in lexer:
            found.append(word)
            if len(found) > 2000:
                break
    except ValueError:  # an open quote: a script of several lines; what was read so far counts
        pass
    return found


def _pipelines(words: list[str]) -> Iterator[list[list[str]]]:
    pipeline: list[list[str]] = [[]]
    for word in words:
        if word in ("|", "|&"):
            pipeline.append([])
        elif word in _SEPARATORS:
            yield pipeline
            pipeline = [[]]
        else:
            pipeline[-1].append(word)
    yield pipeline


def _name(command: list[str]) -> str:
    """The program of a simple command, behind assignments and wrappers, without its folder and version."""
    for word in command:
        name = word.rsplit("/", 1)[-1]
        if "=" in word or word.startswith("-") or name in WRAPPERS or word.isdigit():
            continue
        return re.sub(r"^python[\d.]*$", "python", name) if word != "." else "."
    return ""


def _source(command: list[str]) -> str | None:
    """What kind of foreign text a command writes to its output, if it does."""
    name = _name(command)
    if name in DOWNLOADERS:
        return "downloaded"
    decodes = {"base64": ("-d", "-D", "--decode", "-di"), "base32": ("-d",), "xxd": ("-r", "-rp"), "openssl": ("-d",)}
    if any(flag in command for flag in decodes.get(name, ())) or (
        name == "xxd" and "-p" in command and "-r" in command
    ):
        return "decoded"
    return None


def _interprets(name: str, command: list[str]) -> bool:
    """Whether the command executes its input: an interpreter without a script or a program of its own."""
    if name not in INTERPRETERS or name in ("eval", "source", "."):
        return False
    arguments = [w for w in command if w.rsplit("/", 1)[-1] not in WRAPPERS and "=" not in w]
    rest = arguments[1:]
    if "-s" in rest or "-" in rest or "/dev/stdin" in rest:
        return True
    return not any(word in ("-c", "-e", "-m") or not word.startswith("-") for word in rest)


def _hands_out_a_shell(name: str, command: list[str], line: str) -> bool:
    if name in ("nc", "ncat", "netcat") and any(word in ("-e", "--exec", "-c", "--sh-exec") for word in command):
        return True
    if name == "socat" and any(word.upper().startswith(("EXEC:", "SYSTEM:")) for word in command):
        return True
    if name not in ("sh", "bash", "zsh", "exec") or _SOCKET.search(line) is None:
        return False
    return "-i" in command or _FROM_SOCKET.search(line) is not None


def _written(script: str) -> str | None:
    """What kind of foreign text a substituted script writes."""
    kinds = [_source(command) for pipeline in _pipelines(_words(script)) for command in pipeline]
    return "decoded" if "decoded" in kinds else next((kind for kind in kinds if kind), None)


def _inner(command: list[str], depth: int) -> str | None:
    """`sh -c "$(curl …)"`, `eval "$(base64 -d …)"`, `source <(curl …)`: what an argument substitutes or holds."""
    for argument in command[1:]:
        match = _SUBSTITUTION.search(argument)
        if match:
            found = _written(argument[match.end() :].rstrip(")`"))
            if found:
                return found
        if " " in argument:
            found_inside = _kind(argument, depth + 1)
            if found_inside:
                return found_inside
    return None
