from pathlib import Path

from tests.releases import PLAIN, SDIST, WHEEL, sdist, wheel


def build(folder: Path) -> None:
    (folder / WHEEL).write_bytes(wheel({"drill/__init__.py": PLAIN, "drill.pth": "import drill; drill.scale(4)\n"}))
    (folder / SDIST).write_bytes(sdist({"drill/__init__.py": PLAIN}))
