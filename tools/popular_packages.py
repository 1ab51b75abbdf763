"""Write `src/pratique/pins/popular.txt`: the names of the most downloaded packages of PyPI, the most downloaded first.

    python tools/popular_packages.py LIST.tsv

LIST.tsv has the columns name, version, month, rank among the most downloaded, summary; packages without a rank are left out.
"""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path

OUT = Path(__file__).parents[1] / "src/pratique/pins/popular.txt"


def main() -> None:
    ranked: list[tuple[int, str]] = []
    for line in Path(sys.argv[1]).read_text(encoding="utf-8").splitlines()[1:]:
        fields = line.split("\t")
        if len(fields) > 3 and fields[3].isdigit():
            ranked.append((int(fields[3]), fields[0]))
    names = [name for _, name in sorted(ranked)]
    day = date.fromtimestamp(Path(sys.argv[1]).stat().st_mtime).isoformat()
    head = (
        f"# The most downloaded packages of PyPI by rank, from the list of {day}. Made by tools/popular_packages.py.\n"
    )
    OUT.write_text(head + "\n".join(names) + "\n", encoding="utf-8")


main()
