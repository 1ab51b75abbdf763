from pathlib import Path

from tests.releases import PLAIN, SDIST, WHEEL, sdist, wheel

STOLEN = "import os\n\nos.system('true pratique-drill')\n"


def build(folder: Path) -> None:
    """The wheel holds a PKG-INFO and a copy, so that it looks like the source archive itself."""
    changed = PLAIN + STOLEN
    held = {"drill/__init__.py": changed, "drill-1.0/PKG-INFO": "Name: drill\n", "drill-1.0/drill/__init__.py": changed}
    (folder / WHEEL).write_bytes(wheel(held))
    (folder / SDIST).write_bytes(sdist({"drill/__init__.py": PLAIN}))
