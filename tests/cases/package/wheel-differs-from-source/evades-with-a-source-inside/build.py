from pathlib import Path

from tests.releases import PLAIN, SDIST, WHEEL, sdist, wheel

STOLEN = "import os\n\nos.system('true pratique-drill')\n"


def build(folder: Path) -> None:
    """The wheel carries a source archive of its own release that agrees with it."""
    changed = PLAIN + STOLEN
    agreeing = sdist({"drill/__init__.py": changed})
    (folder / WHEEL).write_bytes(wheel({"drill/__init__.py": changed, "drill/data/drill-1.0.tar.gz": agreeing}))
    (folder / SDIST).write_bytes(sdist({"drill/__init__.py": PLAIN}))
