"""What `interest` would find in a source, for one pass of YARA-X over its bytes.

The searches of `interest` ask for some ninety words one by one, which over the 52 MB of transformers took 2 CPU-s; one pass
of YARA-X takes 0.06, and 8 ms to compile the words (`docs/adr/0014-yara-x.md`). A word that YARA-X finds is there; what its regular
expressions find is a superset, which those of `interest` then decide.
"""

from __future__ import annotations

import unicodedata
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from pratique.code import interest

if TYPE_CHECKING:
    import yara_x

_ASCII = bytes(range(128))
_SPACE = r"[\s\x1c-\x1f\x80-\xff]"  # what `re` takes for a space in text is more than what YARA-X does
WORDS = {
    "words": interest.WORDS,
    "sending": interest.SENDING,
    "secret_words": interest.SECRET_WORDS,
    "credentials": interest.CREDENTIALS,
    "places": interest.PLACES,
    "writing": interest.WRITING,
    "dynamic": interest.DYNAMIC,
    "executing": interest.EXECUTING,
    "secret": ("environ", "keyring", "browser_cookie"),
}
REGULAR = {  # with `@` for any spaces, `~` for some
    "builtin": (r"\b(exec|eval)@[(,)\]}\n]",),
    "hidden": (
        r"from~(os|posix|nt)~import",
        r"import~(os|builtins|importlib|sys|socket|posix)~as~",
        r"getattr\(@(os|sys|builtins|importlib|socket|posix)@,",
        r"import_module\(@[\"']",
        r"vars\(@os",
        r"os\.__dict__",
        r"sys\.modules\[[\"'](os|sub)",
    ),
}


class Traits(NamedTuple):
    """The answers of `interest.of_interest`, `sends` and `holds_secrets`, and whether it is worth running."""

    of_interest: bool
    sends: bool
    holds_secrets: bool
    dynamic: bool


NOTHING = Traits(of_interest=False, sends=False, holds_secrets=False, dynamic=False)


def traits_of(data: bytes) -> Traits:
    """The traits of a source, given in UTF-8."""
    found = {rule.identifier for rule in _scanner().scan(data).matching_rules}
    folded = not data.isascii() and _folds_to_ascii(data)
    if not found and not folded:
        return NOTHING
    source = data.decode("utf-8", "replace") if folded or not found.isdisjoint(("secret", "builtin", "hidden")) else ""
    secret = "secret" in found and interest.SECRET.search(source) is not None
    sends = "sending" in found
    return Traits(
        of_interest="words" in found
        or {"places", "writing"} <= found
        or (sends and (secret or "secret_words" in found))
        or ("builtin" in found and interest.names_a_builtin(source))
        or ("hidden" in found and interest.hides(source))
        or (folded and interest.folds(source)),
        sends=sends,
        holds_secrets=secret or "credentials" in found,
        dynamic={"dynamic", "executing"} <= found,
    )


def _folds_to_ascii(data: bytes) -> bool:
    """Whether a character outside of ASCII is read as one inside (NFKC): without one, folding names nothing new."""
    others = set(data.translate(None, _ASCII).decode("utf-8", "replace"))
    return any(min(unicodedata.normalize("NFKC", other)) < "\x80" for other in others)


@cache
def _scanner() -> yara_x.Scanner:
    import yara_x

    compiler = yara_x.Compiler()
    for name, words in WORDS.items():
        strings = (f'$s{at} = "{word}"' for at, word in enumerate(words))
        compiler.add_source(f"rule {name} {{ strings: {' '.join(strings)} condition: any of them }}")
    for name, patterns in REGULAR.items():
        written = (pattern.replace("@", f"{_SPACE}*").replace("~", f"{_SPACE}+") for pattern in patterns)
        strings = (f"$s{at} = /{pattern}/" for at, pattern in enumerate(written))
        compiler.add_source(f"rule {name} {{ strings: {' '.join(strings)} condition: any of them }}")
    return yara_x.Scanner(compiler.build())
