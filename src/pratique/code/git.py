"""Options of git that run a command: `-c core.fsmonitor=…`, `--upload-pack=…`, `ext::…`.

Sources: git(1) (`-c`), git-config(1), git-clone(1) (`--upload-pack`, `--config`), git-remote-ext(1), gitremote-helpers(7).
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator

# Settings whose value git runs as a command or from which it takes commands, by section.
COMMANDS = {
    "core": ("fsmonitor", "sshcommand", "hookspath", "pager", "editor", "askpass", "gitproxy", "alternaterefscommand"),
    "credential": ("helper",),
    "filter": ("clean", "smudge", "process"),
    "diff": ("external", "command", "textconv"),
    "merge": ("driver",),
    "gpg": ("program",),
    "uploadpack": ("packobjectshook",),
    "sequence": ("editor",),
    "include": ("path",),
    "includeif": ("path",),
}
HARMLESS = frozenset({"true", "false", "", "yes", "no", "on", "off", "0", "1"})
# What these settings are for; and helpers that are git's own.
USUAL = frozenset(
    {
        *(
            "ssh",
            "plink",
            "tortoiseplink",
            "cat",
            "less",
            "more",
            "git",
            "git-lfs",
            "gpg",
            "gpg2",
            "gpgsm",
            "echo",
            ":",
        ),
        *("vi", "vim", "nano", "emacs", "git-upload-pack", "git-receive-pack", "delta"),
    }
)
PACKS = re.compile(r"--(?:upload-pack|receive-pack|exec)(?:=(.*))?", re.DOTALL)
MAX_WORDS = 200


def commands(words: list[str]) -> Iterator[tuple[str, str]]:
    """The options of one call of git that run a command, with the command."""
    at = next((i for i, word in enumerate(words[:8]) if re.search(r"(?:^|[/\\])git(?:\.exe)?$", word)), None)
    rest = words[at + 1 : at + MAX_WORDS] if at is not None else []
    for before, word in zip(["", *rest], [*rest, ""], strict=True):
        setting, sign, value = word.partition("=")
        packs = PACKS.fullmatch(before)
        if before in ("-c", "--config") and sign and _runs(setting):
            yield setting, value.removeprefix("!")
        elif packs is not None:
            yield before.partition("=")[0], packs[1] if packs[1] is not None else word
        elif word.startswith("ext::"):
            yield "ext::", word.removeprefix("ext::")


def of_line(text: str) -> Iterator[tuple[str, str]]:
    """The same of a line of shell."""
    if "git" not in text:
        return
    try:
        words = shlex.split(text)
    except ValueError:
        return
    yield from commands(words)


def is_usual(option: str, command: str) -> bool:
    """Whether a command is what the option is for: another `ssh`, a pager, nothing at all."""
    if command.lower() in HARMLESS or option.lower().startswith("credential."):
        return True
    if option.lower() in ("core.hookspath", "include.path"):
        return command in ("/dev/null", "NUL")
    program = re.split(r"[\s;|&]", command.strip(" \"'"), maxsplit=1)[0]
    chained = re.search(r"[;|&`]|\$\(", command) is not None
    return not chained and re.split(r"[/\\]", program)[-1].removesuffix(".exe") in USUAL


def _runs(setting: str) -> bool:
    section, _, key = setting.lower().partition(".")
    return section in ("alias", "pager") or key.rpartition(".")[2] in COMMANDS.get(section, ())
