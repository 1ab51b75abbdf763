"""What is known of the words of a command line, as the machine holds them: nothing, their text, a socket behind them."""

from __future__ import annotations

from pratique.code import git
from pratique.code.machine.values import Choice, External, Unknown, Value, options, text_hint
from pratique.code.taint import Taint

FEW_LETTERS = 2  # letters of a program that are known by chance


def is_unseen(value: Value) -> bool:
    """Whether nothing of a program's text is known."""
    if isinstance(value, Choice):
        return all(map(is_unseen, value.options))
    if isinstance(value, Unknown):
        return sum(c.isalnum() for c in value.hint) <= FEW_LETTERS
    return isinstance(value, External) and "()" in value.name


def unseen_command(words: list[Value], interprets: bool, taint: Taint) -> bool:
    """Whether a shell or interpreter is given a text of which nothing is known, or a command was decoded from data."""
    if interprets and len(words) > 2 and text_hint(words[1]) in ("-c", "/c", "-e"):
        return is_unseen(words[2])
    made = "data-file" in taint and any(label in taint for label in ("decoded", "characters", "reversed"))
    return made and len(words) == 1 and is_unseen(words[0])


def options_of_git(words: list[Value]) -> list[Value]:
    """The words of a call of git that are commands."""
    texts = [text_hint(word) for word in words]
    return [w for w, text in zip(words, texts, strict=True) if any(c and c in text for _, c in git.commands(texts))]


def of_file(taint: Taint) -> Taint:
    """The labels of a file that was written with what carries these."""
    return {("fetched-file" if label == "network" else label): origin for label, origin in taint.items()}


def as_line(script: str) -> str:
    """The lines of a script as one line of commands."""
    return "; ".join(line for line in script.splitlines() if line and not line.startswith("#"))[:16384]


def is_socket(value: Value) -> bool:
    return any(
        isinstance(o, External) and o.name.startswith(("socket.socket", "socket.create_connection"))
        for o in options(value)
    )
