"""Labels of values: where they began, what one entry or a file's content keeps of them, and what texts tell by themselves."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tree_sitter import Node

HOST = re.compile(r"://([^/\s\"']*)")
PLACEHOLDER = re.compile(r"\{[^{}]*\}|%[sdr]")
NUMERIC_ADDRESS = re.compile(r"\b\d{1,3}(?:\.\d{1,3}){3}\b")
# A constant that can hold a program: one long word of an encoding, or escapes.
CARRIER = re.compile(r"^[A-Za-z0-9+/=_\-\s!#$%&()*;<>?@^`{|}~]{24,}$|(?:\\x[0-9a-fA-F]{2}){8}")
MIN_WORD = 24  # characters: 18 bytes in base64


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a label began."""

    path: str
    line: int
    text: str


# They end the label of a parameter of which one entry is taken, or whose value is the path of what is read.
ITEM, CONTENT = "i", "c"
MARKS = ITEM + CONTENT
Taint = dict[str, Origin]
Argument = tuple[str, "Node"]  # keyword or "", expression


def items(taint: Taint) -> Taint:
    """What one entry of a mapping carries, when it is not known which: not the whole environment."""
    found = {k: o for k, o in taint.items() if k != "environment"}
    if "environment" in taint:
        found["variable:?"] = taint["environment"]
    return _marked(found, ITEM)


def transformed(taint: Taint) -> Taint:
    """The labels of what a call makes of something: it is not the whole environment any more, nor the key or password itself."""
    return {k: o for k, o in without_secrets(taint).items() if k != "environment"}


def without_secrets(taint: Taint) -> Taint:
    """Without the labels of keys and passwords that a function was given."""
    return {k: o for k, o in taint.items() if k != "private-key" and not k.startswith("secret:")}


def of_content(taint: Taint) -> Taint:
    """What a file's content carries from the labels of its name: who wrote it, and that it is a secret."""
    kept = ("fetched-file", "data-file", "private-key")
    found = {k: o for k, o in taint.items() if k in kept or k.startswith(("credential:", "path:", "parameter:"))}
    return _marked(found, CONTENT)


def _marked(taint: Taint, mark: str) -> Taint:
    """With the mark at the end of every label of a parameter, once."""
    return {(k if not k.startswith("parameter:") or _has(k, mark) else k + mark): o for k, o in taint.items()}


def _has(label: str, mark: str) -> bool:
    return mark in label[len(label.rstrip(MARKS)) :]


def through(label: str, passed: Taint) -> Taint:
    """What a marked label of a parameter carries of what is passed for it."""
    if _has(label, ITEM):
        passed = items(passed)
    return of_content(passed) if _has(label, CONTENT) else passed


def has_address(text: str) -> bool:
    """Whether a text names a host: what stands between `://` and the next slash is not all filled in at run time."""
    hosts = (PLACEHOLDER.sub("", match[1]) for match in HOST.finditer(text))
    return NUMERIC_ADDRESS.search(text) is not None or any(any(c.isalpha() for c in host) for host in hosts)


def carries(text: str) -> bool:
    """Whether a constant can hold an encoded program. Words of prose have spaces, paths and names have dots or slashes."""
    head = text[:4096]
    if CARRIER.search(head) is None:
        return False
    return "\\x" in head or any(len(word) >= MIN_WORD and _is_encoded(word) for word in head.split())


def _is_encoded(word: str) -> bool:
    """Whether a long word mixes what encodings mix: names of variables have no digits among capitals and small letters."""
    kinds = (any(c.isupper() for c in word), any(c.islower() for c in word), any(c.isdigit() for c in word))
    return sum(kinds) >= 2 and (kinds[2] or any(c in "+/=" for c in word))


def addresses(taint: Taint) -> Taint:
    """What tells who chose an address: a constant of the source, something hidden, or who calls."""
    kept = ("url", "decoded", "characters", "reversed", "drop", "numeric")
    return {k: o for k, o in taint.items() if k in kept or k.startswith(("parameter:", "variable:"))}
