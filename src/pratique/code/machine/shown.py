"""What a reader of the package is shown, and so whether a program or command is concealed from him."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pratique.code.machine.questions import MIN_UNSEEN
from pratique.code.machine.values import Known, Value, options, text_hint
from pratique.code.package import Module, Package
from pratique.code.sinks import hides
from pratique.code.taint import Taint

FEW_MODULES = 60
MOST_UNSEEN = 0.6
WORD = re.compile(r"[A-Za-z_]\w{3,}")
TELLING = re.compile(
    r"\b(?:exec|eval|system|popen|Popen|subprocess|socket|urlopen|requests|b64decode|environ|marshal|__import__)\b"
)
KEYWORDS = frozenset(
    {"import", "from", "print", "return", "lambda", "class", "None", "True", "False", "else", "elif", "with", "while"}
)


class Shown:
    """The sources of one package, and what stands in them."""

    def __init__(self, package: Package) -> None:
        self.package = package
        self.ran: dict[str, Module] = {}  # modules of the package that the machine ran, by name
        self._visible: dict[str, bool] = {}

    def _hidden(self, value: Value, taint: Taint) -> bool:
        """Whether a program was concealed: made by decoding, and its words stand nowhere in the sources that are shown."""
        return any(self._conceals(option, taint) for option in options(value))

    def _conceals(self, value: Value, taint: Taint) -> bool:
        if not isinstance(value, Known) or not isinstance(value.data, str | bytes):
            return hides(taint)
        text = value.data.decode("utf-8", "replace") if isinstance(value.data, bytes) else value.data
        words = [word for word in WORD.findall(text[:65536])[:400] if word not in KEYWORDS]
        unseen = [word for word in words if not self._shown(word)]
        made = any(label in taint for label in ("decoded", "characters", "reversed", "unmarshalled"))
        if made and not self._stands(text) and ("decoded" in taint or "unmarshalled" in taint or not words):
            return True
        most = len(unseen) >= MIN_UNSEEN and len(unseen) >= MOST_UNSEEN * len(words)
        return most or (made and len(unseen) > len(words) // 3) or any(TELLING.fullmatch(word) for word in unseen)

    def _shown(self, word: str) -> bool:
        """Whether a word stands in a source of the package as it is published."""
        if word not in self._visible:
            pattern = re.compile(rb"(?<![\w])" + re.escape(word.encode()) + rb"(?![\w])")
            self._visible[word] = any(pattern.search(module.data) for module in self._readable())
        return self._visible[word]

    def _readable(self) -> Iterator[Module]:
        """The sources in which a reader would look: those that ran, or all of a package that is small."""
        yield from self.ran.values()
        if len(self.package.modules) <= FEW_MODULES:
            yield from self.package.modules

    def _is_data(self, path: Value) -> bool:
        text = text_hint(path)
        return text.startswith("/package/") and not text.endswith((".py", ".pyc", ".pyw", "/"))

    def _carried(self, program: Value) -> bool:
        """Whether a program is named by a data file of the package, and by no source."""
        if not isinstance(program, Known) or "data-file" not in program.taint:
            return False
        tail = re.split(r"[/\\]", text_hint(program).partition(" ")[0])[-1]
        return bool(tail) and not self._shown(tail)

    def _stands(self, text: str) -> bool:
        return any(text.encode("utf-8", "replace") in module.data for module in self._readable())
