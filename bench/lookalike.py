"""How often `pins/lookalike-name` is wrong, and how often right.

    python bench/lookalike.py LIST.tsv

LIST.tsv is the list that `tools/popular_packages.py` reads. False alarms are counted over all names that are listed, with the
ratio chosen on the half of them whose SHA-256 is even and scored on the other, and over a sample of names that are not listed.
Power is that on `bench/typosquats.txt`; for listed names, on the same squats as if each were the last on the list. Intervals are
Wilson's ("Probable Inference, the Law of Succession, and Statistical Inference", JASA 1927).
"""

from __future__ import annotations

import hashlib
import math
import random
import sys
import time
from pathlib import Path

from pratique.pins import lookalike, popularity
from pratique.pins.model import normalised

RATIOS = (10.0, 30.0, 100.0, 300.0, 1_000.0, 3_000.0, 10_000.0, 30_000.0)
WANTED = 0.001  # false alarms among listed names at most; the ratio is chosen for half of that


def wilson(hits: int, of: int, z: float = 1.96) -> tuple[float, float]:
    rate = hits / of
    middle = (rate + z * z / (2 * of)) / (1 + z * z / of)
    half = z * math.sqrt(rate * (1 - rate) / of + z * z / (4 * of * of)) / (1 + z * z / of)
    return max(middle - half, 0.0), middle + half


def says(what: str, hits: int, of: int) -> None:
    low, high = wilson(hits, of)
    print(f"{what}: {hits} of {of} = {hits / of:.3%} [{low:.3%}, {high:.3%}]")


def alarms(names: list[str], ratio: float) -> list[str]:
    lookalike.LISTED_RATIO = ratio
    return [name for name in names if lookalike.resembled(name) is not None]


def main() -> None:
    chosen = lookalike.LISTED_RATIO
    listed = sorted(popularity.ranks())
    even = [n for n in listed if hashlib.sha256(n.encode()).digest()[0] % 2 == 0]
    odd = sorted(set(listed) - set(even))
    for ratio in RATIOS:
        says(f"listed, chosen on, ratio {ratio:,.0f}", len(alarms(even, ratio)), len(even))
    best = next(r for r in RATIOS if len(alarms(even, r)) / len(even) < WANTED / 2)
    print(f"the lowest ratio with fewer than {WANTED / 2:.2%} on that half: {best:,.0f}; in use: {chosen:,.0f}")
    says("listed, scored on", len(alarms(odd, chosen)), len(odd))
    found = alarms(listed, chosen)
    says("listed, all", len(found), len(listed))
    print("   ", ", ".join(found))
    lines = Path(sys.argv[1]).read_text(encoding="utf-8").splitlines()[1:]
    others = [n for n in (normalised(line.split("\t")[0]) for line in lines) if n not in popularity.ranks()]
    sample = random.Random(1).sample(others, 100_000)
    started = time.process_time()
    told = [lookalike.resembled(name) for name in sample]
    print(f"{(time.process_time() - started) * 1e6 / len(sample):.0f} CPU-microseconds a name")
    says("not listed, held", sum(r is not None and not r.combined for r in told), len(sample))
    says("not listed, told as a combination", sum(r is not None and r.combined for r in told), len(sample))
    power()


def power() -> None:
    text = Path(__file__).with_name("typosquats.txt").read_text(encoding="utf-8")
    pairs = [line.split() for line in text.splitlines() if not line.startswith("#")]
    found = [lookalike.resembled(name) for name, _ in pairs]
    says("known typosquats, not listed, held", sum(r is not None and not r.combined for r in found), len(pairs))
    far = [r for r in found if r is not None and (r.ratio or 0) >= lookalike.LISTED_RATIO]
    says("known typosquats, as if last on the list, told", len(far), len(pairs))


main()
