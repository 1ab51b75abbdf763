"""A compiled extension that a package carries openly."""

from pathlib import Path

from tests.samples.native import samples


def build(folder: Path) -> None:
    (folder / "package").mkdir()
    (folder / "package" / "__init__.py").write_text('"""A package."""\n')
    (folder / "package" / "_native.so").write_bytes(samples()["lib.so"])
