from pathlib import Path

from tests.releases import PLAIN, WHEEL, sdist, wheel


def build(folder: Path) -> None:
    """The source of another release: it is not what the wheel was built from."""
    (folder / WHEEL).write_bytes(wheel({"drill/__init__.py": PLAIN + "LIMIT = 4\n"}))
    (folder / "drill-1.1.tar.gz").write_bytes(sdist({"drill/__init__.py": PLAIN}, "1.1"))
