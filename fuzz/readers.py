"""Fuzz every reader with mutations of its samples.

    python fuzz/readers.py              short: a fixed count with a fixed seed, pure Python (what CI runs)
    python fuzz/readers.py --count N    more of the same
    python fuzz/readers.py --long       coverage-guided with Atheris (`make fuzz`), until interrupted

Whatever the bytes: no exception escapes a reader (the walk's broad `except` must never fire), no input takes longer than
`MAX_SECONDS`, nothing is accounted for twice, and a byte that no part explains leaves a gap.
"""

from __future__ import annotations

import argparse
import random
import re
import sys
import time
from importlib import import_module
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "src"), str(ROOT)]

from pratique.domain.locator import Locator  # noqa: E402
from pratique.engine.local import run  # noqa: E402
from pratique.engine.plan import Plan  # noqa: E402
from pratique.engine.walk import Walk  # noqa: E402
from pratique.formats.contract import Scope  # noqa: E402
from pratique.formats.index import FORMATS  # noqa: E402
from pratique.formats.window import Budget, Limits, Window  # noqa: E402
from pratique.inspections.index import RULES  # noqa: E402
from pratique.inspections.rule import Surroundings  # noqa: E402

MAX_SECONDS = 10.0
CRASH = re.compile(r"the \S+ reader: \w+|identification: ")
INTERESTING = (
    b"\0",
    b"\xff",
    b"\x7f",
    b"\x80",
    b"\xff\xff\xff\xff",
    b"\0\0\0\x80",
    b"PK\x05\x06",
    b"PK\x03\x04",
    b"\x80\x04",
    b"R.",
)


def seeds() -> list[tuple[str, bytes]]:
    found = []
    for path in sorted((ROOT / "tests/samples").glob("*.py")):
        if path.stem != "__init__":
            found += sorted(import_module(f"tests.samples.{path.stem}").samples().items())
    return found


def check(data: bytes, name: str) -> None:
    """Raise `AssertionError` where a reader or rule breaks its contract on `data`."""
    started = time.process_time()
    budget = Budget(Limits(seconds=60))
    walk = Walk(budget)
    parts = walk.parts(Window.of_bytes(data, budget), Scope(Locator(name)))
    outcome = run(parts, Plan(), Surroundings("fuzz", {}, lambda path: None))
    account = walk.account
    crashes = [gap.reason for gap in account.gaps if CRASH.match(gap.reason)]
    crashes += [gap.reason for gap in outcome.gaps if gap.kind == "rule-crashed"]
    assert not crashes, crashes
    assert 0 <= account.accounted_bytes <= account.total_bytes == len(data)
    assert account.accounted_bytes == len(data) or account.gaps, "bytes are unexplained, and no gap says so"
    assert time.process_time() - started < MAX_SECONDS, "too slow"


def mutate(rng: random.Random, data: bytes, other: bytes) -> bytes:
    """One to eight changes: flips, insertions, deletions, repeats, and pieces of another sample."""
    changed = bytearray(data)
    for _ in range(rng.randint(1, 8)):
        at = rng.randrange(len(changed) + 1)
        match rng.randrange(6):
            case 0 if at < len(changed):
                changed[at] ^= 1 << rng.randrange(8)
            case 1:
                changed[at:at] = rng.choice(INTERESTING)
            case 2:
                del changed[at : at + rng.randint(1, 64)]
            case 3:
                changed[at : at + 4] = rng.choice(INTERESTING)
            case 4:
                start = rng.randrange(len(other) + 1)
                changed[at:at] = other[start : start + rng.randint(1, 256)]
            case _:
                changed = changed[:at] if rng.random() < 0.3 else changed + changed[: rng.randint(0, 64)]
    return bytes(changed)


def short(count: int, seed: int) -> int:
    rng = random.Random(seed)
    samples = seeds()
    started = time.process_time()
    for number in range(count):
        name, data = samples[number % len(samples)]
        piece = mutate(rng, data, rng.choice(samples)[1])
        try:
            check(piece, name)
        except AssertionError as error:
            print(f"input {number} (from {name}, seed {seed}): {error}\n{piece[:400].hex()}", file=sys.stderr)
            return 1
    print(f"{count} inputs from {len(samples)} samples, {time.process_time() - started:.0f} CPU-s, no failure")
    return 0


def long(rest: list[str]) -> int:
    import atheris

    for module in (entry.module for entry in (*FORMATS, *RULES)):
        import_module(module)  # they are imported on demand, and only what is there now is instrumented
    atheris.instrument_all()
    samples = seeds()

    def one(data: bytes) -> None:
        if data:
            check(data[1:], samples[data[0] % len(samples)][0])

    corpus = ROOT / "build/fuzz"
    corpus.mkdir(parents=True, exist_ok=True)
    for number, (_, data) in enumerate(samples):
        (corpus / f"seed-{number}").write_bytes(bytes([number % 256]) + data)
    atheris.Setup([sys.argv[0], str(corpus), "-max_len=65536", "-rss_limit_mb=2048", *rest], one)
    atheris.Fuzz()
    return 0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--long", action="store_true")
    options, rest = parser.parse_known_args()
    return long(rest) if options.long else short(options.count, options.seed)


if __name__ == "__main__":
    sys.exit(main())
