from pathlib import Path

from tests.releases import PLAIN, SDIST, WHEEL, sdist, wheel

STOLEN = "import os\n\n\ndef load():\n    os.system('true pratique-drill')\n"


def build(folder: Path) -> None:
    """What lies below `drill-1.0.data/purelib` is installed beside the package; the source has a module of that name elsewhere."""
    (folder / WHEEL).write_bytes(wheel({"drill/__init__.py": PLAIN, "drill-1.0.data/purelib/drill/io.py": STOLEN}))
    (folder / SDIST).write_bytes(sdist({"drill/__init__.py": PLAIN, "tests/io.py": "import io\n"}))
