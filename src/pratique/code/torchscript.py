"""What TorchScript source refers to: chains of attributes such as `torch.save` and `ops.aten.add`, word by word.

Source: torch/csrc/jit/frontend/lexer.h (words), serialization/import_source.cpp (what `torch`, `ops` and `__torch__` mean there).
Space, comments and line continuations may stand between any two words, names can be assigned to others (`t = torch`), and
`getattr` takes a constant: so a chain counts whatever it begins with.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

RECENT = 32
WORD = re.compile(
    r'"""(?:\\.|[^\\])*?"""|'
    r"'''(?:\\.|[^\\])*?'''|"
    r'"(?:\\.|[^"\\\n])*"|'
    r"'(?:\\.|[^'\\\n])*'|#[^\n]*|[^\W\d]\w*|\d[\w.]*|\s+|\\|.",
    re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Reference:
    """Attributes taken from a name, or (an empty first element) from the value of an expression."""

    chain: tuple[str, ...]
    line: int  # from 1
    offset: int  # in characters


def references(source: str) -> Iterator[Reference]:
    """Every chain in order, those that `getattr` makes with a constant as well."""
    chain: list[str] = []
    start, line, counted = 0, 1, 0
    dotted = False
    recent: deque[str] = deque(maxlen=RECENT)
    for word, offset in _words(source):
        if word == ".":
            if not chain:
                chain, start = [""], offset
            dotted = True
        elif dotted and _is_name(word):
            chain.append(word)
            dotted = False
        else:
            if any(chain):
                line, counted = line + source.count("\n", counted, start), start
                yield Reference(tuple(chain), line, start)
            chain, dotted, start = [word] if _is_name(word) else _named_by_constant(word, recent), False, offset
        recent.append(word)
    if any(chain):
        yield Reference(tuple(chain), line + source.count("\n", counted, start), start)


def _words(source: str) -> Iterator[tuple[str, int]]:
    """Tokens that mean something, and where they begin."""
    for match in WORD.finditer(source):
        word = match.group()
        if not (word.isspace() or word == "\\" or word.startswith("#")):
            yield word, match.start()


def _is_name(word: str) -> bool:
    return word[0] == "_" or word[0].isalpha()


def _named_by_constant(word: str, recent: deque[str]) -> list[str]:
    """The chain that `getattr(X, "name"` makes, when `word` is its constant; otherwise an empty one."""
    before = list(recent)
    if word[0] not in "\"'" or before[-1:] != [","] or "getattr" not in before:
        return []
    called = len(before) - 1 - before[::-1].index("getattr")
    names = [part for part in before[called + 1 : -1] if _is_name(part)]
    return [*(names or [""]), word.strip("\"'")]
