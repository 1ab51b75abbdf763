"""An object inside of a comment, where a table may point."""

from pathlib import Path

from tests.samples.pdf import CATALOG, DRAWING, PAGE, PAGES, pdf, stream


def build(folder: Path) -> None:
    hidden = b"%9 0 obj <</S/Launch/F(calc.exe)>> endobj\n"
    objects = {1: CATALOG, 2: PAGES, 3: hidden + PAGE, 4: stream(b"", DRAWING)}
    (folder / "paper.pdf").write_bytes(pdf(objects))
