"""A torch.package that lies unpacked in a folder."""

from pathlib import Path


def build(folder: Path) -> None:
    (folder / ".data").mkdir()
    (folder / ".data" / "extern_modules").write_text("os\n")
    (folder / "collections.py").write_text("class OrderedDict:\n    pass\n")
