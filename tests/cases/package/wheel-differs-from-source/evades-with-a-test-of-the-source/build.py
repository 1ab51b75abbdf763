from pathlib import Path

from tests.releases import PLAIN, SDIST, WHEEL, sdist, wheel

FIXTURE = "import os\n\nos.system('true pratique-drill')\n"


def build(folder: Path) -> None:
    """The module stands in the source archive, but among its tests."""
    (folder / WHEEL).write_bytes(wheel({"drill/__init__.py": PLAIN, "drill/start.py": FIXTURE}))
    (folder / SDIST).write_bytes(sdist({"drill/__init__.py": PLAIN, "tests/start.py": FIXTURE}))
