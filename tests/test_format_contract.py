"""The contract that every reader keeps, run on the samples of `tests/samples/FORMAT.py`.

Valid samples: identified, no defect, every byte in a part. Damaged ones: never an exception, never more bytes accounted for
than there are, and never an ADMIT with a byte unexplained.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from datetime import datetime, timezone
from functools import cache
from importlib import import_module
from pathlib import Path

import pytest

from pratique.domain.locator import Locator
from pratique.domain.part import Broken, Part
from pratique.engine.walk import Account, Walk
from pratique.formats.contract import Scope
from pratique.formats.identify import identify, load
from pratique.formats.index import FORMATS
from pratique.formats.window import Budget, Limits, Window

FOLDER = Path(__file__).parent / "samples"
WITH_SAMPLES = sorted(p.stem for p in FOLDER.glob("*.py") if p.stem != "__init__")
MAX_TRUNCATIONS = 400
MUTATIONS = 60
CRASH = re.compile(r"the \S+ reader: \w+|identification: ")
NOW = datetime(2026, 11, 23, tzinfo=timezone.utc)


@cache
def samples(format_id: str) -> dict[str, bytes]:
    found: dict[str, bytes] = import_module(f"tests.samples.{format_id}").samples()
    return found


def walk(data: bytes, name: str) -> tuple[list[Part], Account]:
    budget = Budget(Limits(seconds=20))
    walk_ = Walk(budget)
    parts = list(walk_.parts(Window.of_bytes(data, budget), Scope(Locator(name))))
    return parts, walk_.account


def crashes(account: Account) -> list[str]:
    """Gaps that stand for an exception in a reader: the broad `except` caught what the reader should have yielded."""
    return [gap.reason for gap in account.gaps if CRASH.match(gap.reason)]


def test_every_format_has_samples() -> None:
    missing = [entry.id for entry in FORMATS if entry.id.replace("-", "_") not in WITH_SAMPLES]
    assert not missing


@pytest.mark.parametrize("stem", WITH_SAMPLES)
def test_valid_samples_are_understood_whole(stem: str) -> None:
    format_id = next(e.id for e in FORMATS if e.id.replace("-", "_") == stem)
    for name, data in samples(stem).items():
        parts, account = walk(data, name)
        assert not account.gaps, (name, account.gaps)
        assert account.accounted_bytes == account.total_bytes == len(data), name
        assert not [p for p in parts if isinstance(p, Broken)], name
        assert format_id in account.formats, (name, account.formats)


@pytest.mark.parametrize("stem", WITH_SAMPLES)
def test_the_format_does_not_depend_on_the_name(stem: str) -> None:
    for name, data in samples(stem).items():
        named = [f.id for f in identify(Window.of_bytes(data), name)]
        anonymous = [f.id for f in identify(Window.of_bytes(data), "x")]
        if load(stem_to_id(stem)).magics:
            assert named == anonymous, name


def stem_to_id(stem: str) -> str:
    return next(e.id for e in FORMATS if e.id.replace("-", "_") == stem)


def damaged(data: bytes, seed: str) -> Iterator[bytes]:
    step = max(len(data) // MAX_TRUNCATIONS, 1)
    for end in range(1, len(data), step):
        yield data[:end]
    rng = random.Random(seed)
    for _ in range(MUTATIONS):
        changed = bytearray(data)
        for _ in range(rng.randint(1, 4)):
            at = rng.randrange(len(changed))
            match rng.randrange(4):
                case 0:
                    changed[at] = rng.randrange(256)
                case 1:
                    changed[at:at] = rng.randbytes(rng.randint(1, 8))
                case 2:
                    del changed[at : at + rng.randint(1, 8)]
                case _:
                    changed[at : at + 4] = rng.choice(
                        (b"\xff\xff\xff\xff", b"\0\0\0\x80", b"\x7f\xff\xff\xff", b"\0\0\0\0")
                    )
            if not changed:
                changed = bytearray(b"\0")
        yield bytes(changed)


@pytest.mark.parametrize("stem", WITH_SAMPLES)
def test_damage_never_raises_and_never_hides(stem: str) -> None:
    for name, data in samples(stem).items():
        for piece in damaged(data, name):
            _, account = walk(piece, name)
            assert not crashes(account), (name, len(piece), account.gaps)
            assert 0 <= account.accounted_bytes <= account.total_bytes == len(piece)
            if account.accounted_bytes < len(piece):
                assert account.gaps, (name, piece[:64])
