from pathlib import Path

from pratique.drill.attacks.packages import PLAIN, WHEEL, wheel


def build(folder: Path) -> None:
    (folder / WHEEL).write_bytes(wheel(PLAIN, PLAIN))
