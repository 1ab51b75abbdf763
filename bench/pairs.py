"""Release pairs: how often `pratique diff` holds or refuses a benign update.

    python bench/pairs.py [--half A|B] NAME…

Downloads the two newest releases of each package (wheels that install anywhere, else the source) and compares them. Names are split
into halves by their digest: thresholds were chosen on half A, the figures of half B are the held-out ones.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import resource
import time
from collections import Counter
from urllib.request import Request, urlopen

from packaging.utils import InvalidSdistFilename, InvalidWheelFilename, parse_sdist_filename, parse_wheel_filename
from packaging.version import Version

from pratique.domain.errors import PratiqueError
from pratique.wiring import compare


def releases(name: str) -> list[str]:
    """The two newest final releases that have a file for any machine, older first, as references."""
    request = Request(f"https://pypi.org/simple/{name}/", headers={"Accept": "application/vnd.pypi.simple.v1+json"})
    with urlopen(request, timeout=30) as response:
        files = json.load(response)["files"]
    found: dict[Version, set[str]] = {}
    for file in files:
        try:
            if file["filename"].endswith("-none-any.whl"):
                found.setdefault(parse_wheel_filename(file["filename"])[1], set()).add("wheel")
            elif file["filename"].endswith(".tar.gz"):
                found.setdefault(parse_sdist_filename(file["filename"])[1], set()).add("sdist")
        except (InvalidWheelFilename, InvalidSdistFilename):
            continue
    newest = sorted(v for v in found if not v.is_prerelease)[-2:]
    kinds = set.intersection(*(found[v] for v in newest)) if len(newest) == 2 else set()
    kind = "wheel" if "wheel" in kinds else "sdist"
    return [f"pypi:{name}=={version}#{kind}" for version in newest] if kinds else []


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--half", choices=("A", "B"))
    parser.add_argument("names", nargs="+")
    options = parser.parse_args()
    counts: Counter[str] = Counter()
    started = time.process_time()
    for name in options.names:
        half = "AB"[hashlib.sha256(name.encode()).digest()[0] & 1]
        if options.half not in (None, half):
            continue
        try:
            pair = releases(name)
            found = compare(*pair) if pair else None
        except (PratiqueError, OSError, ValueError) as error:
            print(f"{half} {name}: {error}")
            continue
        if found is None:
            continue
        decision = found.verdict.decision.name
        counts[decision] += 1
        grave = [f"{f.rule} {f.where}: {f.message}"[:220] for f in found.report.findings if f.severity >= 2]
        print(f"{half} {decision:6} {pair[0].split('==')[1]} -> {pair[1]}", *grave[:3], sep="\n    ")
    total = sum(counts.values())
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{total} pairs: {dict(counts)}; {time.process_time() - started:.0f} CPU-s, {peak:.0f} MiB at most")


main()
