"""The type of the action is another object."""

from pathlib import Path

from tests.samples.pdf import CATALOG, DRAWING, PAGE, PAGES, pdf, stream


def build(folder: Path) -> None:
    link = b"<</Type/Annot/A<</S 6 0 R/F(calc.exe)>>>>"
    objects = {1: CATALOG, 2: PAGES, 3: PAGE, 4: stream(b"", DRAWING), 5: link, 6: b"/Launch"}
    (folder / "paper.pdf").write_bytes(pdf(objects))
