"""What builds of native code run: commands in CMake, Meson, Make and autoconf files, and the module level of Cython sources.

Sources: CMake, `execute_process`, `add_custom_command`, `add_custom_target`, `file(DOWNLOAD)`, `include`, `install(CODE)`,
`cmake_language(EVAL)`, `ExternalProject`, `FetchContent`; Meson, `run_command`, `custom_target`,
`add_install_script`; GNU Make, "Writing Recipes in Rules" and "The shell Function"; Cython, "Language Basics".

None of these languages is interpreted: words that stand in the file, and variables that one line sets, are all that is understood.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from itertools import islice

MAX_COMMANDS = 500
MAX_TEXT = 1 << 20
CMAKE_NAMES = re.compile(r"(?:^|/)CMakeLists\.txt$|\.cmake(?:\.in)?$", re.IGNORECASE)
MESON_NAMES = re.compile(r"(?:^|/)meson\.build$")
MAKE_NAMES = re.compile(r"(?:^|/)(?:GNU)?[Mm]akefile(?:\.(?:am|in|\w+))?$|\.mk$")
AUTOCONF_NAMES = re.compile(r"(?:^|/)configure(?:\.ac|\.in)?$|\.m4$")
CYTHON_NAMES = re.compile(r"\.pyx$")
CMAKE_CALL = re.compile(
    r"\b(?:execute_process|add_custom_command|add_custom_target|exec_program|ExternalProject_Add(?:_Step)?|FetchContent_(?:Declare|Populate))"
    r"\s*\(",
    re.IGNORECASE,
)
CMAKE_COMMAND = re.compile(r"(?:[A-Z_]+_)?COMMAND")
CMAKE_CODE = re.compile(r"\b(?:install|cmake_language)\s*\((?:\s*EVAL)?\s*CODE\b", re.IGNORECASE)
CMAKE_DOWNLOAD = re.compile(r"\bfile\s*\(\s*DOWNLOAD\b", re.IGNORECASE)
CMAKE_INCLUDE = re.compile(r"\b(?:include|add_subdirectory|load_cache)\s*\(", re.IGNORECASE)
CMAKE_COMMENT = re.compile(r"^[ \t]*#.*$", re.MULTILINE)
CMAKE_VARIABLE = re.compile(r"\$\{(\w+)\}")
CMAKE_RUNNER = re.compile(
    r"(?:^|[/\\])(?:(?:ba|z|da|k)?sh|python[\d.]*|perl|ruby|cmd|pwsh|powershell|chmod)(?:\.exe)?$|_EXECUTABLE$|^CMAKE_COMMAND$"
)
MAX_NESTED = 3  # variables within variables
MAX_WORD = 16_384
MAX_WORDS = 500
MAX_OPTIONS = 24
MAX_READ = 1 << 20  # characters within the parentheses of calls
CMAKE_WORD = re.compile(r"\[(=*)\[(.{0,8192}?)\]\1\]|\"((?:[^\"\\]|\\.)*)\"|([^\s()\"]+)", re.DOTALL)
CMAKE_KEYWORD = re.compile(r"[A-Z_]{4,}")
CMAKE_SET = re.compile(
    r"\bset\s*\(\s*(\w+)\s+((?:\"(?:[^\"\\]|\\.)*\"|[^\")\s]+)(?:\s+(?:\"(?:[^\"\\]|\\.)*\"|[^\")\s]+))*)\s*\)",
    re.IGNORECASE,
)
CMAKE_JOIN = re.compile(r"\blist\s*\(\s*JOIN\s+(\w+)\s+\S+\s+(\w+)\s*\)", re.IGNORECASE)
MESON_CALL = re.compile(
    r"\b(?:run_command|custom_target|run_target|add_install_script|add_postconf_script|configure_file)\s*\("
)
MESON_SET = re.compile(
    r"^\s*(\w+)\s*=\s*((?:'(?:[^'\\]|\\.)*'|f?'''.*?''')(?:\s*\\?\s*\+\s*\\?\s*'(?:[^'\\]|\\.)*')*)",
    re.MULTILINE | re.DOTALL,
)
MESON_TEXT = re.compile(r"'((?:[^'\\]|\\.)*)'")
MESON_WORD = re.compile(r"'(?:[^'\\]|\\.)*'(?:\s*\\?\s*\+\s*\\?\s*'(?:[^'\\]|\\.)*')*|[A-Za-z_]\w*(?!\s*[:(\w])")
MAKE_SHELL = re.compile(r"\$\(shell\s+((?:[^()]|\([^()]*\))*)\)|^\s*\w+\s*!=\s*(.+)$", re.MULTILINE)
MAKE_SET = re.compile(r"^\s*(?:export\s+)?(\w+)\s*[:?]?=\s*(.*)$", re.MULTILINE)
PYTHON = re.compile(r"(?:^|/)python[\d.]*$|PYTHON|^py$|sys\.executable|find_installation", re.IGNORECASE)
CYTHON_DEFINITION = re.compile(
    r"^(\s*)(?:cdef|cpdef)\s+"
    r"(?:inline\s+)?(?:public\s+|readonly\s+|api\s+)?(?:[\w.\[\], *&]+?\s+\*?)?(\w+)\s*\(([^)]*)\)[^:=]*:\s*(?:#.*)?$"
)
CYTHON_VARIABLE = re.compile(r"^(\s*)cdef\s+[\w.\[\], *&]+?[\s*]+(\w+)\s*=\s*(.*)$")
CYTHON_OTHER = re.compile(r"^(\s*)(?:cdef|cpdef|ctypedef|cimport|from\s+\S+\s+cimport|include|DEF)\b.*$")
CYTHON_TYPE = re.compile(r"(?:^|,)\s*(?:const\s+)?[\w.\[\]:, *&]*?(\w+)(\s*=\s*[^,]+)?\s*(?=,|$)")


def commands(text: str, path: str) -> Iterator[tuple[str, str, int]]:
    """Language (`shell`, `python`), source and line of what a build file runs."""
    text = text[:MAX_TEXT]
    if CMAKE_NAMES.search(path):
        found = _cmake(text)
    elif MESON_NAMES.search(path):
        found = _meson(text)
    elif MAKE_NAMES.search(path):
        found = _make(text)
    elif AUTOCONF_NAMES.search(path):
        yield "shell", text, 1
        return
    else:
        return
    for count, (words, line) in enumerate(found):
        if count >= MAX_COMMANDS:
            return
        yield from _of_command(words, line)


def _of_command(words: list[str], line: int) -> Iterator[tuple[str, str, int]]:
    """A command as a line of shell, and the program that it hands to an interpreter of Python."""
    if not words:
        return
    yield "shell", words[0] if len(words) == 1 else shlex.join(words), line
    if len(words) == 1:
        try:
            words = shlex.split(words[0])
        except ValueError:
            return
    for at, word in enumerate(words[:-1]):
        if word == "-c" and any(PYTHON.search(before) for before in words[:at]):
            yield "python", f"import sys; sys.argv = {['-c', *words[at + 2 : at + 10]]!r}\n{words[at + 1]}", line


def _inside(text: str, start: int) -> str:
    """What stands in the parentheses that open before `start`."""
    depth, quote = 1, ""
    for at in range(start, min(len(text), start + 20_000)):
        character = text[at]
        if quote:
            quote = "" if character == quote and text[at - 1] != "\\" else quote
        elif character in "'\"":
            quote = character
        elif character in "()":
            depth += 1 if character == "(" else -1
            if depth == 0:
                return text[start:at]
    return text[start : start + 20_000]


def downloads(text: str, path: str) -> Iterator[tuple[str, int]]:
    """What CMake downloads without a digest and then includes or starts, as a line of shell that does the same."""
    if not CMAKE_NAMES.search(path) or not CMAKE_DOWNLOAD.search(text[:MAX_TEXT]):
        return
    text = CMAKE_COMMENT.sub("", text[:MAX_TEXT])
    variables = _cmake_variables(text)
    fetched: dict[str, str] = {}  # name of the file -> address
    for match in _few(CMAKE_DOWNLOAD, text):
        words = [_filled(word, variables) for word in _cmake_words(_inside(text, match.end()))[:MAX_OPTIONS]]
        if len(words) > 1 and not {"EXPECTED_HASH", "EXPECTED_MD5"} & set(words):
            fetched[_tail(words[1])] = words[0]
    for match in _few(CMAKE_INCLUDE, text):
        words = [_filled(word, variables) for word in _cmake_words(_inside(text, match.end()))[:MAX_OPTIONS]]
        names = (_tail(words[0]), f"{_tail(words[0])}.cmake") if words else ()
        for name in fetched.keys() & set(names):
            yield f"source <(curl {shlex.quote(fetched[name])})", text.count("\n", 0, match.start()) + 1
    for words, line in islice(_cmake(text), MAX_COMMANDS):
        run = next((word for word in _run_files(words) if _tail(word) in fetched), None)
        if run is not None:
            yield f"curl {shlex.quote(fetched[_tail(run)])} | sh", line


def _few(pattern: re.Pattern[str], text: str) -> Iterator[re.Match[str]]:
    return islice(pattern.finditer(text), MAX_COMMANDS)


def _run_files(words: list[str]) -> list[str]:
    """Of a command, its program and what an interpreter is given; CMake itself runs only a script (`-P`)."""
    if not words or not CMAKE_RUNNER.search(words[0]):
        return words[:1]
    if words[0] == "CMAKE_COMMAND":
        return words[words.index("-P") + 1 :][:1] if "-P" in words else []
    return words


def _tail(path: str) -> str:
    """The name of a file; folders of the build are variables that are not known here."""
    return path.strip("\"' ").replace("\\", "/").rstrip("/").rsplit("/", 1)[-1]


def _cmake_words(inside: str) -> list[str]:
    return [word[2] or word[3] or word[4] or "" for word in CMAKE_WORD.finditer(inside)]


def _filled(word: str, variables: dict[str, str]) -> str:
    """A word with the variables that the file sets put in."""
    for _ in range(MAX_NESTED):
        made, at = "", 0
        for match in CMAKE_VARIABLE.finditer(word):
            made += word[at : match.start()] + variables.get(match[1], match[1])[:MAX_WORD]
            at = match.end()
            if len(made) > MAX_WORD:
                break
        word = (made + word[at:])[:MAX_WORD]
    return word


def _cmake_variables(text: str) -> dict[str, str]:
    variables = {match[1]: re.sub(r"\"\s+\"", "\n", match[2]).strip('" ') for match in CMAKE_SET.finditer(text)}
    return variables | {match[2]: variables.get(match[1], "") for match in CMAKE_JOIN.finditer(text)}


def _cmake(text: str) -> Iterator[tuple[list[str], int]]:
    variables = _cmake_variables(text)
    left = MAX_READ
    for code, before in _codes(text):
        for match in CMAKE_CALL.finditer(code):
            inside = _inside(code, match.end())
            left -= len(inside)
            for words in _cmake_commands(inside, match[0].lower().startswith("exec_program")):
                filled = [_filled(word, variables) for word in words[:MAX_WORDS]]
                left -= sum(map(len, filled))
                yield filled, before + code.count("\n", 0, match.start()) + 1
            if left < 0:
                return


def _codes(text: str) -> Iterator[tuple[str, int]]:
    """A text of CMake, and what it holds as text to run later (`install(CODE)`), with the lines before each."""
    pending, left = [(text, 0)], MAX_TEXT
    while pending:
        code, before = pending.pop()
        yield code, before
        for match in _few(CMAKE_CODE, code):
            inside = _inside(code, match.end())
            left -= len(inside)
            if left < 0:
                break
            held = re.sub(r"\\(.)", r"\1", "\n".join(_cmake_words(inside)))
            pending.append((held, before + code.count("\n", 0, match.start())))


def _cmake_commands(inside: str, taking: bool) -> Iterator[list[str]]:
    """The commands among the words of one call."""
    words: list[str] = []
    for word in CMAKE_WORD.finditer(inside):
        bare = word[4]
        if bare is not None and (bare == "ARGS" or CMAKE_COMMAND.fullmatch(bare)):
            if bare != "ARGS" and words:
                yield words
                words = []
            taking = True
        elif bare is not None and CMAKE_KEYWORD.fullmatch(bare):
            taking = False
        elif taking:
            words.append(word[2] if word[2] is not None else word[3] if word[3] is not None else bare)
    if words:
        yield words


def _meson(text: str) -> Iterator[tuple[list[str], int]]:
    variables = {match[1]: _meson_text(match[2]) for match in MESON_SET.finditer(text)}
    for match in MESON_CALL.finditer(text):
        inside = _inside(text, match.end())
        words = []
        for word in MESON_WORD.finditer(inside):
            words.append(_meson_text(word[0]) if word[0].startswith("'") else variables.get(word[0], word[0]))
        yield words, text.count("\n", 0, match.start()) + 1


def _meson_text(expression: str) -> str:
    return "".join(re.sub(r"\\(.)", r"\1", piece) for piece in MESON_TEXT.findall(expression.replace("'''", "'")))


def _make(text: str) -> Iterator[tuple[list[str], int]]:
    """Recipe lines and `$(shell …)`, with the variables that the file sets put in."""
    variables = {match[1]: match[2].strip() for match in MAKE_SET.finditer(text)}

    def filled(command: str) -> str:
        made = re.sub(r"\$[({](\w+)[)}]", lambda m: variables.get(m[1], m[1]), command)
        return re.sub(r"\$[({](\w+)[)}]", lambda m: variables.get(m[1], m[1]), made).replace("$$", "$")

    for match in MAKE_SHELL.finditer(text):
        yield [filled(match[1] or match[2] or "")], text.count("\n", 0, match.start()) + 1
    held, start = "", 0
    for number, line in enumerate(text.splitlines(), 1):
        if held or line.startswith("\t"):
            start = start if held else number
            held += line.strip().lstrip("@-+")
            if held.endswith("\\"):
                held = held[:-1] + " "
                continue
            yield [filled(held)], start
            held = ""


def cython_as_python(text: str) -> str:
    """A Cython source with its declarations written as Python, line by line, so that what it runs can be followed."""
    return "\n".join(_cython_line(line) for line in text.splitlines())


def _cython_line(line: str) -> str:
    match = CYTHON_DEFINITION.match(line)
    if match is not None:
        names = [f"{m[1]}{m[2] or ''}" for m in CYTHON_TYPE.finditer(match[3]) if m[1]]
        return f"{match[1]}def {match[2]}({', '.join(names)}):"
    match = CYTHON_VARIABLE.match(line)
    if match is not None:
        return f"{match[1]}{match[2]} = {match[3]}"
    match = CYTHON_OTHER.match(line)
    if match is not None:
        return f"{match[1]}class _:" if line.rstrip().endswith(":") else f"{match[1]}pass"
    return line
