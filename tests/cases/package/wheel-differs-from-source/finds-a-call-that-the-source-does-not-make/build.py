from pathlib import Path

from tests.releases import PLAIN, SDIST, WHEEL, sdist, wheel

STOLEN = "import subprocess\n\nsubprocess.run(['true', 'pratique-drill'])\n"


def build(folder: Path) -> None:
    (folder / WHEEL).write_bytes(wheel({"drill/__init__.py": PLAIN + STOLEN}))
    (folder / SDIST).write_bytes(sdist({"src/drill/__init__.py": PLAIN}))
