from pathlib import Path

from tests.releases import PLAIN, SDIST, WHEEL, sdist, wheel

ELF = b"\x7fELF\x02\x01\x01" + bytes(9) + b"\x03\x00\x3e\x00\x01" + bytes(43)


def build(folder: Path) -> None:
    (folder / WHEEL).write_bytes(wheel({"drill/__init__.py": PLAIN, "drill/fast.so": ELF}))
    (folder / SDIST).write_bytes(sdist({"drill/__init__.py": PLAIN}))
