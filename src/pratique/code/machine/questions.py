"""What is asked of the values that reach a call outside: whether they are seen, sockets, files, messages with another recipient."""

from __future__ import annotations

from pratique.code import git
from pratique.code.machine.items import is_copy
from pratique.code.machine.values import Choice, External, Known, Listing, Mapping, Unknown, Value, options, text_hint
from pratique.code.taint import Taint

MIN_UNSEEN = 2  # words of a program that stand nowhere in the source, and their share, from which it was put together


def is_unseen(value: Value) -> bool:
    """Whether nothing of a program's text is known."""
    if isinstance(value, Choice):
        return all(map(is_unseen, value.options))
    if isinstance(value, Unknown):
        return sum(c.isalnum() for c in value.hint) <= MIN_UNSEEN
    return isinstance(value, External) and "()" in value.name


def unseen_command(words: list[Value], interprets: bool, taint: Taint) -> bool:
    """Whether a shell or interpreter is given a text of which nothing is known, or a command was decoded from data."""
    if interprets and len(words) > 2 and text_hint(words[1]) in ("-c", "/c", "-e"):
        return is_unseen(words[2])
    made = "data-file" in taint and any(label in taint for label in ("decoded", "characters", "reversed"))
    return made and len(words) == 1 and is_unseen(words[0])


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


def options_of_git(words: list[Value]) -> list[Value]:
    """The words of a call of git that are commands."""
    texts = [text_hint(word) for word in words]
    return [w for w, text in zip(words, texts, strict=True) if any(c and c in text for _, c in git.commands(texts))]


def adds_recipient(name: str, given: list[Value], keywords: dict[str, Value]) -> bool:
    """Whether a message goes to an address that stands in the source beside one that does not."""
    values = [*given, *keywords.values()][:8]
    entries = [(str(key), value) for m in values if isinstance(m, Mapping) for key, value in list(m.entries.items())]
    if any(is_copy(key, value) for key, value in [*entries[:64], *keywords.items()]):
        return True
    to = keywords.get(
        "to_addrs", given[1] if len(given) > 1 and name.endswith((".sendmail", ".send_message")) else None
    )
    if not isinstance(to, Listing) or not name.endswith((".sendmail", ".send_message")):
        return False
    constant = [isinstance(item, Known) and "@" in text_hint(item) for item in to.items[:64]]
    return any(constant) and not all(constant)


def names_any_file(path: str) -> bool:
    """Whether the last part of a path is whatever name a folder has."""
    last = path.rsplit("/", 1)[-1]
    return last in ("X", "") or "*" in last


def is_constant(value: Value) -> bool:
    return isinstance(value, Known) and isinstance(value.data, str | bytes) and len(value.data) > 0
