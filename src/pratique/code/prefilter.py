"""Which sources are worth the exact search of `interest`: one pass of YARA-X over all its words at once.

The exact search asks for some seventy words one after the other; over the 52 MB of transformers' sources that took 1.6 CPU-s, and
one pass of YARA-X 0.06 (`docs/adr/0014-yara-x.md`). What it lets through is a superset: `interest` decides.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from pratique.code.interest import PLACES, SECRET_WORDS, SENDING, WORDS

if TYPE_CHECKING:
    import yara_x

# One for each pattern of `interest`, or wider.
REGULAR = (
    r"/\b(exec|eval)\s*[(,)\]}\n]/",
    r"/from\s+(os|posix|nt)\s+import/",
    r"/import\s+(os|builtins|importlib|sys|socket|posix)\s+as\s/",
    r"/getattr\(\s*(os|sys|builtins|importlib|socket|posix)\s*,/",
    r"/import_module\(\s*[\"'][^\"'\n]*[\"']\s*[+.\[]/",
    r"/vars\(\s*os/",
    r"/os\.__dict__/",
    r"/sys\.modules\[[\"'](os|sub)/",
    r"/environ|keyring|browser_cookie/",
)


def worth_reading(source: bytes) -> bool:
    """Whether the exact search could find something in a source (UTF-8). Never False where it would."""
    return not source.isascii() or bool(_scanner().scan(source).matching_rules)


@cache
def _scanner() -> yara_x.Scanner:
    import yara_x

    words = sorted({*WORDS, *SENDING, *SECRET_WORDS, *PLACES})
    strings = [f'$w{at} = "{word}"' for at, word in enumerate(words)]
    strings += [f"$r{at} = {regular}" for at, regular in enumerate(REGULAR)]
    compiler = yara_x.Compiler()
    compiler.add_source(f"rule worth_reading {{ strings: {' '.join(strings)} condition: any of them }}")
    return yara_x.Scanner(compiler.build())
